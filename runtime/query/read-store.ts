// Reads entries of a store from the committed state of one partition: one of them, those behind
// a name, or those under one key. Entries whose time is over are not there, as for the step itself.
import { valueToJson } from '../../schemas/value-to-json.ts'
import type { Value } from '../../schemas/type.ts'
import type { At } from '../state/bucket.ts'
import { entryCodec, keepByClock } from '../state/stored-entry.ts'
import { type QueriedStore, shownKey } from './queried-store.ts'
import type { PartitionState } from './state-view.ts'

/** As answers show it: numbers, texts, decimals as texts, times in microseconds. */
export interface ShownEntry {
  readonly key: unknown
  /** The place under the key, of a map or a window. */
  readonly at?: At
  readonly value: Value
}

export interface Page {
  readonly entries: readonly (ShownEntry & { readonly name: string })[]
  /** Whether there may be more behind them. */
  readonly isCut: boolean
}

export interface Range {
  /** Of the canonical texts of keys; empty: all. */
  readonly prefix: string
  /** The first key, and the one behind the last, by their UTF-8 bytes; undefined: none. */
  readonly from: string | undefined
  readonly to: string | undefined
  /** The name to begin at, and whether its entry was given before; undefined: from the start. */
  readonly begin: { readonly name: string; readonly isGiven: boolean } | undefined
  readonly limit: number
}

export interface Places {
  readonly key: string
  readonly from: At | undefined
  readonly to: At | undefined
  readonly limit: number
}

export interface StoreReader {
  readonly entry: (state: PartitionState, key: string, at?: At) => ShownEntry | undefined
  readonly range: (state: PartitionState, range: Range) => Page
  /** Of a map or a window: what is under one key, from `from` on and before `to`, in order. */
  readonly places: (state: PartitionState, places: Places) => Page
}

/** The next text behind a name, by bytes. */
const NEXT = '\u0000'

export function storeReader(store: QueriedStore): StoreReader {
  const { prefix, kind, type } = store
  const show = entryShower(store)
  const keep = keepByClock(type)
  const isPlaced = kind !== 'value'
  const clockOf = (state: PartitionState): number => {
    if (keep === undefined) return Number.NEGATIVE_INFINITY
    return Math.max(
      ...store.tasks.map(({ id }) => state.commitOf(id)?.clock ?? Number.NEGATIVE_INFINITY),
    )
  }
  const collect = (
    found: Iterable<readonly [string, Uint8Array]>,
    { clock, limit, sideOf }: Collecting,
  ): Page => {
    const entries: Page['entries'][number][] = []
    for (const [whole, bytes] of found) {
      const name = whole.slice(prefix.length)
      const { text, ...about } = placeIn(store, name)
      const side = sideOf(text)
      if (side === 'before') continue
      if (side === 'behind') break
      if (entries.length === limit) return { entries, isCut: true }
      const value = show(bytes, clock)
      if (value !== undefined) entries.push({ ...about, value, name })
    }
    return { entries, isCut: false }
  }
  return {
    entry: (state, key, at) => {
      const name = isPlaced ? JSON.stringify([key, at]) : key
      const bytes = state.read(prefix + name)
      const value = bytes && show(bytes, clockOf(state))
      return value && { key: shownKey(store, key), ...(at !== undefined && { at }), value }
    },
    range: (state, range) => {
      const { names, start, sideOf } = within(range, isPlaced)
      const found = state.entries(prefix + names, prefix + start)
      return collect(found, { clock: clockOf(state), limit: range.limit, sideOf })
    },
    places: (state, { key, from, to, limit }) => {
      const isIn = (at: At): boolean =>
        (from === undefined || at >= from) && !(to !== undefined && at >= to)
      const all = collect(state.entries(`${prefix}[${JSON.stringify(key)},`), {
        clock: clockOf(state),
        limit: Number.POSITIVE_INFINITY,
        sideOf: () => 'in',
      })
      const entries = all.entries
        .filter(({ at }) => at !== undefined && isIn(at))
        .toSorted((a, b) => compareAt(a.at, b.at))
      return { entries: entries.slice(0, limit), isCut: entries.length > limit }
    },
  }
}

/** Shows a stored entry; undefined where its time is over. */
function entryShower({ type, entry }: QueriedStore) {
  const codec = entryCodec(type)
  const show = valueToJson(entry)
  const keep = keepByClock(type)
  return (bytes: Uint8Array, clock: number): Value | undefined => {
    const stored = codec.decode(bytes)
    if (keep !== undefined && clock > stored.edited + keep) return undefined
    return show(stored.entry as Value)
  }
}

/** Whose entry a name is of; `text` is the canonical one of the key. */
function placeIn(
  store: QueriedStore,
  name: string,
): Pick<ShownEntry, 'key' | 'at'> & { readonly text: string } {
  if (store.kind === 'value') return { key: shownKey(store, name), text: name }
  const [text, at] = JSON.parse(name) as [string, At]
  return { key: shownKey(store, text), at, text }
}

/** What names of a range begin with, where to begin to look, and what of it is wanted. */
function within({ prefix, from = '', to, begin }: Range, isPlaced: boolean) {
  // Names of placed entries are JSON lists, whose order is not quite that of their keys; what keys
  // begin with, their names do as well.
  const names = isPlaced ? `["${JSON.stringify(prefix).slice(1, -1)}` : prefix
  const least = isPlaced ? names : later(prefix, from)
  const start = begin ? later(least, begin.name + (begin.isGiven ? NEXT : '')) : least
  const low = Buffer.from(from)
  const high = to === undefined ? undefined : Buffer.from(to)
  const sideOf = (text: string): Side => {
    const key = Buffer.from(text)
    if (!text.startsWith(prefix) || Buffer.compare(key, low) < 0) return 'before'
    if (high === undefined || Buffer.compare(key, high) < 0) return 'in'
    return isPlaced ? 'before' : 'behind'
  }
  return { names, start, sideOf }
}

type Side = 'before' | 'in' | 'behind'

interface Collecting {
  /** Of the store's task. */
  readonly clock: number
  readonly limit: number
  /** Where a key lies of what is wanted. */
  readonly sideOf: (text: string) => Side
}

function later(a: string, b: string): string {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 ? b : a
}

/** The order of places under a key. */
export function compareAt(a: At | undefined, b: At | undefined): number {
  if (a === b || a === undefined || b === undefined) return 0
  return a < b ? -1 : 1
}
