// What a commit record says of the changelog of its partition, on a log without tables: by it a
// restore can tell whether all is there, and whether a local copy is of the same history.

export interface ChangelogStanding {
  /** Of its history: what begins anew, as after a rewind, has another. */
  readonly id: string
  /** The offset behind the last record that was known of it before this commit. */
  readonly stateEnd: number
  /** Values that this commit wrote to it. */
  readonly values: number
  /** Deletions written to it so far, with those of this commit. */
  readonly deletions: number
}
