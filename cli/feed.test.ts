import { gzipSync } from 'node:zlib'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEmbeddedLog } from '../connectors/embedded/embedded-log.ts'
import { jsonLines, makePlace, millrace, QUOTES } from './log-commands.test-data.ts'

const NEW_QUOTES = ['--topic', 'quotes', '--schema', 'market/Quote', '--key', 'symbol']

async function tapped(log: string, topic: string, ...more: readonly string[]) {
  const { out } = await millrace(['tap', topic, '--log', log, '--until-idle', '--json', ...more])
  return jsonLines(out)
}

test('brings a file into a new topic and says what it did', async () => {
  const { log, file } = makePlace()
  const path = file('oanda-2024.csv.gz', gzipSync(QUOTES))
  const { code, out, err } = await millrace(['feed', path, '--log', log, ...NEW_QUOTES])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^quotes: 3 records, 0 bad, 1 partition, [\d.]+ s, [\d,]+ records\/s\n$/)
  expect(await tapped(log, 'quotes')).toMatchObject([
    { key: 'EURUSD', time: 1704153600000001, value: { bid: 1.1, ask: 1.2 } },
    { key: 'USDJPY' },
    { key: 'EURUSD', value: { bid: 1.3 } },
  ])
})

test('takes everything else from the log where it knows the topic', async () => {
  const { log, file } = makePlace()
  const path = file('quotes.csv', QUOTES)
  const first = await millrace(['feed', path, '--log', log, ...NEW_QUOTES, '--partitions', '2'])
  expect(first.code).toBe(0)
  const { code, out } = await millrace(['feed', path, path, '--log', log, '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    topic: 'quotes',
    records: 6,
    bad: 0,
    partitions: 2,
    clock: 1704153602000000,
    stopped: false,
  })
  expect(await tapped(log, 'quotes')).toHaveLength(9)
})

test('leaves a heartbeat behind only where it knows which field is the time', async () => {
  const { log, file } = makePlace()
  const path = file('quotes.csv', QUOTES)
  await millrace(['feed', path, '--log', log, ...NEW_QUOTES, '--partitions', '2'])
  const heartbeats = async () =>
    (await tapped(log, 'quotes', '--kinds', 'all')).filter(({ kind }) => kind === 'heartbeat')
  expect(await heartbeats()).toEqual([])
  await millrace(['feed', path, '--log', log])
  const available = 1704153602000000
  expect(await heartbeats()).toMatchObject([
    { partition: 0, available },
    { partition: 1, available },
  ])
})

const TOPOLOGY = `topology: mids
topics:
  quotes:
    topic: md.quotes.v1
    schema: market/Quote
    key: symbol
    time: time
    delay: 5ms
    partitions: 2
  mids: { topic: mids.v1, schema: market/Quote, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  good:
    from: quotes
    filter: bid > 0
    to: mids
`

test.each([
  ['the local name of the file', []],
  ['the local name', ['--topic', 'quotes']],
  ['the physical name', ['--topic', 'md.quotes.v1']],
])('takes a topic from a topology by %s', async (_, more) => {
  const { log, file } = makePlace()
  const path = file('quotes.20240102.csv', QUOTES)
  const topology = file('topology.yaml', TOPOLOGY)
  const fed = await millrace(['feed', path, '--log', log, '--from-topology', topology, ...more])
  expect({ code: fed.code, err: fed.err }).toEqual({ code: 0, err: '' })
  const lines = await tapped(log, 'md.quotes.v1')
  expect(lines).toHaveLength(3)
  expect(lines.find(({ key }) => key === 'USDJPY')).toMatchObject({
    time: 1704153601000000,
    available: 1704153601005000,
  })
})

