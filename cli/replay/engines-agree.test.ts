import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { makePlace, millrace, type Place } from '../log-commands.test-data.ts'

/** Four tasks by symbol and one for all of them, which get records that are late, bad or null. */
const TOPOLOGY = `topology: desk
topics:
  trades:
    topic: trades
    schema: market/Trade
    key: symbol
    time: time
    available: received
    lateness: 1s
    partitions: 4
  marks: { topic: marks, schema: market/Quote, key: symbol, time: time, partitions: 4 }
  sized: { topic: sized, schema: market/Trade, key: symbol, partitions: 3 }
  bars: { topic: bars, schema: market/Bar, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  sound:
    from: trades
    validate:
      rules:
        positive: price > 0
  candles:
    from: sound
    bars: { every: 10s }
    to: bars
  seen:
    from: sound
    enrich:
      mark: { with: marks, missing: fail }
  all:
    from: seen
    filter: size > 0
    key: all
  inverse:
    from: all
    derive:
      inverse: 1 / (size - 3)
    to: sized
`

const START = 1_704_067_200_000_000
const SECOND = 1_000_000

/** Lines of trades: every 7th is late, some cannot be read, some break the rule. */
function trades(count: number): string {
  const lines = ['time,received,symbol,price,size']
  for (let index = 0; index < count; index += 1) {
    const received = START + Math.floor(index / 3) * SECOND
    const time = received - (index % 7 === 6 ? 25 * SECOND : 0)
    const symbol = index % 11 === 10 ? '' : `S${(index * 13) % 10}`
    const price = index % 17 === 16 ? 'none' : index % 19 === 18 ? -1 : 100 + (index % 5)
    lines.push(`${time},${received},${symbol},${price},${index % 4}`)
  }
  return `${lines.join('\n')}\n`
}

function marks(): string {
  const lines = Array.from({ length: 8 }, (_, index) => {
    const value = { symbol: `S${index}`, bid: 1, ask: 2, time: START + index * SECOND }
    return JSON.stringify(value)
  })
  const gone = '{"key":"S3","value":null,"time":1704067210000000}'
  const heartbeat = `{"heartbeat": ${START + 60 * SECOND}}`
  return [...lines, 'no json', gone, '{"value":null}', heartbeat, ''].join('\n')
}

/** What a replay leaves, file by file, but for the engine's name and times in the summary. */
async function replay(place: Place, out: string, args: readonly string[]) {
  const folder = join(place.folder, out)
  const { code, err } = await millrace(['replay', ...args, '--out', folder])
  expect({ code, err: err.replace(/^warning: .*\n/gm, '') }).toEqual({ code: 0, err: '' })
  const names = readdirSync(folder).filter((name) => name !== 'log')
  return Object.fromEntries(
    names.map((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const spoken = /, the (engine|reference interpreter), Node/
      const written = /"(engine|elapsedMs|recordsPerSecond)": .*/g
      return [name, text.replace(spoken, '').replace(written, '')]
    }),
  )
}

const RANGES = [
  [[]],
  [['--from', '2024-01-01T00:00:40Z']],
  [['--to', '2024-01-01T00:01:30Z']],
  [['--from', '2024-01-01T00:00:20Z', '--to', '2024-01-01T00:02:00Z']],
]

test.each(RANGES)('both engines leave the same files of the range %j', async (range) => {
  const place = makePlace()
  const args = [
    place.file('topology.yaml', TOPOLOGY),
    '--input',
    `trades=${place.file('trades.csv.gz', gzipSync(trades(700)))}`,
    `marks=${place.file('marks.jsonl', marks())}`,
    ...range,
  ]
  const reference = await replay(place, 'reference', ['--engine', 'reference', ...args])
  expect(await replay(place, 'engine', args)).toEqual(reference)
  expect(reference['bars.jsonl']).not.toBe('')
  const letters = (reference['dead-letters.jsonl'] ?? '').trim().split('\n')
  const reasons = letters.map((line) => (JSON.parse(line) as { reason: string }).reason)
  expect(new Set(reasons).size).toBeGreaterThanOrEqual(5)
})

test('four workers leave what one does', async () => {
  const place = makePlace()
  const args = [
    place.file('topology.yaml', TOPOLOGY),
    '--input',
    `trades=${place.file('trades.csv', trades(400))}`,
    `marks=${place.file('marks.jsonl', marks())}`,
  ]
  const one = await replay(place, 'one', args)
  expect(await replay(place, 'four', [...args, '--workers', '4'])).toEqual(one)
})

test('both engines leave the same files of apps/forex', async () => {
  const place = makePlace()
  const app = new URL('../../apps/forex/', import.meta.url).pathname
  const args = [`${app}topology.yaml`, '--input', `quotes=${app}data/oanda-eurusd-20140501.csv.gz`]
  const reference = await replay(place, 'reference', ['--engine', 'reference', ...args])
  expect(await replay(place, 'engine', args)).toEqual(reference)
  expect(reference['signals.jsonl']).not.toBe('')
})
