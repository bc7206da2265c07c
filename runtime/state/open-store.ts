// Opens a store of a step as it was committed, by its kind.
import type { StoreType } from '../../topology/signature.ts'
import { BucketStore } from './bucket-store.ts'
import { EntryStore } from './entry-store.ts'
import { entryPrefix, notePrefix } from './state-keys.ts'
import type { StoreOptions, TaskStore } from './task-store.ts'

export interface StoreIdentity {
  readonly type: StoreType
  /** Of the step. */
  readonly stateHash: string
  readonly name: string
}

export function openStore(
  { type, stateHash, name }: StoreIdentity,
  surroundings: Pick<StoreOptions, 'source' | 'limit' | 'now'>,
): TaskStore {
  const entries = entryPrefix(stateHash, name)
  const options = { ...surroundings, type, entries, notes: notePrefix(stateHash, name) }
  const { kind = 'value', keep } = type
  return kind === 'value' && keep === undefined ? new EntryStore(options) : new BucketStore(options)
}