test('keeps bad records with their place and says so', async () => {
  const { log, file } = makePlace()
  const path = file('quotes.csv', `${QUOTES}EURUSD,high,2,2024-01-02T00:00:03Z\n`)
  const { code, err } = await millrace(['feed', path, '--log', log, ...NEW_QUOTES])
  expect(code).toBe(0)
  expect(err).toContain('1 records could not be read, the first at quotes.csv:5: column "bid"')
  expect((await tapped(log, 'quotes')).at(-1)).toMatchObject({
    kind: 'unreadable',
    key: null,
    place: 'quotes.csv:5',
    value: 'EURUSD,high,2,2024-01-02T00:00:03Z',
  })
})

test('paces a feed and stops it at Ctrl-C with what was read on the log', async () => {
  const { log, file } = makePlace()
  const path = file('quotes.csv', QUOTES)
  const fed = millrace(['feed', path, '--log', log, ...NEW_QUOTES, '--rate', '0.001'], {
    isTerminal: true,
    err: (text) => {
      // The progress of the first record: the second one is due in a quarter of an hour.
      if (text.includes('1 records')) process.emit('SIGINT')
    },
  })
  const { code, out } = await fed
  expect(code).toBe(130)
  expect(out).toContain('quotes: 1 records')
  expect(await tapped(log, 'quotes', '--kinds', 'all')).toHaveLength(1)
})

test('says that part of a damaged file is on the log', async () => {
  const { log, file } = makePlace()
  const rows = Array.from({ length: 60_000 }, (_, i) => `S,${Math.sin(i)},2,${1704153600 + i}`)
  const packed = gzipSync(`symbol,bid,ask,time\n${rows.join('\n')}\n`)
  const path = file('quotes.csv.gz', packed.subarray(0, Math.floor(packed.length * 0.9)))
  const { code, err } = await millrace(['feed', path, '--log', log, ...NEW_QUOTES])
  expect(code).toBe(2)
  expect(err).toMatch(/\d+ records are on the log and stay there/)
  expect(err).toContain('error[file-damaged]')
  const { length } = await tapped(log, 'quotes')
  expect(err).toContain(`${length.toLocaleString('en')} records are`)
})

const schemas = {
  'odd.avsc': JSON.stringify({
    type: 'record',
    name: 'Odd',
    fields: [
      { name: 'symbol', type: 'string' },
      { name: 'bid', type: 'double' },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    ],
  }),
  'broken.avsc': '{"type": "record",',
  'unknown.avsc': '{"type": "record", "name": "A", "fields": [{"name": "x", "type": "flaot"}]}',
}

