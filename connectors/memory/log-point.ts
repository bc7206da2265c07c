// Where a test may step in: every await of the memory log's port. What it does there decides what
// becomes of the call: it may wait (another goes on meanwhile), never come back (the owner is
// dead), or throw (a broker's fault).
import { EngineError } from '../../topology/engine-error.ts'

export interface LogPoint {
  readonly operation:
    | 'createTopics'
    | 'topics'
    | 'deleteTopic'
    | 'bounds'
    | 'fetch'
    | 'deleteBefore'
    | 'producer'
    | 'transact'
    | 'join'
    | 'poll'
    | 'leave'
  /**
   * `middle`, of `transact` alone: after each batch, and again right before the decision. `after`:
   * it is done, but the caller does not know yet.
   */
  readonly stage: 'before' | 'middle' | 'after'
  /** As `connect` was told. */
  readonly owner: string
  /** Of the producer or the group, where the operation has one. */
  readonly name: string | undefined
}

/** Called and awaited at every point. What it throws, the caller of the port sees. */
export type AtPoint = (point: LogPoint) => Promise<void>

/** Whether the fault leaves a transaction open until its producer's name is opened anew. */
export function leavesOpen(fault: unknown): boolean {
  return fault instanceof EngineError && fault.code === 'outcome-unknown'
}
