// How far a group has read, written where Kafka's tools look for it. Nothing depends on it: the
// commit records are the truth about positions. So notes are coalesced to one request at a time and
// one per tenth of a second, and what goes wrong is told, not thrown.
import type { Position } from '../../connector.ts'
import { type GroupClock, wait } from './waiting.ts'

export interface OffsetNotes {
  /** The latest note of a partition counts. */
  readonly note: (positions: readonly Position[]) => void
  /** Writes what is left, once; what is noted later is not written. */
  readonly end: () => Promise<void>
}

export interface OffsetNotesOptions {
  /** Gives false where the member is in no state to commit just now. */
  readonly commit: (positions: readonly Position[]) => Promise<boolean>
  /** `failures` in a row. */
  readonly onFailure: (error: unknown, failures: number) => void
  readonly clock: GroupClock
}

const PAUSE_MS = 100
const MOST_PAUSE_MS = 5000

export function createOffsetNotes({ commit, onFailure, clock }: OffsetNotesOptions): OffsetNotes {
  const waiting = new Map<string, Position>()
  const ending = new AbortController()
  let writing: Promise<void> | undefined
  let failures = 0

  async function write(): Promise<void> {
    const taken = [...waiting]
    waiting.clear()
    let isWritten = false
    try {
      isWritten = await commit(taken.map(([, position]) => position))
      failures = 0
    } catch (error) {
      failures += 1
      onFailure(error, failures)
    }
    if (isWritten) return
    for (const [id, position] of taken) if (!waiting.has(id)) waiting.set(id, position)
  }

  async function writeAll(): Promise<void> {
    while (waiting.size > 0 && !ending.signal.aborted) {
      await write()
      await wait(clock, Math.min(PAUSE_MS * 2 ** failures, MOST_PAUSE_MS), ending.signal)
    }
    writing = undefined
  }

  return {
    note(positions) {
      if (ending.signal.aborted) return
      for (const position of positions) {
        waiting.set(`${position.partition} ${position.topic}`, position)
      }
      if (waiting.size > 0) writing ??= writeAll()
    },
    async end() {
      ending.abort()
      await writing
      if (waiting.size > 0) await write()
    },
  }
}
