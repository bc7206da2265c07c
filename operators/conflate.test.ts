import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testExample } from '../test/examples.ts'
import { expectTable, refusal } from '../test/expect-table.ts'
import {
  ENGINES,
  type Given,
  givenOf,
  runStep,
  someTicks,
  type Ticks,
  withClock,
} from '../test/run-step.ts'

// What is given when an interval ends stands beside the record that was taken last.

test('gives the last record of each interval with its event time, keys apart', () => {
  expectTable(
    'conflate',
    'every: 1s',
    `
    time   key  bid |  at      key  bid
    100ms  A    1   |
    200ms  B    7   |
    900ms  A    2   |  0.9s    A    2
                    |  0.2s    B    7
    1s     A    3   |  1s      A    3
    5s     B    8   |                    `,
    { timersIn: 'row before' },
  )
})

test('goes by the clock: an old quote that comes late is still the last one known', () => {
  expectTable(
    'conflate',
    'every: 1s',
    `
    time  available  key  bid |  at   bid
    3s    3s         A    1   |
    2s    3500ms     A    2   |  2s   2
    9s    4s         A    3   |            `,
    { timersIn: 'row before' },
  )
})

test('with leading, gives a quote after silence at once, and then one an interval', () => {
  expectTable(
    'conflate',
    'every: 1s\nleading: true',
    `
    time    key  bid |  at    bid
    100ms   A    1   |  0.1s  1
    200ms   A    2   |
    300ms   A    3   |  0.3s  3
    1100ms  A    4   |  1.1s  4
    2100ms  A    5   |  2.1s  5
    4s      A    6   |  4s    6
    5s      A    7   |  5s    7    `,
    { timersIn: 'row before' },
  )
})

test('carries what a quote may hold: nulls and the greatest numbers', () => {
  expectTable(
    'conflate',
    'every: 1s',
    `
    time  key  bid     size:double? |  at  bid     size
    0s    A    1e308   -            |  0s  1e+308  -
    1s    A    5e-324  1            |  1s  5e-324  1
    2s    A    0       -            |                    `,
    { timersIn: 'row before' },
  )
})

const BOOKS = `
topology: marks
topics:
  ladder:
    topic: book
    schema: market/Book
    key: symbol
    time: time
    partitions: 2
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time, available: received }
fate: { bad: fail, late: fail, duplicate: fail }
`

const book = (symbol: string, time: string, mid: number): string =>
  `        - value:
            symbol: ${symbol}
            time: ${time}
            received: ${time}
            last_update: 1
            bid: ${mid - 1}
            ask: ${mid + 1}
            bid_size: 1
            ask_size: 1
            mid: ${mid}
            spread: 2
            imbalance: 0
            bids: [{ price: ${mid - 1}, size: 1 }, { price: ${mid - 2}, size: 3 }]
            asks: [{ price: ${mid + 1}, size: 1 }]
`

testExample(
  'sends books on to every task; what is held survives a crash',
  `${BOOKS}steps:
  marks: { from: ladder, conflate: { every: 100ms }, key: broadcast }
  marked:
    from: trades
    enrich:
      mark: { with: marks, missing: null }
---
tests:
  - it: looks up the last book of the interval before
    feed:
      ladder:
${book('A', '10ms', 10)}${book('A', '90ms', 20)}${book('A', '110ms', 30)}
      trades:
        - value: { symbol: A, price: 1, size: 1, time: 99ms, received: 99ms }
        - value: { symbol: A, price: 1, size: 1, time: 101ms, received: 101ms }
    expect:
      marks:
        - { time: 90ms, available: 100ms, value: { mid: 20 } }
      marked:
        - value: { time: 99ms, mark: null }
        - value: { time: 101ms, mark: { mid: 20 } }
    held: { marks: 1 }
  - it: gives the book that it held when it crashed, whole
    feed:
      ladder:
${book('A', '10ms', 10)}${book('B', '10ms', 50)}${book('A', '20ms', 20)}
    then: [crash, { advance: 100ms }, crash, { advance: 100ms }]
    expect:
      marks:
        - key: A
          time: 20ms
          available: 100ms
          value:
            mid: 20
            bids: [{ price: 19, size: 1 }, { price: 18, size: 3 }]
            asks: [{ price: 21, size: 1 }]
        - { key: B, time: 10ms, available: 100ms, value: { mid: 50 } }
      marked: []
    held: { marks: 1 }
`,
)

