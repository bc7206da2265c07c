import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  futuresDepth,
  futuresSnapshot,
  futuresTicker,
  futuresTrade,
  line,
  type Message,
} from '../connectors/binance/messages.test-data.ts'
import { jsonLines, makePlace, millrace, type Place } from './log-commands.test-data.ts'

const TOPOLOGY = `topology: desk
topics:
  trades:
    topic: md.trades
    schema: market/Trade
    key: symbol
    time: time
    available: received
    partitions: 2
  depth: { topic: md.depth, schema: market/Depth, key: symbol, time: time, available: received }
  quotes: { topic: md.quotes, schema: market/Quote, key: symbol, time: time }
  sizes: { topic: sizes, schema: market/Trade, key: symbol, partitions: 2 }
  bars: { topic: bars, schema: market/Bar, key: symbol, partitions: 2 }
  wide: { topic: wide, schema: market/Quote, key: symbol }
  snapshots: { topic: snapshots, schema: market/Depth, key: symbol }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  candles:
    from: trades
    bars: { every: 1s }
    to: bars
  large:
    from: trades
    filter: size > 0.001
    to: sizes
  spread:
    from: quotes
    filter: ask - bid >= 0.09
    to: wide
  books:
    from: depth
    filter: snapshot
    to: snapshots
`

const START = 1_723_161_255_000_000

/** Messages every 7 ms of receive time: trades, tickers, changes and one snapshot of a symbol. */
function captureOf(symbol: string, count: number, from = 0): string {
  const kinds: readonly Message[] = [futuresTrade, futuresTicker, futuresDepth]
  const lines = Array.from({ length: count }, (_, index) => {
    const received = START + (from + index * 7) * 1000
    const kind = index === 5 ? futuresSnapshot : { ...kinds[index % 3], s: symbol }
    const message = { ...kind, T: Math.floor(received / 1000) + 1270, t: 1000 + index }
    return line(BigInt(received) * 1000n, message)
  })
  return lines.join('')
}

interface Scene extends Place {
  readonly topology: string
  readonly bitcoin: string
  readonly ether: string
}

/** Two captures that overlap in time; the first has a line that cannot be read, and a reply. */
function makeScene(topology = TOPOLOGY): Scene {
  const place = makePlace()
  const reply = line(BigInt(START) * 1000n, { result: null, id: 1 })
  const bitcoin = `${captureOf('BTCUSDT', 600)}no message\n${reply}`
  return {
    ...place,
    topology: place.file('topology.yaml', topology),
    bitcoin: `binance:${place.file('btc.raw.gz', gzipSync(bitcoin))}`,
    ether: `binance:${place.file('eth.raw', captureOf('ETHUSDT', 300, 3))}`,
  }
}

async function tapped(log: string, topic: string, ...more: readonly string[]) {
  const { out } = await millrace(['tap', topic, '--log', log, '--until-idle', '--json', ...more])
  return jsonLines(out)
}

/** Records by topic, as the summary says them. */
const summaries = (out: string): ReadonlyMap<string | undefined, string | undefined> =>
  new Map([...out.matchAll(/^(.*): (.*) records, /gm)].map(([, topic, count]) => [topic, count]))

test('feed brings each stream of several captures to its topic', async () => {
  const { log, topology, bitcoin, ether } = makeScene()
  const args = ['feed', bitcoin, ether, '--log', log, '--from-topology', topology]
  const { code, out, err } = await millrace(args)
  expect(code).toBe(0)
  expect([...summaries(out)].toSorted()).toEqual([
    ['md.depth', '300'],
    ['md.quotes', '300'],
    ['md.trades', '300'],
  ])
  expect(err.trim().split('\n')).toEqual([
    'warning: 1 records could not be read, the first at btc.raw.gz:601: the line does not begin ' +
      'with when it was received: nanoseconds since 1970, in 19 digits, and a space',
    'warning: btc.raw.gz: not taken: 1 reply',
  ])
  const quotes = await tapped(log, 'md.quotes')
  const available = quotes.map((each) => Number(each['available']))
  expect(available).toEqual(available.toSorted((a, b) => a - b))
  expect(new Set(quotes.slice(0, 10).map(({ key }) => key))).toEqual(
    new Set(['BTCUSDT', 'ETHUSDT']),
  )
  const [change, snapshot] = (await tapped(log, 'md.depth')).slice(1)
  expect(change).toMatchObject({ key: 'ETHUSDT', value: { snapshot: false } })
  expect(snapshot).toMatchObject({ value: { snapshot: true } })
})

