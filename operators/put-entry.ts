// Makes the entry of a key equal to a record, be it there or not. The store keeps a copy: what was
// put may be shared, and is not changed with it.
import type { PlacedStore, Store } from './operator.ts'

export function putEntry<E extends object>(
  store: Store<E>,
  key: string,
  entry: Readonly<NoInfer<E>>,
): void {
  Object.assign(
    store.edit(key, () => ({ ...entry })),
    entry,
  )
}

/** Of a store whose entries lie at places below the key. */
export function putPlaced<At extends string | number, E extends object>(
  store: PlacedStore<At, E>,
  key: string,
  at: NoInfer<At>,
  entry: Readonly<NoInfer<E>>,
): void {
  Object.assign(
    store.edit(key, at, () => ({ ...entry })),
    entry,
  )
}
