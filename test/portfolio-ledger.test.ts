import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import type { HistoryItem, RunResult } from '../runtime/reference/history.ts'
import { type EngineName, runHistories } from '../runtime/topology-test/run-histories.ts'
import { Decimal } from '../schemas/decimal.ts'
import type { Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'
import { operators } from '../operators/index.ts'

const DESK = `
topology: desk
topics:
  fills: { topic: fills, schema: trading/Fill, key: account, partitions: 2, rank: 1 }
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, rank: 2 }
  accounts:
    topic: accounts
    schema: ref/Account
    key: account
    time: since
    table: latest
    copies: all
    rank: 0
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  marks: { from: quotes, filter: true, key: broadcast }
  holdings:
    from: fills
    portfolio: { mark: marks, cash: accounts, every: 5s }
`

interface Happening {
  readonly kind: 'fill' | 'mark' | 'crash'
  readonly account: string
  readonly symbol: string
  readonly strategy: string | null
  readonly side: number
  readonly quantity: string
  readonly price: number
  readonly fee: string
}

const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('fill', 'fill', 'mark', 'mark', 'crash'),
    account: fc.constantFrom('a1', 'a2'),
    symbol: fc.constantFrom('A', 'B'),
    strategy: fc.constantFrom('x', 'y', null),
    side: fc.constantFrom(1, -1),
    quantity: fc.constantFrom('1', '2', '3', '0.7', '0.000000000000000001'),
    price: fc.constantFrom(100, 103.5, 97, 0.375),
    fee: fc.constantFrom('0', '0.25', '-0.1'),
  }),
  { maxLength: 30 },
)

const SECOND = 1_000_000
const START = 1000

function historiesOf(all: readonly Happening[]): ReadonlyMap<string, readonly HistoryItem[]> {
  const record = (value: Value, at: number): HistoryItem => ({
    kind: 'record',
    value,
    time: at,
    available: at,
    place: String(at),
  })
  const row = (account: string): HistoryItem => {
    const [cash, currency] = [new Decimal(START), 'USDT']
    return record({ account, cash, currency, symbols: [], since: 0 }, 0)
  }
  const histories = {
    accounts: [row('a1'), row('a2')],
    fills: new Array<HistoryItem>(),
    quotes: new Array<HistoryItem>(),
  }
  for (const [index, each] of all.entries()) {
    const at = (index + 1) * SECOND
    const { kind, account, symbol, strategy, side, price } = each
    if (kind === 'crash') {
      for (const items of Object.values(histories)) items.push({ kind: 'crash' })
    } else if (kind === 'mark') {
      const sides = { bid: price, ask: price, bid_size: null, ask_size: null }
      const spread = { ...sides, bid: price - 0.25, ask: price + 0.25 }
      histories.quotes.push(record({ symbol, ...spread, time: at, received: null }, at))
    } else {
      const money = { quantity: new Decimal(each.quantity), fee: new Decimal(each.fee) }
      const about = { fill_id: String(at), order_id: '', liquidity: 'taker', role: 'entry' }
      const fill = { account, symbol, strategy, side, price: new Decimal(price), mid: null }
      histories.fills.push(record({ ...about, ...fill, ...money }, at))
    }
  }
  return new Map(Object.entries(histories))
}

const { plan, diagnostics } = checkTopology({ path: 'topology.yaml', text: DESK }, catalogue, {
  files: { read: () => undefined },
})

function run(engine: EngineName, all: readonly Happening[]): Promise<RunResult> {
  if (plan === undefined) throw new Error(renderDiagnostics(diagnostics))
  return runHistories(engine, { plan, operators, inputs: historiesOf(all) })
}