testExample(
  'closes its interval before it takes what another timer of the same instant brings',
  `
topology: chained
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  first: { from: quotes, conflate: { every: 100ms } }
  second: { from: first, conflate: { every: 100ms } }
  slow: { from: quotes, conflate: { every: 300ms } }
  bars: { from: slow, bars: { every: 1s } }
---
tests:
  - it: delays by an interval each, and makes no bar late
    feed:
      quotes:
        - value: { symbol: A, bid: 1, ask: 2, time: 10ms }
        - value: { symbol: A, bid: 2, ask: 3, time: 110ms }
        - value: { symbol: A, bid: 3, ask: 4, time: 999999 }
        - value: { symbol: A, bid: 4, ask: 5, time: 2s }
    expect:
      first:
        - { available: 100ms, value: { bid: 1 } }
        - { available: 200ms, value: { bid: 2 } }
        - { available: 1s, value: { bid: 3 } }
      second:
        - { available: 200ms, value: { bid: 1 } }
        - { available: 300ms, value: { bid: 2 } }
        - { available: 1100ms, value: { bid: 3 } }
      bars:
        - value: { time: 0s, open: 2.5, close: 3.5, count: 2 }
`,
)

test('refuses an interval of no length', () => {
  expect(refusal('conflate', 'every: 0s', 'time key bid')).toMatchInlineSnapshot(`
    "error[config-typed]: "every" takes a duration of 1ms or more
      topology.yaml:9:14
        |
      9 |       every: 0s
        |              ^^

    1 error"
  `)
})

const EVERY = 10

/** By the definition: each interval of the clock for itself. */
function thinned(ticks: Ticks, symbol: string, isLeading: boolean): readonly Given[] {
  const all = withClock(ticks)
  const now = all.at(-1)?.clock ?? 0
  const given: Given[] = []
  let held: Given | undefined
  for (let start = 0; start <= now; start += EVERY) {
    if (held !== undefined) given.push({ ...held, available: start })
    const inside = all.filter(
      (tick) => tick.symbol === symbol && tick.clock >= start && tick.clock < start + EVERY,
    )
    const [first] = inside
    const goesAtOnce = isLeading && held === undefined && first !== undefined
    if (goesAtOnce) given.push({ id: first.id, time: first.time, available: first.clock })
    const last = inside.slice(goesAtOnce ? 1 : 0).at(-1)
    held = last && { id: last.id, time: last.time, available: 0 }
  }
  return given
}

test.each(ENGINES)('gives what grouping by interval gives, on the %s', async (engine, numRuns) => {
  await fc.assert(
    fc.asyncProperty(someTicks, fc.boolean(), async (ticks, isLeading) => {
      const config = `conflate: { every: ${EVERY}ms, leading: ${isLeading} }`
      const result = await runStep(engine, config, ticks)
      let count = 0
      for (const symbol of ['A', 'B']) {
        const wanted = thinned(ticks, symbol, isLeading)
        expect(givenOf(result, symbol)).toEqual(wanted)
        const places = wanted.map(({ available }) => Math.floor(available / EVERY))
        expect(new Set(places).size, 'one an interval').toBe(places.length)
        count += wanted.length
      }
      const held = result.steps.get('subject')?.held.get('conflated') ?? 0
      const waiting = result.state.get('subject')?.get('intervals')?.values() ?? []
      const last = [...waiting].filter((each) => (each as { value: unknown }).value !== null)
      expect(count + held + last.length, 'none vanishes').toBe(withClock(ticks).length)
    }),
    { numRuns },
  )
})
