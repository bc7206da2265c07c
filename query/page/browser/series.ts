// What charts are drawn from: topics that hold bars, signals, fills and equity, known by their
// fields as a report knows them, and the records that were seen of them.
import type { Topic, Update } from './answers.ts'

export type Role = 'bars' | 'signals' | 'fills' | 'equity'

const NEEDS: Readonly<Record<Role, readonly string[]>> = {
  bars: ['symbol', 'time', 'end', 'open', 'high', 'low', 'close'],
  fills: ['account', 'symbol', 'side', 'quantity', 'price', 'fee'],
  signals: ['symbol', 'side'],
  equity: ['account', 'equity', 'drawdown'],
}
/** A topic with these is no topic of signals: an order has a side too. */
const NO_SIGNAL = ['account', 'quantity', 'size', 'order_id', 'trade_id']

/** The first topic of each role that a step writes. */
export function topicsOfRoles(topics: readonly Topic[]): ReadonlyMap<Role, Topic> {
  const found = new Map<Role, Topic>()
  for (const topic of topics.filter(({ role }) => role === 'output')) {
    const names = new Set(topic.fields.map(({ name }) => name))
    for (const role of ['bars', 'fills', 'signals', 'equity'] as const) {
      const isOther = role === 'signals' && NO_SIGNAL.some((name) => names.has(name))
      const isOf = NEEDS[role].every((name) => names.has(name))
      if (isOf && !isOther && !found.has(role)) found.set(role, topic)
    }
  }
  return found
}

export interface Bar {
  readonly symbol: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly end: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

export interface Mark {
  readonly symbol: string
  readonly time: number
  /** 1: to buy; -1: to sell. */
  readonly side: number
  /** Null: a signal. */
  readonly price: number | null
  readonly quantity: number | null
}

export interface Worth {
  readonly account: string
  readonly time: number
  readonly equity: number
  readonly drawdown: number
  readonly currency: string
}

export function barOf({ value }: Update): Bar | undefined {
  if (value === null) return undefined
  const [open, high, low, close] = ['open', 'high', 'low', 'close'].map((name) => num(value[name]))
  const [time, end] = [num(value.time) / 1_000, num(value.end) / 1_000]
  const bar = { symbol: String(value.symbol), time, end, open, high, low, close }
  return isWhole(bar) ? bar : undefined
}

export function markOf({ value, time }: Update): Mark | undefined {
  if (value === null) return undefined
  const side = Math.sign(num(value.side))
  if (side !== 1 && side !== -1) return undefined
  const price = 'price' in value ? num(value.price) : null
  const quantity = 'quantity' in value ? num(value.quantity) : null
  return { symbol: String(value.symbol), time: time / 1_000, side, price, quantity }
}

export function worthOf({ value, time }: Update): Worth | undefined {
  if (value === null) return undefined
  const { account, currency = '' } = value as { account: unknown; currency?: unknown }
  const [equity, drawdown] = [num(value.equity), num(value.drawdown)]
  if (!Number.isFinite(equity) || !Number.isFinite(drawdown)) return undefined
  const about = { account: String(account), currency: String(currency) }
  return { ...about, time: time / 1_000, equity, drawdown }
}

function num(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
}

function isWhole(bar: object): bar is Bar {
  return Object.values(bar).every((each) => typeof each === 'string' || Number.isFinite(each))
}

/** Records of some keys, by time; a record that comes twice is one, and the oldest are let go. */
export class Kept<Datum extends { readonly time: number }> {
  readonly #most: number
  readonly #keyOf: (datum: Datum) => string
  readonly #all = new Map<string, Map<string, Datum>>()

  constructor(most: number, keyOf: (datum: Datum) => string) {
    this.#most = most
    this.#keyOf = keyOf
  }

  add(position: string, datum: Datum): void {
    const key = this.#keyOf(datum)
    const own = this.#all.get(key) ?? new Map<string, Datum>()
    this.#all.set(key, own)
    own.set(position, datum)
    const [oldest] = own.keys()
    if (own.size > this.#most && oldest !== undefined) own.delete(oldest)
  }

  get keys(): readonly string[] {
    return [...this.#all.keys()].sort()
  }

  of(key: string): readonly Datum[] {
    return [...(this.#all.get(key)?.values() ?? [])].toSorted((a, b) => a.time - b.time)
  }
}

/** The place of the last of the sorted times that is not after `time`; -1 before the first. */
export function lastUntil(times: readonly number[], time: number): number {
  let [from, to] = [0, times.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((times[middle] ?? time) <= time) from = middle + 1
    else to = middle
  }
  return from - 1
}
