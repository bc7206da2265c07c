// What must hold of the paper venue whatever happens, on random happenings; and that the engine
// gives what the reference interpreter gives.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InputItem } from '../connectors/file/input-record.ts'
import { catalogue } from '../cli/catalogue.ts'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { operators } from '../operators/index.ts'
import { ORDER_REASONS } from '../operators/paper-venue/order-reasons.ts'
import { isFinal, NEXT_STATES, type OrderStatus } from '../operators/paper-venue/order-states.ts'
import type { RunResult } from '../runtime/reference/history.ts'
import { runReference } from '../runtime/reference/interpreter.ts'
import { runHistory } from '../runtime/run-history.ts'
import { Decimal } from '../schemas/decimal.ts'
import type { Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { Plan } from '../topology/plan.ts'
import { executionPlan, type Happening, inputsOf, type MarketWord } from './expect-execution.ts'

const CONFIGS: readonly (readonly [MarketWord, string])[] = [
  ['quote', 'fee: 5bp\ncontrol: control\nlatency: 300ms'],
  ['quote', 'fee: 5bp\ncontrol: control\ntype: limit\nprice: limit\nin_force: 3s\nmaker_fee: -1bp'],
  ['book', 'fee: 5bp\ncontrol: control\ntype: limit\nprice: limit\ninstruments: instruments'],
  ['book', 'fee: 5bp\ncontrol: control\ntype: stop\nprice: limit\nslippage: 3bp\nfills: touch'],
  ['book', 'fee: 5bp\ncontrol: control\ntime_in_force: ioc'],
  ['book', 'fee: 5bp\ncontrol: control\ntype: limit\nprice: limit\ntime_in_force: fok'],
  ['bar', 'fee: 5bp\ncontrol: control\ntype: limit\nprice: limit\nlatency: 100ms'],
  ['bar', 'fee: 5bp\ncontrol: control\nin_force: 5s'],
]

const size = fc.constantFrom(0, 0.5, 1, 2, 5)
const symbol = fc.constantFrom('in=BTC', 'in=ETH')
const account = fc.constantFrom('A', 'B')
const middle = fc.integer({ min: 94, max: 106 })
const gap = fc.integer({ min: 1, max: 6 })

/** How far a price of a book lies from its middle: at 0 it is locked. */
const level = fc.tuple(fc.integer({ min: 0, max: 4 }), size)

const orderWords = fc
  .record({
    side: fc.constantFrom(1, -1),
    quantity: fc.constantFrom('0.5', '1', '3'),
    limit: middle,
    stop: fc.option(gap, { freq: 3 }),
    target: fc.option(gap, { freq: 3 }),
    account,
    symbol,
    isFlatten: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ side, quantity, limit, stop, target, account: of, symbol: where, isFlatten }) => [
    side > 0 ? 'buy' : 'sell',
    'ID',
    quantity,
    `limit=${limit}`,
    ...(stop === null ? [] : [`stop=${limit - side * stop}`]),
    ...(target === null ? [] : [`target=${limit + side * target}`]),
    `of=${of}`,
    where,
    ...(isFlatten === 0 && quantity === '3' ? ['intent=flatten'] : []),
  ])

const controlWords = fc
  .tuple(fc.constantFrom('halt', 'flatten', 'resume'), fc.constantFrom('A', 'B', '*'), symbol)
  .map((words) => [...words])

function marketWords(market: MarketWord): fc.Arbitrary<string[]> {
  if (market === 'bar') {
    return fc.tuple(middle, middle, middle, middle, symbol).map(([a, b, c, d, where]) => {
      const prices = [a, Math.max(a, b, c, d), Math.min(a, b, c, d), d]
      return ['bar', ...prices.map(String), where]
    })
  }
  const side = fc.array(level, { minLength: 1, maxLength: market === 'book' ? 3 : 1 })
  return fc.tuple(middle, side, side, symbol).map(([at, bids, asks, where]) => {
    const text = (levels: typeof bids, up: number): string =>
      levels
        .toSorted(([a], [b]) => a - b)
        .map(([away, much]) => `${at + up * away}x${much}`)
        .join()
    return [market, text(bids, -1), text(asks, 1), where]
  })
}

interface Story {
  readonly market: MarketWord
  readonly config: string
  readonly happenings: readonly Happening[]
}

