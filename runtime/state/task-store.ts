// What a task asks of a store of one of its steps, whatever its kind.
import type { StoreType } from '../../topology/signature.ts'

/** Where committed entries are read from, by their names in the state of the partition. */
export interface EntrySource {
  readonly read: (name: string) => Uint8Array | undefined
  readonly entries: (prefix: string) => Iterable<readonly [string, Uint8Array]>
  /** Whether an entry can be read again, so that memory may let go of it. */
  readonly canReadAgain: boolean
}

/** The committed entries of a partition. */
export interface CommittedState extends EntrySource {
  /**
   * To be called before anything is committed that rests on what was read: a step that reads has
   * its failures made into fates, and this is none.
   * @throws what a read has thrown.
   */
  readonly assertReadable: () => void
}

export interface StoreOptions {
  readonly type: StoreType
  readonly source: EntrySource
  /** What the names of its entries begin with. */
  readonly entries: string
  /** What the names of its notes on what to look through begin with. */
  readonly notes: string
  /** Bytes of encoded entries that stay in memory, about; only where they can be read again. */
  readonly limit: number
  /** The task's clock. */
  readonly now: () => number
}

export interface TaskStore {
  /** What the step gets: the contract of its kind. */
  readonly face: object
  /** About what the entries in memory take. */
  readonly bytes: number
  /** Hands over what changed since the last call by name: its bytes, or null if it has gone. */
  readonly takeChanges: (take: (name: string, bytes: Uint8Array | null) => void) => void
  /** To be called once what `takeChanges` gave is committed: only then can it be read again. */
  readonly letGo: () => void
}

/** What an entry takes beside its bytes: its object, its key, its place in the map. */
const OVERHEAD = 200

export function sizeOf(bytes: Uint8Array | null | undefined): number {
  return OVERHEAD + (bytes?.length ?? 0)
}