test('feed tells every topic each second and at the end how far the captures are', async () => {
  const { log, topology, bitcoin } = makeScene()
  await millrace(['feed', bitcoin, '--log', log, '--from-topology', topology])
  const ends = START + 599 * 7 * 1000
  const seconds = [1, 2, 3, 4].map((second) => START + second * 1_000_000)
  for (const [topic, partition] of [
    ['md.trades', 0],
    ['md.trades', 1],
    ['md.depth', 0],
    ['md.quotes', 0],
  ] as const) {
    const rows = await tapped(log, topic, '--kinds', 'all')
    const beats = rows.filter(
      (row) => row['kind'] === 'heartbeat' && row['partition'] === partition,
    )
    expect(beats.map((row) => row['available'])).toEqual([...seconds, ends])
  }
})

test('feed fills the one topic that is named, and says what it leaves out', async () => {
  const { log, topology, ether } = makeScene()
  const args = ['feed', ether, '--log', log, '--from-topology', topology, '--topic', 'quotes']
  const { out, err } = await millrace(args)
  expect([...summaries(out)]).toEqual([['md.quotes', '100']])
  expect(err).toBe(
    'warning: eth.raw: not taken: 100 trades (no topic of market/Trade), 100 depth (no topic of ' +
      'market/Depth)\n',
  )
  const known = await millrace(['feed', ether, '--log', log, '--topic', 'md.quotes', '--json'])
  expect(jsonLines(known.out)).toMatchObject([{ topic: 'md.quotes', records: 100, stopped: false }])
})

test('feed paces captures, and stops at Ctrl-C with what was read on the log', async () => {
  const { log, topology, ether } = makeScene()
  const args = ['feed', ether, '--log', log, '--from-topology', topology, '--rate', '0.001']
  const { code, err } = await millrace(args, {
    isTerminal: true,
    err: (text) => {
      if (text.includes('1 records')) process.emit('SIGINT')
    },
  })
  expect({ code, err }).toEqual({ code: 130, err: '' })
  expect(await tapped(log, 'md.trades', '--kinds', 'all')).toHaveLength(1)
})

const TWO_QUOTES = TOPOLOGY.replace(
  'steps:',
  'steps:\n  marked:\n    from: marks\n    filter: bid > 0',
).replace(
  '  sizes:',
  '  marks: { topic: md.marks, schema: market/Quote, key: symbol, time: time }\n  sizes:',
)

const NO_MARKET = `topology: other
topics:
  moods: { topic: moods, schema: social/Mood, key: symbol, time: published }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  good:
    from: moods
    filter: score > 0
`

test.each<[what: string, topology: string, args: readonly string[], message: RegExp]>([
  ['no topology', TOPOLOGY, ['ETH'], /--from-topology FILE takes its inputs of market\/Trade/],
  ['a missing capture', TOPOLOGY, ['binance:no.raw', 'FROM'], /there is no file no\.raw/],
  ['no path', TOPOLOGY, ['binance:', 'FROM'], /names no capture; write binance:PATH/],
  ['a capture twice', TOPOLOGY, ['ETH', 'ETH', 'FROM'], /is given twice/],
  ['captures beside files', TOPOLOGY, ['ETH', 'x.csv', 'FROM'], /one after the other/],
  [
    'two topics for a stream',
    TWO_QUOTES,
    ['ETH', 'FROM'],
    /topics "marks" and "quotes" could both take the quotes .* name one: --topic marks/,
  ],
  ['no topic for any', NO_MARKET, ['ETH', 'FROM'], /no input topic of other takes anything/],
  [
    'a topic of another schema',
    NO_MARKET,
    ['ETH', 'FROM', '--topic', 'moods'],
    /topic "moods" takes nothing of a Binance capture/,
  ],
])('feed refuses %s', async (_, text, args, message) => {
  const { log, topology, ether } = makeScene(text)
  const placed = args.flatMap((arg) =>
    arg === 'ETH' ? [ether] : arg === 'FROM' ? ['--from-topology', topology] : [arg],
  )
  const { code, out, err } = await millrace(['feed', ...placed, '--log', log])
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toMatch(message)
})

async function replayed({ folder, topology }: Scene, name: string, args: readonly string[]) {
  const out = join(folder, name)
  const outcome = await millrace(['replay', topology, ...args, '--out', out])
  const read = (file: string): string => readFileSync(join(out, file), 'utf8')
  return { ...outcome, read }
}

test('replay fills the topics of captures, by both engines alike', async () => {
  const scene = makeScene()
  const args = ['--input', scene.bitcoin, '--input', scene.ether]
  const engine = await replayed(scene, 'engine', args)
  expect({ code: engine.code, out: engine.out.split('\n')[0] }).toMatchObject({ code: 0 })
  expect(engine.err).toContain('btc.raw.gz: not taken: 1 reply\n')
  const reference = await replayed(scene, 'reference', [...args, '--engine', 'reference'])
  for (const file of [
    'digest.json',
    'bars.jsonl',
    'sizes.jsonl',
    'wide.jsonl',
    'dead-letters.jsonl',
  ])
    expect(engine.read(file)).toEqual(reference.read(file))
  expect(JSON.parse(engine.read('summary.json'))).toMatchObject({
    inputs: {
      trades: { files: ['btc.raw.gz', 'eth.raw'], records: 301, bad: 1 },
      depth: { records: 300, bad: 0 },
      quotes: { records: 300, bad: 0, firstTime: START + 7_000 + 1_270_000 },
    },
  })
  expect(jsonLines(engine.read('dead-letters.jsonl'))).toMatchObject([
    { step: 'trades', place: 'btc.raw.gz:601', original: 'no message' },
  ])
  expect(engine.read('bars.jsonl')).not.toBe('')
})