/** What an account is worth at the end, from nothing but its fills and the last marks. */
function worthOf(account: string, all: readonly Happening[]): string {
  let cash = new Decimal(START)
  const held = new Map<string, { quantity: Decimal; mark: Decimal; isMarked: boolean }>()
  for (const { kind, symbol, side, quantity, price, fee, ...each } of all) {
    const known = held.get(symbol)
    if (kind === 'mark' && known?.quantity.isZero() === false) {
      held.set(symbol, { ...known, mark: new Decimal(price), isMarked: true })
    }
    if (kind !== 'fill' || each.account !== account) continue
    const paid = new Decimal(quantity).times(side).times(price).toDecimalPlaces(18)
    cash = cash.minus(paid).minus(fee)
    const total = new Decimal(quantity).times(side).plus(known?.quantity ?? 0)
    const isMarked = known?.quantity.isZero() === false && known.isMarked
    const mark = isMarked ? known.mark : new Decimal(price)
    held.set(symbol, { quantity: total, mark, isMarked })
  }
  const notionals = [...held.values()].map(({ quantity, mark }) =>
    quantity.times(mark).toDecimalPlaces(18),
  )
  return notionals.reduce((sum, each) => sum.plus(each), cash).toFixed()
}

test.each([
  ['reference', 60],
  ['engine', 10],
] as const)(
  'on the %s equity is what fills and marks make it, whatever crashes',
  (engine, runs) => {
    return fc.assert(
      fc.asyncProperty(happenings, async (all) => {
        const { outputs, deadLetters } = await run(engine, all)
        expect(deadLetters).toEqual([])
        for (const account of ['a1', 'a2']) {
          const of = (stream: string): readonly Value[] =>
            (outputs.get(stream) ?? [])
              .filter(({ key }) => key === account)
              .map(({ value }) => value)
          const last = of('holdings').at(-1)
          if (last !== undefined) {
            expect((last.equity as Decimal).toFixed()).toBe(worthOf(account, all))
          }
          for (const each of of('holdings')) expectWhole(each)
          const peaks = of('holdings').map(({ equity }) => Number(equity))
          if (last) expect(Number(last.peak)).toBe(Math.max(START, ...peaks))
          expectStrategies(of('holdings.strategies'), of('holdings.positions'))
        }
      }),
      { numRuns: runs },
    )
  },
)

/** Cash and what is held come to what there was, what was gained, and what was paid in fees. */
function expectWhole({ equity, realized, unrealized, fees }: Value): void {
  const gained = (realized as Decimal).plus(unrealized as Decimal).minus(fees as Decimal)
  expect((equity as Decimal).toFixed()).toBe(gained.plus(START).toFixed())
}

/** Strategies hold together what the account holds, and pay its fees. */
function expectStrategies(strategies: readonly Value[], positions: readonly Value[]): void {
  for (const symbol of ['A', 'B']) {
    const last = new Map(
      strategies
        .filter((each) => each.symbol === symbol)
        .map((each) => [each.strategy, each] as const),
    )
    const whole = positions.filter((each) => each.symbol === symbol).at(-1)
    for (const field of ['quantity', 'fees']) {
      const sum = [...last.values()].reduce((all, each) => all.plus(each[field] as Decimal), ZERO)
      expect(sum.toFixed()).toBe(((whole?.[field] ?? ZERO) as Decimal).toFixed())
    }
  }
}

const ZERO = new Decimal(0)

test('the engine tells what the reference tells, to the last record', async () => {
  const trades = fc.sample(happenings, { numRuns: 5, seed: 7 })
  for (const all of trades) {
    const [engine, reference] = [await run('engine', all), await run('reference', all)]
    for (const stream of ['holdings', ...TOLD.map((output) => `holdings.${output}`)]) {
      expect(told(engine, stream)).toEqual(told(reference, stream))
    }
    expect(engine.state).toEqual(reference.state)
  }
})

const TOLD = ['positions', 'strategies', 'equity']

function told({ outputs }: RunResult, stream: string): unknown {
  const records = outputs.get(stream) ?? []
  return records.map(({ key, value, time, available }) => ({ key, value, time, available }))
}
