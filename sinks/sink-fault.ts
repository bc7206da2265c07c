// What is thrown when the outside fails, the same of every kind: it names the sink, its connection
// and what to do, and never what logs in.
import { type Coordinates, EngineError } from '../topology/engine-error.ts'
import type { SinkFault } from './sink.ts'

/** A sink and where it writes, as messages name them. */
export interface Place {
  readonly sink: string
  readonly connection: string
  /** `desk at 127.0.0.1:5432/ledger`, where that says more than the connection's name. */
  readonly server?: string
}

export interface FaultDetails {
  readonly coordinates?: Coordinates
  readonly cause?: unknown
}

/** `what` is the rest of the sentence, with the repair. */
export function sinkFault(
  { sink, connection, server }: Place,
  code: SinkFault,
  what: string,
  { coordinates, cause }: FaultDetails = {},
): EngineError {
  const at = server === undefined ? '' : `, ${server}`
  return new EngineError(code, `sink "${sink}" (connection "${connection}"${at}): ${what}`, {
    coordinates: { sink, connection, ...coordinates },
    retryable: code === 'sink-unavailable',
    cause,
  })
}
