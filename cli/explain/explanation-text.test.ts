import { expect, test } from 'vitest'
import { catalogue } from '../catalogue.ts'
import { catalogueWithKept, MOMENTUM_WITH_SINKS } from '../kept-sink.test-data.ts'
import { MOMENTUM, planOf } from '../plan-of.test-data.ts'
import { explain } from './explanation.ts'
import { explanationText } from './explanation-text.ts'

const explanation = explain(planOf(MOMENTUM), catalogue)

/** A block of the text: a title and the lines below it. */
function block(title: string, columns = 100): string {
  const blocks = `${explanationText(explanation, columns)}\n`.split('\n\n')
  return blocks.find((each) => each.startsWith(title)) ?? `no block begins with ${title}`
}

test('names the topology, its hashes, its default fates and its parameters', () => {
  const { shapeHash, fullHash } = explanation
  expect(block('topology')).toBe(
    `topology momentum
  shape      ${shapeHash.slice(0, 12)}
  full       ${fullHash.slice(0, 12)}
  fate       bad dead-letter, late dead-letter, duplicate skip
  param      fast  5`,
  )
})

test('says of a source what it opens and which topics it fills', () => {
  const sources = `sources:
  ours: { connection: venue, to: { trades: deals } }
  binance: { binance: { connection: spot }, to: { trades: trades, depth: levels } }
topics:
  deals: { topic: deals, schema: market/Trade, key: symbol, time: time }
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time }
  levels: { topic: levels, schema: market/Depth, key: symbol, time: time }
`
  const own = explain(planOf(MOMENTUM.replace('topics:\n', sources)), catalogue)
  const text = explanationText(own, 100)
  expect(text).toContain(`source binance
  opens      connection spot, connector binance
  fills      levels with depth, trades

source ours
  opens      connection venue, of whichever connector the environment names
  fills      deals with trades
`)
  expect(JSON.parse(JSON.stringify(own.sources))).toEqual([
    {
      name: 'binance',
      connection: 'spot',
      connector: 'binance',
      fills: [
        { topic: 'levels', output: 'depth' },
        { topic: 'trades', output: 'trades' },
      ],
    },
    { name: 'ours', connection: 'venue', fills: [{ topic: 'deals', output: 'trades' }] },
  ])
})

test('says of a sink what it takes where, and what becomes of what does not get there', () => {
  const own = explain(planOf(MOMENTUM_WITH_SINKS, catalogueWithKept), catalogueWithKept)
  const text = explanationText(own, 100)
  expect(text.slice(text.indexOf('sink book'))).toBe(`sink book
  from       signals
  kept       connection  ledger
             table       signals
             key         symbol
             every       90s
  fate       bad skip
  away       10m at most, then the run ends

sink quotes
  from       quotes
  kept       connection  quotes
             table       ticks
             every       1s
  fate       bad dead-letter
  away       for any time: it is tried again
`)
  expect(JSON.parse(JSON.stringify(own.sinks))).toMatchObject([
    {
      name: 'book',
      kind: 'kept',
      topic: 'signals',
      connection: 'ledger',
      config: [{ name: 'table' }, { name: 'key' }, { name: 'every', text: '90s' }],
      bad: 'skip',
      away: { after: 600_000_000, ends: 'run' },
    },
    { name: 'quotes', connection: 'quotes', bad: 'dead-letter' },
  ])
})

test('says of a topic what it holds, its key, its times and where it is', () => {
  expect(block('input topic quotes')).toBe(`input topic quotes
  holds      market.Quote
             symbol string, bid double, ask double, bid_size double?, ask_size double?, time time,
             received time?
  key        symbol
  times      happened at time, lateness 1s
  on         market.quotes, 4 partitions`)
})

test('prints the merge order of every sub-topology', () => {
  expect(block('sub-topology 0')).toBe(`sub-topology 0: tasks 0_0 to 0_3
  merges by when records became available, ties in this order:
    1  mood    topic  a partition per task
    2  quotes  topic  a partition per task`)
  expect(block('sub-topology 1')).toBe(`sub-topology 1: task 1_0
  merges by when records became available, ties in this order:
    1  book   repartition  a partition per task
    2  marks  broadcast    all of 4 partitions in every task`)
})

test('says of a step what it reads, does, adds, keeps, waits for and writes', () => {
  expect(block('step entry')).toBe(`step entry
  from       seen
  signal     buy   crosses_over(close, mean)
             sell  crosses_under(close, mean)
  carries    symbol, time, end, open, high, low, close, volume, count, mean, mood
  adds       side int
  key        symbol
  lateness   1s
  writes     signals
  state      signals by symbol: doubles list of double
  lookback   1 record of its key before the first output`)
})

test('tells what is looked up from what drives', () => {
  const text = block('step seen')
  expect(text).toContain('from       trend\n  looks up   mood (topic)\n')
  expect(text).toContain('enrich     mood  with mood, max_age 2h, missing hold\n')
})

test('spells repartitions and broadcasts out on both sides', () => {
  expect(block('step book')).toContain('key        all (was symbol), repartition by all')
  expect(block('step marks')).toContain('symbol, broadcast: every task gets every record')
  expect(block('step judged')).toContain('from       book (repartition by all)')
  expect(block('step judged')).toContain('looks up   marks (broadcast)')
})

test('shows the fates that differ from the default alone', () => {
  expect(block('step candles')).toMatch(/\n {2}fate {7}late skip$/)
  expect(block('step trend')).not.toContain('fate')
})

test.each([60, 80, 100, 140])(
  'keeps to %i columns and leaves no blanks at line ends',
  (columns) => {
    const lines = explanationText(explanation, columns).split('\n')
    const wide = Math.max(columns, 64)
    expect(lines.filter((line) => line.length > wide || line.endsWith(' '))).toEqual([])
  },
)

test('holds the same as JSON, with nothing lost on the way', () => {
  const parsed = JSON.parse(JSON.stringify(explanation)) as typeof explanation
  const steps = parsed.subTopologies.flatMap((each) => each.steps)
  expect(steps.find(({ id }) => id === 'book')?.outputs).toMatchObject([
    { output: 'main', keyBefore: ['symbol'], key: [], repartition: true, broadcast: false },
  ])
  expect(steps.find(({ id }) => id === 'trend')).toMatchObject({
    operator: 'indicator',
    lookback: 4,
  })
  expect(parsed.topics.map(({ name, role }) => `${role} ${name}`)).toEqual([
    'input mood',
    'input quotes',
    'output signals',
  ])
})
