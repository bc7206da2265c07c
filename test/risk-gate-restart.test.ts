// A desk that is killed and restored between any two records decides as one that is not: latch,
// breaker, halts, the order rate, and what is reserved are all in the gate's stores.
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import { hashedId } from '../operators/order-id.ts'
import type { HistoryItem, RunResult } from '../runtime/reference/history.ts'
import { runHistories } from '../runtime/topology-test/run-histories.ts'
import { createCodec } from '../schemas/codec.ts'
import { Decimal } from '../schemas/decimal.ts'
import type { Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { Plan } from '../topology/plan.ts'

const TOPOLOGY = `topology: desk
topics:
  marks: { topic: m, schema: market/Quote, key: symbol, time: time, table: latest, copies: all }
  control:
    { topic: c, schema: trading/Control, key: account, time: time, table: latest, copies: all }
  holdings: { topic: h, schema: trading/Holding, key: account }
  filled: { topic: f, schema: trading/Order, key: account }
  wanted: { topic: w, schema: trading/Order, key: account }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  gated:
    from: wanted
    risk-gate:
      portfolio: holdings
      orders: filled
      market: marks
      control: control
      price: market.bid
      max_position: 20%
      max_drawdown: { limit: 15% }
      breaker: { losses: 2, within: 10s, pause: 2s }
      max_orders: { count: 3, within: 5s }
`

const SECOND = 1_000_000
const a1 = { account: 'a1' }
const btc = { ...a1, symbol: 'BTC' }
const buy = { ...btc, side: 1, quantity: new Decimal(1) }
const first = { ...btc, order_id: hashedId('desk', 'gated', 'a1', 1), quantity: new Decimal(1) }

/** What happens, by second. */
const EVENTS: readonly (readonly [number, string, Value])[] = [
  [1, 'marks', { symbol: 'BTC', bid: 100, ask: 101 }],
  [2, 'holdings', { ...a1, equity: new Decimal(1000) }],
  [3, 'wanted', buy],
  [4, 'wanted', buy],
  [5, 'wanted', buy], // max-position: two are open
  [6, 'filled', { ...first, status: 'cancelled' }],
  [6, 'wanted', buy],
  [7, 'wanted', buy], // max-orders
  [8, 'control', { ...a1, command: 'halt' }],
  [9, 'wanted', buy], // halted
  [10, 'control', { account: '*', command: 'flatten' }], // nothing is held
  [11, 'control', { account: '*', command: 'resume' }],
  [12, 'holdings', { ...btc, quantity: new Decimal(-1), equity: new Decimal(950) }],
  [13, 'holdings', { ...a1, equity: new Decimal(940), closed: new Decimal(-1) }],
  [14, 'holdings', { ...a1, equity: new Decimal(930), closed: new Decimal(-1) }],
  [15, 'wanted', { ...buy, symbol: 'ETH' }], // no-price
  [15, 'wanted', { ...buy, side: -1 }], // breaker
  [17, 'holdings', { ...a1, equity: new Decimal(800), drawdown: 0.2 }],
  [18, 'holdings', { ...a1, equity: new Decimal(900), drawdown: 0.1 }],
  [19, 'wanted', { ...buy, side: -1 }], // max-drawdown
  [20, 'control', { ...a1, command: 'reset' }],
  [21, 'wanted', { ...buy, quantity: new Decimal('0.5'), side: -1 }],
  [22, 'control', { ...btc, command: 'flatten' }], // closes 1
  [23, 'wanted', buy], // halted
]

function planOf(): Plan {
  const source = { path: 'topology.yaml', text: TOPOLOGY }
  const { plan, diagnostics } = checkTopology(source, catalogue, {
    files: { read: () => undefined },
  })
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return plan
}

/** After each event all inputs know how far it is; `crashes`: and every task is restored. */
function historiesOf(plan: Plan, crashes: boolean): ReadonlyMap<string, readonly HistoryItem[]> {
  const inputs = new Map<string, HistoryItem[]>()
  for (const name of plan.topics.keys()) inputs.set(name, [])
  for (const [index, [second, name, value]] of EVENTS.entries()) {
    const time = second * SECOND
    const topic = plan.topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    const complete = complement(topic.schema, { ...value, ...(topic.time && { time }) })
    const place = `event ${index}`
    inputs.get(name)?.push({ kind: 'record', value: complete, time, available: time, place })
    for (const items of inputs.values()) {
      items.push({ kind: 'heartbeat', available: time + 1 })
      if (crashes) items.push({ kind: 'crash' })
    }
  }
  return inputs
}

/** Fields that an event does not state are null where they may be, else nothing of their kind. */
function complement(schema: unknown, stated: Value): Value {
  const value: Value = {}
  for (const { name, type } of createCodec(schema).record.fields) {
    const isMoney = type.kind === 'decimal'
    const usual = type.kind === 'enum' ? type.symbols[0] : type.kind === 'string' ? '' : 0
    const blank = type.kind === 'nullable' ? null : isMoney ? new Decimal(0) : usual
    value[name] = stated[name] ?? blank
  }
  return value
}

/** Without places: only the reference says where a record came from. */
function outputsOf({ outputs, steps }: RunResult): unknown {
  const own = [...outputs].filter(([name]) => name.startsWith('gated'))
  const rows = own.map(([name, all]) => [name, all.map((row) => ({ ...row, place: undefined }))])
  return { rows: Object.fromEntries(rows) as object, steps }
}

test('it decides after a crash as if there had been none', async () => {
  const plan = planOf()
  const run = async (engine: 'engine' | 'reference', crashes: boolean) => {
    return runHistories(engine, { plan, operators, inputs: historiesOf(plan, crashes) })
  }
  const straight = await run('reference', false)
  expect(outputsOf(await run('reference', true))).toEqual(outputsOf(straight))
  expect(outputsOf(await run('engine', true))).toEqual(outputsOf(straight))
  const decisions = straight.outputs.get('gated.decisions') ?? []
  expect(decisions.map(({ time, value }) => [Math.floor(time / SECOND), value.reason])).toEqual([
    [3, null],
    [4, null],
    [5, 'max-position'],
    [6, null],
    [7, 'max-orders'],
    [9, 'halted'],
    [15, 'no-price'],
    [15, 'breaker'],
    [19, 'max-drawdown'],
    [21, null],
    [22, null],
    [23, 'halted'],
  ])
  const approved = straight.outputs.get('gated')?.map(({ value }) => String(value.quantity))
  expect(approved).toEqual(['1', '1', '1', '0.5', '1'])
})