test('a run over a log that captures were fed to gives what their replay does', async () => {
  const scene = makeScene()
  const { log, topology, bitcoin, ether } = scene
  const { read } = await replayed(scene, 'out', ['--input', bitcoin, ether])
  await millrace(['feed', bitcoin, ether, '--log', log, '--from-topology', topology])
  const ran = await millrace(['run', topology, '--log', log, '--until-idle'])
  expect(ran.code).toBe(0)
  for (const topic of ['bars', 'sizes', 'wide']) {
    const rows = await tapped(log, topic)
    const byKey = (key: string) =>
      rows.filter((row) => row['key'] === key).map(({ time, value }) => ({ key, time, value }))
    const lines = jsonLines(read(`${topic}.jsonl`))
    for (const key of ['BTCUSDT', 'ETHUSDT']) {
      const own = lines.filter((row) => row['key'] === key)
      expect(own.length).toBeGreaterThan(0)
      expect(byKey(key)).toEqual(own)
    }
  }
})

test('replay limits a capture to the topics that are named with it', async () => {
  const scene = makeScene(TWO_QUOTES)
  const { bitcoin, ether } = scene
  const both = await replayed(scene, 'both', ['--input', ether])
  expect({ code: both.code, err: both.err }).toMatchObject({
    code: 1,
    err: expect.stringContaining(`name one: --input marks=${ether}`) as string,
  })
  const named = await replayed(scene, 'named', ['--input', ether, `marks=${ether}`])
  const inputs = (text: string) =>
    (JSON.parse(text) as { inputs: Record<string, { records: number }> }).inputs
  expect(inputs(named.read('summary.json'))).toMatchObject({
    trades: { records: 100 },
    marks: { records: 100 },
  })
  expect(named.err).toContain('topic "quotes" has no --input and is empty\n')
  const one = await replayed(scene, 'one', ['--input', `quotes=${bitcoin}`, `marks=${bitcoin}`])
  expect(Object.keys(inputs(one.read('summary.json')))).toEqual(['marks', 'quotes'])
  expect(one.err).toContain('not taken: 200 trades (no topic of market/Trade), 200 depth')
})

test('replay reads files and captures beside each other', async () => {
  const scene = makeScene()
  const csv = 'symbol,bid,ask,time\nEURUSD,1.1,1.3,2024-08-08T23:54:15Z\n'
  const quotes = `quotes=${scene.file('quotes.csv', csv)}`
  const args = ['--input', quotes, `trades=${scene.ether}`, `quotes=${scene.ether}`]
  const { code, read } = await replayed(scene, 'out', args)
  expect(code).toBe(0)
  expect(JSON.parse(read('summary.json'))).toMatchObject({
    inputs: {
      quotes: { files: ['quotes.csv', 'eth.raw'], records: 101 },
      trades: { records: 100 },
    },
  })
})

test.each<[what: string, words: readonly string[], message: RegExp]>([
  ['a missing capture', ['binance:no.raw'], /there is no file no\.raw/],
  ['a missing capture of a topic', ['quotes=binance:no.raw'], /no\.raw for topic "quotes"/],
  ['a capture twice', ['ETH', 'ETH'], /is given twice/],
  ['a topic of it twice', ['quotes=ETH', 'quotes=ETH'], /is given twice/],
  ['an unknown topic', ['quote=ETH'], /no topic "quote"; did you mean "quotes"/],
  ['another connector', ['kraken=x', 'ETH'], /no topic "kraken"/],
])('replay refuses %s', async (_, words, message) => {
  const scene = makeScene()
  const placed = words.map((word) => word.replace('ETH', scene.ether))
  const { code, err } = await replayed(scene, 'out', ['--input', ...placed])
  expect(code).toBe(1)
  expect(err).toMatch(message)
})

test('verify finds that the answer depends on the captures alone', async () => {
  const { topology, bitcoin, ether } = makeScene()
  const args = ['verify', topology, '--seeds', '1', '--input', bitcoin, ether, '--json']
  const { code, out, err } = await millrace(args)
  expect(err).toContain('btc.raw.gz: not taken: 1 reply')
  expect({ code, summary: JSON.parse(out) as unknown }).toMatchObject({
    code: 0,
    summary: { ok: true, records: 901 },
  })
})