test.each<[name: string, args: readonly string[], message: RegExp]>([
  ['a missing file', ['DIR/no.csv', ...NEW_QUOTES], /there is no file .*no\.csv/],
  ['a folder', ['DIR/sub', ...NEW_QUOTES], /sub is no ordinary file but a folder/],
  ['another connector', ['kraken:capture.gz', ...NEW_QUOTES], /no connector "kraken".*has binance/],
  ['a topic that is nowhere', ['DIR/quotes.csv'], /no topic "quotes" in embedded:.*--topic/],
  ['a topic without a schema', ['DIR/quotes.csv', '--topic', 'q'], /say it with --schema/],
  [
    'a misspelt built-in',
    ['DIR/quotes.csv', '--topic', 'q', '--schema', 'market/Qoute'],
    /did you mean the built-in "market\/Quote"/,
  ],
  [
    'a schema that is not JSON',
    ['DIR/quotes.csv', '--topic', 'q', '--schema', 'DIR/broken.avsc'],
    /broken\.avsc:1:\d+: /,
  ],
  [
    'a schema with an unknown type',
    ['DIR/quotes.csv', '--topic', 'q', '--schema', 'DIR/unknown.avsc'],
    /unknown\.avsc:1:\d+: field "x"/,
  ],
  [
    'a schema without a field "time"',
    ['DIR/quotes.csv', '--topic', 'q', '--schema', 'DIR/odd.avsc'],
    /--time FIELD; its times are at/,
  ],
  [
    'a time that is none',
    ['DIR/quotes.csv', '--topic', 'q', '--schema', 'DIR/odd.avsc', '--time', 'bid'],
    /field "bid" is double, not a time/,
  ],
  [
    'an unknown key field',
    ['DIR/quotes.csv', '--topic', 'q', '--schema', 'market/Quote', '--key', 'symbl'],
    /no field "symbl"; did you mean "symbol"\?/,
  ],
  [
    'a key that cannot be one',
    ['DIR/quotes.csv', '--topic', 'q', '--schema', 'market/Quote', '--key', 'bid'],
    /field "bid" is double/,
  ],
  [
    'partitions without a key',
    ['DIR/quotes.csv', '--topic', 'q', '--schema', 'market/Quote', '--partitions', '3'],
    /name its fields with --key/,
  ],
  ['no partitions', ['DIR/quotes.csv', ...NEW_QUOTES, '--partitions', '0'], /no whole number/],
  ['a rate of nothing', ['DIR/quotes.csv', ...NEW_QUOTES, '--rate', '0'], /no number above 0/],
  ['a delay without unit', ['DIR/quotes.csv', ...NEW_QUOTES, '--delay', '5'], /--delay "5" has no/],
  ['files of two topics', ['DIR/quotes.csv', 'DIR/trades.csv'], /feed one topic at a time/],
  [
    'a file that lacks columns',
    ['DIR/trades.csv', '--topic', 'q', '--schema', 'market/Quote'],
    /trades\.csv has no column/,
  ],
  [
    'options that the topology states',
    ['DIR/quotes.csv', '--from-topology', 'DIR/topology.yaml', '--key', 'symbol'],
    /--key is what the topology says already/,
  ],
  [
    'a topic that the topology writes',
    ['DIR/quotes.csv', '--from-topology', 'DIR/topology.yaml', '--topic', 'mids'],
    /"mids\.v1" is written by mids/,
  ],
])('refuses %s', async (_, args, message) => {
  const { log, folder, file } = makePlace()
  file('quotes.csv', QUOTES)
  file('trades.csv', 'symbol,price\nA,1\n')
  file('topology.yaml', TOPOLOGY)
  for (const [name, text] of Object.entries(schemas)) file(name, text)
  mkdirSync(join(folder, 'sub'))
  const placed = args.map((arg) => arg.replace('DIR', folder))
  const { code, out, err } = await millrace(['feed', ...placed, '--log', log])
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toMatch(message)
})

test.each<[what: string, args: readonly string[], message: string]>([
  ['schema', ['--schema', 'market/Trade'], 'has another schema'],
  ['key', ['--key', 'time'], 'has key symbol, not time'],
  ['time', ['--time', 'received'], 'has time "time", not "received"'],
  ['partitions', ['--partitions', '2'], 'has partitions 1, not 2'],
  ['delay', ['--delay', '1ms'], 'has delay 0, not 1000'],
  ['topology', ['--from-topology', 'TOPOLOGY'], 'has partitions 1, not 2'],
])('refuses another %s than the log knows', async (_, args, message) => {
  const { log, file } = makePlace()
  const path = file('quotes.csv', QUOTES)
  const topology = file('topology.yaml', TOPOLOGY.replace('md.quotes.v1', 'quotes'))
  const base = ['feed', path, '--topic', 'quotes', '--log', log]
  await millrace([...base, '--schema', 'market/Quote', '--key', 'symbol'])
  const again = await millrace([...base, '--schema', 'market/Quote', '--key', 'symbol'])
  expect(again.code).toBe(0)
  const { code, err } = await millrace([
    ...base,
    ...args.map((arg) => arg.replace('TOPOLOGY', topology)),
  ])
  expect(code).toBe(1)
  expect(err).toContain(message)
  expect(await tapped(log, 'quotes')).toHaveLength(6)
})

test('says that another process writes to the log', async () => {
  const { log, folder, file } = makePlace()
  const held = await openEmbeddedLog(join(folder, 'log'), { mode: 'write' })
  try {
    const path = file('quotes.csv', QUOTES)
    const { code, err } = await millrace(['feed', path, '--log', log, ...NEW_QUOTES])
    expect(code).toBe(2)
    expect(err).toContain('error[log-in-use]')
  } finally {
    await held.close()
  }
})
