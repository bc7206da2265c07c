// Tests `execute` with a script: to the left of the bar what happens, to the right what becomes of
// the orders. `expectExecution` has an example.
import { expect } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import type { HistoryItem } from '../runtime/reference/history.ts'
import { runReference } from '../runtime/reference/interpreter.ts'
import { instantOf } from '../runtime/topology-test/instant.ts'
import { Decimal } from '../schemas/decimal.ts'
import type { Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { Plan } from '../topology/plan.ts'
import { renderDiagnostics } from '../topology/render.ts'

const TIME = { type: 'long', logicalType: 'timestamp-micros' }
const DECIMAL = { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 18 }
const LEVELS = (name: string) => ({
  type: 'array',
  items: { type: 'record', name, fields: doubles(['price', 'size']) },
})

function doubles(names: readonly string[]) {
  return names.map((name) => ({ name, type: 'double' }))
}

function maybe(type: unknown) {
  return { type: ['null', type], default: null }
}

const SYMBOL = { name: 'symbol', type: 'string' }
const KNOWN = { name: 'available', type: TIME }
const MARKETS: Readonly<Record<string, readonly unknown[]>> = {
  quote: [
    ...doubles(['bid', 'ask']),
    { name: 'bid_size', ...maybe('double') },
    { name: 'ask_size', ...maybe('double') },
    { name: 'valid', type: 'boolean' },
  ],
  book: [
    ...doubles(['bid', 'ask']),
    { name: 'bids', type: LEVELS('Bid') },
    { name: 'asks', type: LEVELS('Ask') },
  ],
  bar: [
    ...doubles(['open', 'high', 'low', 'close']),
    { name: 'end', type: TIME },
    { name: 'count', type: 'long' },
  ],
}
const WANTED = [
  { name: 'account', type: 'string' },
  SYMBOL,
  { name: 'side', type: 'long' },
  { name: 'quantity', type: DECIMAL },
  { name: 'order_id', type: 'string' },
  { name: 'intent', type: 'string' },
  { name: 'limit', type: 'double' },
  { name: 'opens', ...maybe(DECIMAL) },
  { name: 'stop', ...maybe('double') },
  { name: 'target', ...maybe('double') },
  KNOWN,
]

export type MarketWord = 'quote' | 'book' | 'bar'

function filesOf(market: MarketWord) {
  const schemaOf = (name: string, fields: readonly unknown[]): string =>
    JSON.stringify({ type: 'record', name: `test.${name}`, fields })
  const own = MARKETS[market] ?? []
  const texts = new Map([
    ['schemas/test/wanted.avsc', schemaOf('Wanted', WANTED)],
    ['schemas/test/market.avsc', schemaOf('Market', [SYMBOL, ...own, KNOWN])],
  ])
  return { read: (path: string) => texts.get(path) }
}

/** A topology of one step; `extra` is added to its config. */
export function executionPlan(market: MarketWord, config: string, key = 'account'): Plan {
  const { plan, diagnostics } = check(market, config, key)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(renderDiagnostics(errors)).toBe('')
  if (plan === undefined) throw new Error('no plan')
  return plan
}

/** The diagnostics of a config that is refused. */
export function executionRefusal(market: MarketWord, config: string, key = 'account'): string {
  const { diagnostics } = check(market, config, key)
  return renderDiagnostics(diagnostics.filter(({ severity }) => severity === 'error'))
}

function check(market: MarketWord, config: string, key: string) {
  const known = 'available: available'
  const copied = 'table: latest, copies: all'
  const lines = config.trim().split('\n')
  const text = `topology: desk
topics:
  wanted: { topic: wanted, schema: test/Wanted, key: ${key}, ${known} }
  market: { topic: market, schema: test/Market, key: symbol, ${known}, ${copied} }
  control: { topic: control, schema: trading/Control, key: account, time: time, ${copied} }
  instruments:
    topic: ref
    schema: ref/Instrument
    key: symbol
    time: since
    table: history
    copies: all
fate: { bad: dead-letter, late: dead-letter, duplicate: dead-letter }
steps:
  subject:
    from: wanted
    execute:
      market: market
${lines.map((line) => `      ${line.trim()}`).join('\n')}
`
  const source = { path: 'topology.yaml', text }
  return checkTopology(source, catalogue, { files: filesOf(market) })
}

/** What happens at an instant, in the words of `expectExecution`. */
export interface Happening {
  readonly time: number
  readonly words: readonly string[]
}

interface Row extends Happening {
  readonly gives: string[]
}

/**
 * What happens: `buy a 1` or `sell a 1` with `limit=`, `stop=`, `target=`, `opens=`, `of=` the
 * account, `in=` the symbol, `intent=flatten`; `quote BID ASK`, with sizes as `99x2`, and
 * `invalid`; `book 99x1,98x2 101x1`; `bar OPEN HIGH LOW CLOSE` of the second that ends then, or at
 * `end=`, and `empty`; `halt`, `resume` or `flatten` of an account, or `*`, and a symbol; `tick`
 * for time that passes; `list TICK LOT` with `min_quantity=` and `min_notional=`.
 *
 * What becomes of the orders: each state from `pending` on, `a 1 @ 101 taker filled` for a fill
 * with the state that it leads to, and `amended` with the quantity where that alone changes. A row
 * without a left side goes on with the one above; what a timer brings stands under the last row
 * before it, with its instant. Runs straight, and with all state saved and loaded between any two
 * rows.
 *
 * @example
 * expectExecution('fee: 0', `
 *   1s  quote 99 101 |
 *   2s  buy a 1      | a pending
 *                    | a 1 @ 101 taker filled`)
 */
export function expectExecution(config: string, script: string): void {
  const rows = parseScript(script)
  const market = rows
    .map(({ words }) => words[0])
    .find((word) => word !== undefined && word in MARKETS)
  const plan = executionPlan((market ?? 'quote') as MarketWord, config)
  for (const crashes of [false, true]) {
    const came = runScript(plan, rows, crashes)
    const label = crashes ? 'with state restored between any two rows' : 'straight'
    expect(came, label).toEqual(rows.map(({ gives }) => gives))
  }
}

function parseScript(script: string): readonly Row[] {
  const rows: Row[] = []
  for (const line of script.split('\n').filter((each) => each.trim() !== '')) {
    const [left = '', right = ''] = line.split('|').map((part) => part.trim())
    const [at, ...words] = left.split(/\s+/)
    const time = at === undefined || at === '' ? undefined : instantOf(at)
    if (time !== undefined) rows.push({ time, words, gives: [] })
    const given = right.replace(/\s+/g, ' ')
    if (given !== '') rows.at(-1)?.gives.push(given)
  }
  return rows
}

function runScript(plan: Plan, rows: readonly Row[], crashes: boolean): readonly string[][] {
  const came: string[][] = rows.map(() => [])
  const show = shower(rows)
  let row = 0
  runReference({
    plan,
    operators,
    inputs: inputsOf(rows, crashes),
    trace: (event) => {
      if (event.kind === 'taken') row = Number(event.place)
      else if (event.kind === 'fated') came[row]?.push(`${event.fate}: ${event.reason}`)
      else if (event.kind === 'emitted')
        show(event.output, event.value, event.time, row, came[row] ?? [])
    },
  })
  return came
}

/** The items of every topic, in the order of the rows; `place` is the row's. */
export function inputsOf(
  rows: readonly Happening[],
  crashes: boolean,
): ReadonlyMap<string, readonly HistoryItem[]> {
  const inputs = new Map<string, HistoryItem[]>()
  for (const topic of ['wanted', 'market', 'instruments', 'control']) inputs.set(topic, [])
  for (const [index, { time, words }] of rows.entries()) {
    const { topic, value, eventTime = time } = happeningOf(time, words)
    const item = { value, time: eventTime, available: time, place: String(index) }
    inputs.get(topic)?.push({ kind: 'record', ...item })
    if (crashes) inputs.get(topic)?.push({ kind: 'crash' })
  }
  return inputs
}

interface Happens {
  readonly topic: string
  readonly value: Value
  readonly eventTime?: number
}

const SECOND = 1_000_000

function happeningOf(time: number, words: readonly string[]): Happens {
  const [word = '', ...rest] = words
  const plain = rest.filter((each) => !each.includes('='))
  const named = new Map(rest.filter((each) => each.includes('=')).map(pairOf))
  const symbol = named.get('in') ?? 'BTC'
  switch (word) {
    case 'buy':
    case 'sell':
      return { topic: 'wanted', value: wantedOf(word, plain, named, symbol, time) }
    case 'tick':
    case 'quote':
    case 'book':
      return { topic: 'market', value: bookOf(word, plain, symbol, time) }
    case 'bar': {
      const [open, high, low, close] = plain.map(Number)
      const count = plain.includes('empty') ? 0 : 1
      const end = instantOf(named.get('end') ?? '') ?? time
      const value = { symbol, open, high, low, close, end, count, available: time }
      return { topic: 'market', value, eventTime: end - SECOND }
    }
    case 'list': {
      const [tick, lot] = plain.map((each) => new Decimal(each))
      const [quantity, notional] = ['min_quantity', 'min_notional'].map((name) => {
        const least = named.get(name)
        return least === undefined ? null : new Decimal(least)
      })
      const value = { symbol, tick, lot, base: 'B', quote: 'Q', since: time }
      return {
        topic: 'instruments',
        value: { ...value, min_quantity: quantity, min_notional: notional },
      }
    }
    default: {
      const [account = '*'] = plain
      const of = named.get('in') ?? null
      return { topic: 'control', value: { command: word, account, symbol: of, time, by: null } }
    }
  }
}

function pairOf(text: string): readonly [string, string] {
  const [name = '', value = ''] = text.split('=')
  return [name, value]
}

function wantedOf(
  word: string,
  [id = '', quantity = '0']: readonly string[],
  named: ReadonlyMap<string, string>,
  symbol: string,
  time: number,
): Value {
  const optional = (name: string): number | null => {
    const text = named.get(name)
    return text === undefined ? null : Number(text)
  }
  const opens = optional('opens')
  return {
    account: named.get('of') ?? 'A',
    symbol,
    side: word === 'buy' ? 1 : -1,
    quantity: new Decimal(quantity),
    order_id: id,
    intent: named.get('intent') ?? 'entry',
    limit: optional('limit') ?? 0,
    opens: opens === null ? null : new Decimal(opens),
    stop: optional('stop'),
    target: optional('target'),
    available: time,
  }
}

/** `tick` is a quote of something that nobody trades. */
function bookOf(word: string, plain: readonly string[], symbol: string, time: number): Value {
  if (word === 'tick') {
    const prices = { bid: 1, ask: 2, open: 1, high: 1, low: 1, close: 1, end: time, count: 1 }
    return { symbol: 'Z', ...prices, valid: true, bids: [], asks: [], ...NO_SIZES, available: time }
  }
  const [bids = [], asks = []] = plain.slice(0, 2).map((side) =>
    side.split(',').map((level) => {
      const [price = '0', size] = level.split('x')
      return { price: Number(price), size: size === undefined ? null : Number(size) }
    }),
  )
  const top = { bid: bids[0]?.price ?? 0, ask: asks[0]?.price ?? 0 }
  if (word === 'book') return { symbol, ...top, bids, asks, available: time }
  const sizes = { bid_size: bids[0]?.size ?? null, ask_size: asks[0]?.size ?? null }
  return { symbol, ...top, ...sizes, valid: !plain.includes('invalid'), available: time }
}

const NO_SIZES = { bid_size: null, ask_size: null }

const BEFORE = new Set(['created', 'validated', 'risk_checked', 'submitted'])

type Show = (output: string, value: Value, time: number, row: number, into: string[]) => void

/** Orders are called by the ids that they were given, and those that protect them after them. */
function shower(rows: readonly Row[]): Show {
  const names = new Map<string, string>()
  const statuses = new Map<string, string>()
  let fill = ''
  return (output, value, time, row, into) => {
    const id = value.order_id as string
    const at = time === rows[row]?.time ? '' : ` at ${time / SECOND}s`
    if (output === 'fills') {
      fill = ` ${textOf(value.quantity)} @ ${textOf(value.price)} ${String(value.liquidity)}`
      return
    }
    const status = value.status as string
    const parent = names.get((value.parent ?? '') as string)
    if (!names.has(id)) {
      const base = parent === undefined ? id : `${parent}.${String(value.role)}`
      const taken = [...names.values()].filter((name) => name.replace(/#\d+$/, '') === base).length
      names.set(id, taken === 0 ? base : `${base}#${taken + 1}`)
    }
    const before = statuses.get(id)
    statuses.set(id, status)
    if (BEFORE.has(status)) return
    const name = names.get(id) ?? id
    const isAmended = before === status && fill === ''
    const more = isAmended ? ` amended ${textOf(value.quantity)}` : ` ${status}`
    const isNewProtector = status === 'pending' && !isAmended && value.parent !== null
    const terms = isNewProtector ? ` ${textOf(value.quantity)} @ ${textOf(value.price)}` : ''
    const reason = value.reason === null ? '' : ` ${value.reason as string}`
    into.push(`${name}${fill}${more}${terms}${reason}${at}`)
    fill = ''
  }
}

function textOf(value: unknown): string {
  return (value as Decimal).toFixed()
}
