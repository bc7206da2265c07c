// What goes wrong between a sink and QuestDB, as EngineErrors that name sink and connection, and
// never what logs in.
import { type Coordinates, EngineError } from '../../topology/engine-error.ts'
import type { SinkFault } from '../sink.ts'

/** Whose fault it is told as. */
export interface Place {
  readonly sink: string
  readonly connection: string
}

export interface FaultDetails {
  readonly cause?: unknown
  readonly coordinates?: Coordinates
}

/** `what` is the rest of the sentence, with the repair. */
export function fault(
  { sink, connection }: Place,
  code: SinkFault,
  what: string,
  { cause, coordinates }: FaultDetails = {},
): EngineError {
  return new EngineError(code, `sink "${sink}", connection "${connection}": ${what}`, {
    coordinates: { sink, connection, ...coordinates },
    retryable: code === 'sink-unavailable',
    cause,
  })
}
