// Where a task stands at a commit. The commit record is the truth about positions: what follows it
// on the log was not processed, whatever any group offset says.
import type { ChangelogStanding } from '../state/changelog-standing.ts'
import type { ChannelState } from './channel.ts'
import type { InputCount, StepCount } from './counts.ts'

export interface CommitRecord {
  /** Commits of the task so far. */
  readonly number: number
  /** Of the slot's producer that wrote it. */
  readonly epoch: number
  readonly topology: string
  readonly shapeHash: string
  readonly fullHash: string
  /** Identities of its steps' states: what a later topology no longer has is dropped. */
  readonly states: readonly string[]
  /** Items, of all channels, and timers taken so far. */
  readonly taken: number
  readonly clock: number
  /** What those downstream were told last. */
  readonly promised: { readonly clock: number; readonly hasEnded: boolean }
  /** By `topic/partition`: the offset to read from. */
  readonly positions: Readonly<Record<string, number>>
  /** By `topic/partition/upstream`. */
  readonly channels: Readonly<Record<string, ChannelState>>
  /** By destination and partition: the number of the next record. */
  readonly sent: Readonly<Record<string, readonly number[]>>
  readonly steps: Readonly<Record<string, StepCount>>
  readonly inputs: Readonly<Record<string, InputCount>>
  /** Every channel has ended and everything that came was taken. */
  readonly hasFinished: boolean
  /** Of the partition, on a log without tables; records of earlier versions do not say. */
  readonly changelog?: ChangelogStanding
}

/** JSON, so that a person can read it on the log; a clock before every record is null. */
export function encodeCommit(record: CommitRecord): Uint8Array {
  return Buffer.from(JSON.stringify(record))
}

export function decodeCommit(bytes: Uint8Array): CommitRecord {
  const record = JSON.parse(Buffer.from(bytes).toString('utf8')) as CommitRecord
  const { promised, channels } = record
  return {
    ...record,
    clock: clockOf(record),
    promised: { ...promised, clock: clockOf(promised) },
    channels: Object.fromEntries(
      Object.entries(channels).map(([id, state]) => [id, { ...state, clock: clockOf(state) }]),
    ),
  }
}

function clockOf({ clock }: { readonly clock: number | null }): number {
  return clock ?? Number.NEGATIVE_INFINITY
}
