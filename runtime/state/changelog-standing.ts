// What a commit record says of the changelog of its partition, on a log without tables: by it a
// restore can tell whether all is there, and whether a local copy is of the same history.
import type { Change } from './changelog-batch.ts'

export interface ChangelogStanding {
  /** Of its history: what begins anew, as after a rewind, has another. */
  readonly id: string
  /**
   * The offset behind the last record that was known of it before the last commit that wrote to it,
   * which may be this one.
   */
  readonly stateEnd: number
  /** Values that that commit wrote to it: at least one, whatever compaction has taken out since. */
  readonly values: number
  /** Deletions written to it so far, with those of this commit. */
  readonly deletions: number
}

/** Unlike any name of an entry, see state-keys.ts. */
export const WITNESS = 'witness'

/**
 * The value that goes with changes that are deletions alone. Of these nothing may be left, so their
 * loss would not be seen: marks of openings come to stand where they stood (decision 17).
 */
export function witnessOf(changes: readonly Change[]): readonly Change[] {
  const isNeeded = changes.length > 0 && changes.every(([, value]) => value === null)
  return isNeeded ? [[WITNESS, Buffer.of(1)]] : []
}
