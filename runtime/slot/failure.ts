// What stopped or interrupted a slot, in the words of a report.
import { EngineError } from '../../topology/engine-error.ts'
import type { Failure } from '../report.ts'
import { StoppedByRecord } from '../task/dead-letters.ts'

export function failureOf(error: unknown): Failure {
  if (error instanceof EngineError) {
    const { code, message, coordinates } = error
    return { code, message, coordinates }
  }
  if (error instanceof StoppedByRecord) {
    const { message, task } = error
    const { step, topic, partition, offset } = error.letter
    const place = topic === null ? {} : { topic, partition: partition ?? 0, offset: offset ?? 0 }
    return { code: 'stopped-by-record', message, coordinates: { task, step, ...place } }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'assertion', message, coordinates: {} }
}
