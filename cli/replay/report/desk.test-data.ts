// A desk that never was, for tests of reports: histories of bars, signals, orders, fills and
// valuations, and a topology that only passes them on. The same seed gives the same desk.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface DeskOptions {
  readonly bars: number
  readonly symbols: readonly string[]
  readonly accounts: readonly string[]
  readonly seed?: number
}

const TOPICS: Readonly<Record<string, readonly [schema: string, key: string]>> = {
  bars: ['market/Bar', 'symbol'],
  signals: ['trading/Signal', 'symbol'],
  orders: ['trading/Order', 'account'],
  fills: ['trading/Fill', 'account'],
  equity: ['trading/Equity', 'account'],
  positions: ['trading/Position', 'account'],
  decisions: ['risk/Decision', 'account'],
}

/** Passes every history on to a topic of its own. */
const DESK = `topology: fake-desk
topics:
${Object.entries(TOPICS)
  .map(
    ([name, [schema, key]]) =>
      `  ${name}_in: { topic: in.${name}, schema: ${schema}, key: ${key} }\n` +
      `  ${name}: { topic: desk.${name}, schema: ${schema}, key: ${key} }\n`,
  )
  .join('')}fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
${Object.keys(TOPICS)
  .map((name) => `  pass_${name}: { from: ${name}_in, filter: true, to: ${name} }\n`)
  .join('')}`

/** Writes the topology and its histories; returns the arguments of a replay but for `--out`. */
export function writeDesk(folder: string, options: DeskOptions): readonly string[] {
  const lines = deskLines(options)
  writeFileSync(join(folder, 'topology.yaml'), DESK)
  const inputs = Object.keys(TOPICS).flatMap((name) => {
    const path = join(folder, `${name}.jsonl`)
    const own = lines.get(name) ?? []
    writeFileSync(path, own.map((line) => `${JSON.stringify(line)}\n`).join(''))
    return ['--input', `${name}_in=${path}`]
  })
  return ['replay', join(folder, 'topology.yaml'), ...inputs]
}

const START = Date.UTC(2024, 7, 8, 23, 54) * 1000
const SECOND = 1_000_000
const FEE = 0.0005
const CASH = 100_000

type Lines = Map<string, object[]>

interface Holding {
  quantity: number
  entry: number
  mark: number
  realized: number
  fees: number
}

interface Desk {
  readonly account: string
  readonly holdings: ReadonlyMap<string, Holding>
  peak: number
  orders: number
}

function deskLines({ bars, symbols, accounts, seed = 7 }: DeskOptions): Lines {
  const lines: Lines = new Map(Object.keys(TOPICS).map((name) => [name, []]))
  const random = generator(seed)
  const desks = accounts.map((account) => newDesk(account, symbols))
  const prices = symbols.map((_, place) => 61_000 / (1 + place * 20))
  for (let at = 0; at < bars; at += 1) {
    const time = START + at * SECOND
    symbols.forEach((symbol, place) => {
      const open = prices[place] ?? 0
      const price = open * (1 + (random() - 0.5) * 0.0012)
      prices[place] = price
      if (at % 97 === 96) return
      writeBar(lines, { symbol, time, open, close: price, swing: random() * 0.0006 })
      const moment = { time: time + SECOND, symbol, price, random }
      if (random() < 25 / bars) trade(lines, desks, moment)
    })
  }
  return lines
}

function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function newDesk(account: string, symbols: readonly string[]): Desk {
  const flat = (): Holding => ({ quantity: 0, entry: 0, mark: 0, realized: 0, fees: 0 })
  const holdings = new Map(symbols.map((symbol) => [symbol, flat()]))
  return { account, holdings, peak: CASH, orders: 0 }
}

interface RawBar {
  readonly symbol: string
  readonly time: number
  readonly open: number
  readonly close: number
  readonly swing: number
}

function writeBar(lines: Lines, { symbol, time, open, close, swing }: RawBar): void {
  const end = time + SECOND
  const [high, low] = [Math.max(open, close) * (1 + swing), Math.min(open, close) * (1 - swing)]
  const value = { symbol, time, end, open, high, low, close, volume: 1.5, count: 3 }
  lines.get('bars')?.push({ time, available: end, value })
}

interface Moment {
  readonly symbol: string
  readonly time: number
  readonly price: number
  readonly random: () => number
}

