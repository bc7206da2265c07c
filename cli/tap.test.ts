import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, makePlace, millrace, type Place, QUOTES } from './log-commands.test-data.ts'

async function fedPlace(...more: readonly string[]): Promise<Place> {
  const place = makePlace()
  const path = place.file('quotes.csv', QUOTES)
  const schema = ['--schema', 'market/Quote', '--key', 'symbol', '--time', 'time', ...more]
  const { code } = await millrace([
    'feed',
    path,
    '--log',
    place.log,
    '--topic',
    'quotes',
    ...schema,
  ])
  expect(code).toBe(0)
  return place
}

test('prints a line for people', async () => {
  const { log } = await fedPlace()
  const { code, out, err } = await millrace(['tap', 'quotes', '--log', log, '--until-idle'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const [first, ...rest] = out.trimEnd().split('\n')
  expect(first).toBe(
    '0@0  2024-01-02T00:00:00.000001Z  EURUSD  {"symbol":"EURUSD","bid":1.1,"ask":1.2,' +
      '"bid_size":null,"ask_size":null,"time":1704153600000001,"received":null}',
  )
  expect(rest).toHaveLength(2)
})

test('prints JSON lines that a replay reads', async () => {
  const { log } = await fedPlace()
  const { out } = await millrace(['tap', 'quotes', '--log', log, '--until-idle', '--json'])
  const [first] = jsonLines(out)
  expect(Object.keys(first ?? {})).toEqual([
    'partition',
    'offset',
    'key',
    'time',
    'available',
    'value',
  ])
  expect(first).toMatchObject({ partition: 0, offset: 0, key: 'EURUSD', time: 1704153600000001 })
})

test('shows heartbeats when asked for all kinds', async () => {
  const { log } = await fedPlace()
  const args = ['tap', 'quotes', '--log', log, '--until-idle', '--kinds', 'all']
  expect((await millrace(args)).out).toContain('  2024-01-02T00:00:02.000000Z  heartbeat\n')
  expect(jsonLines((await millrace([...args, '--json'])).out).at(-1)).toMatchObject({
    kind: 'heartbeat',
    key: null,
    value: null,
    time: null,
    available: 1704153602000000,
  })
})

test.each<[args: readonly string[], offsets: readonly number[]]>([
  [
    ['--from', 'earliest'],
    [0, 1, 2],
  ],
  [
    ['--from', '1'],
    [1, 2],
  ],
  [['--from', '900'], []],
  [['--from', 'latest'], []],
  [
    ['--limit', '2'],
    [0, 1],
  ],
  [['--from', '1', '--limit', '1'], [1]],
  [
    ['--partition', '0'],
    [0, 1, 2],
  ],
])('reads %j', async (args, offsets) => {
  const { log } = await fedPlace()
  const base = ['tap', 'quotes', '--log', log, '--until-idle', '--json']
  const { code, out } = await millrace([...base, ...args])
  expect(code).toBe(0)
  expect(jsonLines(out).map(({ offset }) => offset)).toEqual(offsets)
})

test('reads one partition of several', async () => {
  const { log } = await fedPlace('--partitions', '4')
  const args = ['tap', 'quotes', '--log', log, '--until-idle', '--json']
  const all = jsonLines((await millrace(args)).out)
  expect(all.map(({ key }) => key).sort()).toEqual(['EURUSD', 'EURUSD', 'USDJPY'])
  const partition = all.find(({ key }) => key === 'USDJPY')?.['partition']
  const one = jsonLines((await millrace([...args, '--partition', String(partition)])).out)
  expect(one).toEqual(all.filter((line) => line['partition'] === partition))
})

test('writes composite keys as lists and decimals as text', async () => {
  const { log, file } = makePlace()
  const schema = file(
    'fill.avsc',
    JSON.stringify({
      type: 'record',
      name: 'Fill',
      fields: [
        { name: 'account', type: 'string' },
        { name: 'order', type: 'long' },
        {
          name: 'price',
          type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 4 },
        },
        { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
      ],
    }),
  )
  const path = file('fills.jsonl', '{"account":"a","order":7,"price":"1.5000","time":1704153600}\n')
  const fed = await millrace(
    ['feed', path, '--log', log, '--topic', 'fills', '--schema', schema].concat([
      '--key',
      'account, order',
    ]),
  )
  expect(fed.err).toBe('')
  const { out } = await millrace(['tap', 'fills', '--log', log, '--until-idle', '--json'])
  expect(jsonLines(out)).toMatchObject([{ key: ['a', 7], value: { price: '1.5' } }])
})

test('follows the topic until Ctrl-C and ends with 0', async () => {
  const { log, file } = await fedPlace()
  const seen: string[] = []
  let isFed = false
  const { code } = await millrace(['tap', 'quotes', '--log', log], {
    out: (text) => void seen.push(...text.trimEnd().split('\n')),
    taken: async () => {
      if (!isFed && seen.length >= 3) {
        isFed = true
        const path = file('more.csv', QUOTES)
        const fed = await millrace(['feed', path, '--log', log, '--topic', 'quotes'])
        expect(fed.code).toBe(0)
      }
      if (seen.length >= 6) process.emit('SIGINT')
      return true
    },
  })
  expect(code).toBe(0)
  expect(seen).toHaveLength(6)
})

test('ends when its reader has gone away', async () => {
  const { log } = await fedPlace()
  let asked = 0
  const taken = (): Promise<boolean> => Promise.resolve((asked += 1) < 1)
  const { code, err } = await millrace(['tap', 'quotes', '--log', log], { taken })
  expect({ code, err, asked }).toEqual({ code: 0, err: '', asked: 1 })
})

test('does not crash when the process that reads it ends', async () => {
  const { log, file } = await fedPlace()
  const rows = Array.from({ length: 3000 }, (_, i) => `EURUSD,1,2,${1704153700 + i}`)
  const path = file('more.csv', `symbol,bid,ask,time\n${rows.join('\n')}\n`)
  await millrace(['feed', path, '--log', log, '--topic', 'quotes'])
  const main = join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, [main, 'tap', 'quotes', '--log', log, '--json'])
  let err = ''
  child.stderr.on('data', (text: Buffer) => void (err += text.toString()))
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = (await once(child, 'close')) as [number | null]
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

test.each<[name: string, args: readonly string[], code: number, message: RegExp]>([
  ['a misspelt topic', ['qoutes'], 1, /no topic "qoutes"; did you mean "quotes"\?/],
  ['an unknown topic', ['balances'], 1, /no topic "balances"; it has quotes/],
  ['a partition too far', ['quotes', '--partition', '1'], 1, /no partition 1; .* 0 to 0/],
  ['an odd start', ['quotes', '--from', 'yesterday'], 1, /none of earliest, latest/],
  ['no lines', ['quotes', '--limit', '0'], 1, /no whole number from 1 on/],
])('refuses %s', async (_, args, code, message) => {
  const { log } = await fedPlace()
  const outcome = await millrace(['tap', ...args, '--log', log, '--until-idle'])
  expect({ code: outcome.code, out: outcome.out }).toEqual({ code, out: '' })
  expect(outcome.err).toMatch(message)
})

test('says that there is no log to read', async () => {
  const { log } = makePlace()
  const { code, err } = await millrace(['tap', 'quotes', '--log', log, '--until-idle'])
  expect(code).toBeGreaterThan(0)
  expect(code).toBeLessThan(70)
  expect(err).toMatch(/log/)
})