const stories: fc.Arbitrary<Story> = fc.constantFrom(...CONFIGS).chain(([market, config]) =>
  fc
    .array(
      fc.record({
        after: fc.integer({ min: 1, max: 900 }),
        words: fc.oneof(
          { weight: 12, arbitrary: marketWords(market) },
          { weight: 9, arbitrary: orderWords },
          { weight: 1, arbitrary: controlWords },
        ),
      }),
      { minLength: 25, maxLength: 50 },
    )
    .map((all) => ({ market, config, happenings: happeningsOf(all) })),
)

function happeningsOf(
  all: readonly { readonly after: number; readonly words: readonly string[] }[],
): readonly Happening[] {
  let time = 1_000_000
  const listed = ['in=BTC', 'in=ETH'].map((where) => ({ time, words: ['list', '1', '0.5', where] }))
  return [
    ...listed,
    ...all.map(({ after, words }, index) => {
      time += after * 1_000
      return { time, words: words.map((word) => (word === 'ID' ? `o${index}` : word)) }
    }),
  ]
}

const plans = new Map<string, Plan>()

function planOf(market: MarketWord, config: string): Plan {
  const known = plans.get(`${market} ${config}`) ?? executionPlan(market, config)
  plans.set(`${market} ${config}`, known)
  return known
}

function run({ market, config, happenings }: Story, crashes: boolean): RunResult {
  return runReference({
    plan: planOf(market, config),
    operators,
    inputs: inputsOf(happenings, crashes),
    capture: '*',
  })
}

/** Without what only the reference interpreter knows. */
function rowsOf(result: RunResult, stream: string): readonly unknown[] {
  return (result.outputs.get(stream) ?? []).map(({ key, value, time, available }) => {
    return { key, value, time, available }
  })
}

function valuesOf(result: RunResult, stream: string): readonly Value[] {
  return (result.outputs.get(stream) ?? []).map(({ value }) => value)
}

function sum(values: readonly unknown[]): Decimal {
  return values.reduce<Decimal>((all, each) => all.plus(each as Decimal), new Decimal(0))
}

function byId(values: readonly Value[]): ReadonlyMap<string, readonly Value[]> {
  return Map.groupBy(values, ({ order_id: id }) => id as string)
}

function expectLegal(states: readonly Value[]): void {
  expect(states[0]?.status).toBe('created')
  for (const [index, state] of states.entries()) {
    const before = states[index - 1]
    expect((state.filled as Decimal).lte(state.quantity as Decimal)).toBe(true)
    if (before === undefined) continue
    const [from, to] = [before.status, state.status] as [OrderStatus, OrderStatus]
    expect(isFinal(from)).toBe(false)
    const isAmended = from === to && (state.filled as Decimal).eq(before.filled as Decimal)
    if (isAmended) expect(state.parent).not.toBeNull()
    else expect(NEXT_STATES[from]).toContain(to)
  }
}

test('keeps to the table of states, and fills what it says that it filled', () => {
  const statuses = new Set<unknown>()
  fc.assert(
    fc.property(stories, (story) => {
      const result = run(story, false)
      const orders = byId(valuesOf(result, 'subject'))
      const fills = byId(valuesOf(result, 'subject.fills'))
      for (const [id, states] of orders) {
        expectLegal(states)
        for (const { status, reason } of states) {
          statuses.add(status)
          if (reason !== null) expect(Object.keys(ORDER_REASONS)).toContain(reason)
        }
        const parts = fills.get(id) ?? []
        const filled = states.at(-1)?.filled as Decimal
        expect(sum(parts.map(({ quantity }) => quantity)).toFixed()).toBe(filled.toFixed())
      }
      expect([...fills.keys()].filter((id) => !orders.has(id))).toEqual([])
      expect([...(result.steps.get('subject')?.held.keys() ?? [])]).toEqual([])
      expect(result.deadLetters).toEqual([])
    }),
    { numRuns: 40 },
  )
  expect([...statuses].sort()).toEqual(Object.keys(NEXT_STATES).sort())
})

