// What the main thread and a worker thread tell each other. An error keeps its class on the way,
// since the exit code depends on it.
import { EngineError } from '../../topology/engine-error.ts'
import type { KafkaLogOptions } from '../../connectors/kafka/kafka-log-options.ts'
import type { Ends } from '../../runtime/ends.ts'
import type { RunEvent } from '../../runtime/report.ts'
import type { CommitPace } from '../../runtime/slot/options.ts'
import { StoppedByRecord } from '../../runtime/task/dead-letters.ts'
import { FileProblem } from '../load-topology.ts'
import type { Copies } from './start-with-copies.ts'

/** The log that a thread opens for itself. */
export type ThreadLog = { readonly folder: string } | { readonly kafka: KafkaLogOptions }

/** What a worker thread is started with. */
export interface ThreadTask {
  readonly file: string
  readonly set: Readonly<Record<string, string>>
  /** Of the plan that the main thread has: the thread reads the file again. */
  readonly fullHash: string
  readonly log: ThreadLog
  readonly share: { readonly worker: number; readonly workers: number }
  readonly commit: CommitPace
  readonly ends: Ends | undefined
  readonly copies: Copies | undefined
  /** Where the process answers queries. */
  readonly endpoint: string | undefined
}

export type FromThread =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'failed'; readonly error: SentError }

/** The one thing that a thread is told: to commit, leave and end. */
export const STOP = 'stop'

export type SentError =
  | Pick<StoppedByRecord, 'name' | 'letter' | 'task'>
  | (Pick<EngineError, 'name' | 'code' | 'message' | 'coordinates' | 'retryable'> & {
      readonly stack: string | undefined
    })
  | { readonly name: 'FileProblem'; readonly message: string }
  | { readonly name: 'Error'; readonly message: string; readonly stack: string | undefined }

export function packError(error: unknown): SentError {
  if (error instanceof StoppedByRecord) {
    const { name, letter, task } = error
    return { name, letter, task }
  }
  if (error instanceof EngineError) {
    const { name, code, message, coordinates, retryable, stack } = error
    return { name, code, message, coordinates, retryable, stack }
  }
  if (error instanceof FileProblem) return { name: error.name, message: error.message }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { name: 'Error', message, stack }
}

export function unpackError(sent: SentError): Error {
  if (sent.name === 'StoppedByRecord') return new StoppedByRecord(sent.letter, sent.task)
  if (sent.name === 'FileProblem') return new FileProblem(sent.message)
  const { message, stack } = sent
  const error =
    sent.name === 'EngineError' ? new EngineError(sent.code, message, sent) : new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