/** A signal, what the gate makes of it for every account, the order, its fill, the valuation. */
function trade(lines: Lines, desks: readonly Desk[], moment: Moment): void {
  const { time, symbol, price, random } = moment
  const side = random() < 0.5 ? 1 : -1
  const put = (topic: string, value: object, after = 0): void => {
    lines.get(topic)?.push({ time: time + after, available: time + after, value })
  }
  put('signals', { symbol, side })
  for (const desk of desks) {
    const { account } = desk
    const holding = desk.holdings.get(symbol)
    if (holding === undefined) continue
    desk.orders += 1
    const order_id = `${account}-${desk.orders}`
    const quantity = 0.2
    const [wanted, about] = [decimal(quantity), { order_id, account, symbol, side }]
    const refused = random() < 0.3
    const verdict = refused ? 'rejected' : 'approved'
    const reason = refused ? (random() < 0.5 ? 'max-position' : 'max-drawdown') : null
    const saw = { wanted, quantity: refused ? '0' : wanted, position: decimal(holding.quantity) }
    put('decisions', { ...about, verdict, reason, ...saw, open: '0', losses: 0, orders: 1 })
    if (refused) continue
    const order = {
      ...about,
      type: 'market',
      role: 'entry',
      time_in_force: 'ioc',
      quantity: wanted,
    }
    put('orders', { ...order, status: 'pending', filled: '0' })
    if (random() < 0.1) continue
    const expired = random() < 0.1
    const end = expired ? { status: 'expired', filled: '0', reason: 'in-force' } : undefined
    put('orders', { ...order, ...(end ?? { status: 'filled', filled: wanted }) }, 50_000)
    if (expired) continue
    const paid = price * (1 + side * 0.0001)
    fill(holding, side * quantity, paid)
    const traded = {
      fill_id: `f-${order_id}`,
      price: decimal(paid),
      fee: decimal(paid * quantity * FEE),
    }
    const how = { liquidity: random() < 0.2 ? 'maker' : 'taker', role: 'entry', mid: price }
    put('fills', { ...about, ...traded, quantity: wanted, ...how }, 50_000)
    holding.mark = price
    value(put, desk, symbol, holding)
  }
}

function fill(holding: Holding, signed: number, price: number): void {
  const before = holding.quantity
  const after = Math.abs(before + signed) < 1e-9 ? 0 : before + signed
  const closes = before * signed < 0
  if (closes) holding.realized += (price - holding.entry) * before * Math.min(1, -signed / before)
  if (!closes) holding.entry = (holding.entry * before + price * signed) / after
  else if (before * after < 0) holding.entry = price
  holding.quantity = after
  holding.fees += Math.abs(signed) * price * FEE
}

type Put = (topic: string, value: object, after?: number) => void

function value(put: Put, desk: Desk, symbol: string, holding: Holding): void {
  const { account, holdings } = desk
  const { quantity, entry, mark } = holding
  const price = { entry_price: quantity === 0 ? null : decimal(entry), mark: decimal(mark) }
  const own = { ...gains([holding]), notional: decimal(quantity * mark) }
  put('positions', { account, symbol, quantity: decimal(quantity), ...price, ...own }, 50_000)
  const all = [...holdings.values()]
  const of = gains(all)
  const equity = CASH + Number(of.realized) + Number(of.unrealized) - Number(of.fees)
  const worth = all.reduce((sum, each) => sum + each.quantity * each.mark, 0)
  desk.peak = Math.max(desk.peak, equity)
  const sums = { cash: decimal(equity - worth), equity: decimal(equity), peak: decimal(desk.peak) }
  const rest = { exposure: decimal(Math.abs(worth)), drawdown: 1 - equity / desk.peak }
  put('equity', { account, currency: 'USDT', ...sums, ...of, ...rest }, 50_000)
}

function gains(holdings: readonly Holding[]) {
  const sum = (of: (holding: Holding) => number): string =>
    decimal(holdings.reduce((total, each) => total + of(each), 0))
  return {
    realized: sum(({ realized }) => realized),
    unrealized: sum(({ quantity, mark, entry }) => quantity * (mark - entry)),
    fees: sum(({ fees }) => fees),
  }
}

function decimal(number: number): string {
  return number.toFixed(8)
}
