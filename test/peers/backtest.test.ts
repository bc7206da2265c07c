// The strategy of the backtesting peers as a desk, over their million quotes: the fills and the
// cash of the reference, which spells it out in 50 lines of Python (bench/backtest/fills.ts).
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { expectedFills } from '../../bench/backtest/fills.ts'
import { quoteValue, quoteWalk, SEED } from '../../bench/backtest/quotes.ts'
import { catalogue } from '../../cli/catalogue.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { operators } from '../../operators/index.ts'
import { openDriver } from '../../runtime/driver.ts'
import { makeLayout } from '../../runtime/layout.ts'
import type { OutputRecord, RunResult } from '../../runtime/reference/history.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import { readResults } from '../../runtime/results/read-results.ts'
import { Decimal } from '../../schemas/decimal.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import type { Plan } from '../../topology/plan.ts'

const QUOTES = 1_000_000
/** For what is run several times. */
const FEWER = 100_000
const BATCH = 10_000
const MINUTE_MS = 60_000

/** Of the reference, to the digits that it prints; it counts fees apart from cash. */
const ANSWER = { cash: '-982.54', fees: '1185.1312', fills: 590 }

/** Limits that nothing comes near, for a million in cash. */
const WIDE_GATE = `
  gated:
    from: sized
    risk-gate:
      portfolio: holdings
      orders: filled
      accounts: accounts
      market: marks
      max_market_age: 1h
      max_position: 90%
      max_exposure: 90%
      max_drawdown: { limit: 90% }
      breaker: { losses: 1000, within: 1h, pause: 1h }
      max_orders: { count: 1000, within: 1m }
      on_breach: reduce
  filled:
    from: gated
`

const WITHOUT_GATE = readFileSync(new URL('backtest.yaml', import.meta.url), 'utf8')
const WITH_GATE = WITHOUT_GATE.replace('\n  filled:\n    from: sized\n', WIDE_GATE)

function planOf(text: string): Plan {
  const source = { path: 'backtest.yaml', text }
  const { plan, diagnostics } = checkTopology(source, catalogue, {
    files: { read: () => undefined },
  })
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics))
  return plan
}

interface Market {
  readonly quotes: number
  readonly cash: number
}

type Inputs = ReadonlyMap<string, Iterable<InputItem>>

function inputsOf({ quotes, cash }: Market): Inputs {
  const since = Date.UTC(2024, 0, 1) * 1_000
  const value = { account: 'desk', cash: new Decimal(cash), currency: 'USD', symbols: [], since }
  const account = { kind: 'record', value, time: since, available: since, place: 'row' } as const
  return new Map<string, Iterable<InputItem>>([
    ['accounts', [account]],
    ['quotes', itemsOf(quotes)],
  ])
}

function* itemsOf(count: number): Iterable<InputItem> {
  const next = quoteWalk(SEED)
  for (let read = 1; read <= count; read += 1) {
    const quote = next()
    const time = quote.ms * 1_000
    const value = quoteValue(quote, 'A')
    yield { kind: 'record', value, time, available: time, place: `quotes:${read}` }
  }
}

async function runEngine(plan: Plan, inputs: Inputs): Promise<RunResult> {
  const log = createMemoryBroker().connect()
  const layout = makeLayout(plan)
  const driver = await openDriver({ layout, operators, log })
  try {
    const feeders = []
    for (const topic of plan.topics.values()) {
      if (!topic.isInput) continue
      const producer = await log.producer(`feed.${topic.name}`)
      const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
      for (const items of inBatches(inputs.get(topic.name) ?? [])) await feeder.add(items)
      feeders.push(feeder)
    }
    const end = Math.max(...feeders.map(({ clock }) => clock))
    for (const feeder of feeders) await feeder.end(end)
    await driver.run()
    return await readResults(layout, log)
  } finally {
    await driver.close()
  }
}

function* inBatches(items: Iterable<InputItem>): Iterable<readonly InputItem[]> {
  let batch: InputItem[] = []
  for (const item of items) {
    if (batch.push(item) < BATCH) continue
    yield batch
    batch = []
  }
  yield batch
}

interface Traded {
  readonly quantity: number
  readonly price: number
}

/** In the form of the reference: signed quantity, and price in hundredths. */
function tradedOf({ outputs }: RunResult): readonly Traded[] {
  return (outputs.get('fills') ?? []).map(({ value: { side, quantity, price } }) => ({
    quantity: (quantity as Decimal).times(side as number).toNumber(),
    price: (price as Decimal).times(100).toNumber(),
  }))
}

function digestsOf({ digests }: RunResult): readonly string[] {
  return [...digests].map(([topic, digest]) => `${topic} ${digest.toString()}`)
}

function lastEquity({ outputs }: RunResult): OutputRecord['value'] {
  return outputs.get('equity')?.at(-1)?.value ?? {}
}

test('a million quotes give the 590 fills of the reference, and its cash to the cent', async () => {
  const run = await runEngine(planOf(WITHOUT_GATE), inputsOf({ quotes: QUOTES, cash: 0 }))
  expect(tradedOf(run)).toEqual(expectedFills())
  expect(tradedOf(run)).toHaveLength(ANSWER.fills)
  const { cash, fees } = lastEquity(run) as { readonly cash: Decimal; readonly fees: Decimal }
  expect(cash.plus(fees).toString()).toBe(ANSWER.cash)
  expect(fees.toFixed(4)).toBe(ANSWER.fees)
  expect(run.deadLetters).toEqual([])
  const orders = run.outputs.get('orders') ?? []
  expect(orders.filter(({ value }) => value.status === 'filled')).toHaveLength(ANSWER.fills)
  expect(orders.filter(({ value }) => value.reason !== null)).toEqual([])
}, 60_000)

test('the reference interpreter gives the same, all on first quotes after bars', async () => {
  const plan = planOf(WITHOUT_GATE)
  const market = { quotes: FEWER, cash: 0 }
  const reference = runReference({ plan, operators, inputs: inputsOf(market) })
  const engine = await runEngine(plan, inputsOf(market))
  expect(digestsOf(engine)).toEqual(digestsOf(reference))
  expect(tradedOf(engine)).toEqual(tradedOf(reference))
  expect(tradedOf(engine).length).toBeGreaterThan(40)
  const times = [...itemsOf(FEWER)].map((item) => (item.kind === 'record' ? item.time / 1_000 : 0))
  const firsts = new Set(times.filter((ms, at) => minuteOf(ms) > minuteOf(times[at - 1] ?? ms)))
  for (const { available } of engine.outputs.get('fills') ?? []) {
    expect(firsts.has(available / 1_000)).toBe(true)
  }
}, 30_000)

function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS)
}

test('a risk gate with wide limits between them changes no fill', async () => {
  const market = { quotes: FEWER / 2, cash: 1_000_000 }
  const [without, gated] = await Promise.all(
    [WITHOUT_GATE, WITH_GATE].map((text) => runEngine(planOf(text), inputsOf(market))),
  )
  if (without === undefined || gated === undefined) throw new Error('two runs')
  expect(gated.steps.get('gated')?.held).toEqual(new Map())
  expect(tradedOf(gated)).toEqual(tradedOf(without))
  expect(tradedOf(gated).length).toBeGreaterThan(20)
  expect(lastEquity(gated)).toEqual(lastEquity(without))
}, 30_000)