test('holds what was filled, and nothing that only reduces ever opens a position', () => {
  let reduced = 0
  fc.assert(
    fc.property(stories, (story) => {
      const result = run(story, false)
      const positions = new Map<string, Decimal>()
      for (const { account: of, symbol: what, side, quantity, role } of valuesOf(
        result,
        'subject.fills',
      )) {
        const name = JSON.stringify([of, what])
        const before = positions.get(name) ?? new Decimal(0)
        const after = before.plus((quantity as Decimal).times(side as number))
        positions.set(name, after)
        if (role === 'entry') continue
        reduced += 1
        expect(after.abs().lt(before.abs())).toBe(true)
        expect(after.times(before).gte(0)).toBe(true)
      }
      const held = new Map(
        [...(result.state.get('subject')?.get('holdings') ?? [])].map(([name, entry]) => {
          return [
            name.slice(name.indexOf('[')),
            (entry as { quantity: Decimal }).quantity.toFixed(),
          ]
        }),
      )
      expect(held).toEqual(new Map([...positions].map(([name, each]) => [name, each.toFixed()])))
      expectProtected(result, positions)
    }),
    { numRuns: 40 },
  )
  expect(reduced).toBeGreaterThan(50)
})

/** Stops of an account and symbol that still stand never sum up to more than the position. */
function expectProtected(result: RunResult, positions: ReadonlyMap<string, Decimal>): void {
  const open = [...(result.state.get('subject')?.get('orders') ?? [])].map(
    ([, each]) => each as Value,
  )
  for (const role of ['stop', 'target']) {
    const own = open.filter((order) => order.role === role)
    const groups = Map.groupBy(own, (order) => JSON.stringify([order.account, order.symbol]))
    for (const [name, orders] of groups) {
      const left = sum(orders.map((o) => (o.quantity as Decimal).minus(o.filled as Decimal)))
      expect(left.lte(positions.get(name)?.abs() ?? 0)).toBe(true)
    }
  }
}

test('takes no more of a market than it offers', () => {
  let limited = 0
  fc.assert(
    fc.property(
      stories.filter(({ market }) => market !== 'bar'),
      (story) => {
        const result = run(story, false)
        const fills = result.outputs.get('subject.fills') ?? []
        const quotes = story.happenings.filter(({ words }) => words[0] === story.market)
        for (const [index, { time, words }] of quotes.entries()) {
          const where = words.at(-1)
          const next = quotes.slice(index + 1).find((each) => each.words.at(-1) === where)
          const until = next?.time ?? Number.POSITIVE_INFINITY
          const within = fills.filter(
            ({ time: at, value }) =>
              at >= time && at < until && `in=${value.symbol as string}` === where,
          )
          for (const [side, levels] of [
            [1, words[2]],
            [-1, words[1]],
          ] as const) {
            const offered = (levels ?? '').split(',').map((each) => Number(each.split('x')[1]))
            for (const of of ['A', 'B']) {
              const own = within.filter(({ value }) => value.side === side && value.account === of)
              if (own.length === 0) continue
              const taken = sum(own.map(({ value }) => value.quantity))
              expect(taken.lte(offered.reduce((all, each) => all + each, 0))).toBe(true)
              limited += 1
            }
          }
        }
      },
    ),
    { numRuns: 30 },
  )
  expect(limited).toBeGreaterThan(50)
})

test('comes to the same on the engine, and with state restored at any point', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const reference = run(story, false)
      expect(run(story, true)).toEqual(reference)
      const plan = planOf(story.market, story.config)
      const inputs = inputsOf(story.happenings, false) as ReadonlyMap<string, readonly InputItem[]>
      const log = createMemoryBroker().connect()
      const commit = { everyMs: 0, records: 3 }
      const result = await runHistory({ plan, operators, inputs, log, commit, capture: '*' })
      for (const stream of ['subject', 'subject.fills']) {
        expect(rowsOf(result, stream)).toEqual(rowsOf(reference, stream))
      }
      expect(result.state).toEqual(reference.state)
      expect(result.timers).toEqual(reference.timers)
    }),
    { numRuns: 8 },
  )
}, 60_000)

test('refuses what is no order, and a market without prices', () => {
  const text = `topology: t
topics:
  wanted: { topic: wanted, schema: market/Trade, key: symbol, time: time }
  prices: { topic: p, schema: market/Trade, key: symbol, time: time, table: latest, copies: all }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  subject: { from: wanted, execute: { market: prices, fee: 0 } }
`
  const source = { path: 'topology.yaml', text }
  const { diagnostics } = checkTopology(source, catalogue, { files: { read: () => undefined } })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'fields-exist: an order needs a field "account"',
    'fields-exist: an order needs a field "quantity"',
    'keys-agree: "execute" needs all orders of an account in one task',
    'types-agree: an order takes an int as "side", not long?',
    'fields-exist: "prices" has no prices to trade at',
  ])
})
