import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, makePlace, millrace, type Place } from './log-commands.test-data.ts'

const TOPOLOGY = `
topology: again
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 2 }
  bars: { topic: bars, schema: market/Bar, key: symbol, partitions: 2 }
  counts: { topic: counts, schema: own/Count, key: symbol, partitions: 1 }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  sound: { from: quotes, validate: { rules: { positive: bid > 0 } } }
  candles: { from: sound, bars: { every: 1s, price: bid }, to: bars }
  all: { from: bars, filter: close > 0, key: all }
  counted:
    from: all
    indicator:
      n: count()
      mean: ema(close, 2)
  out: { from: counted, filter: n > 0, key: symbol, to: counts }
`

const COUNTS = JSON.stringify({
  type: 'record',
  name: 'Count',
  namespace: 'own',
  fields: [
    { name: 'symbol', type: 'string' },
    { name: 'n', type: 'long' },
    { name: 'mean', type: 'double' },
  ],
})

function quotes(from: number, to: number): string {
  const lines = Array.from({ length: to - from }, (_, index) => {
    const at = from + index
    const bid = at % 9 === 4 ? -1 : 1 + (at % 5)
    return `S${at % 3},${bid},9,${new Date(Date.UTC(2024, 0, 2) + at * 700).toISOString()}`
  })
  return ['symbol,bid,ask,time', ...lines, ''].join('\n')
}

interface Scene {
  readonly place: Place
  readonly file: string
  readonly log: readonly string[]
}

function scene(): Scene {
  const place = makePlace()
  mkdirSync(join(place.folder, 'schemas', 'own'), { recursive: true })
  place.file('schemas/own/count.avsc', COUNTS)
  const file = place.file('topology.yaml', TOPOLOGY)
  return { place, file, log: ['--log', place.log] }
}

async function feed({ place, file, log }: Scene, from: number, to: number): Promise<void> {
  const path = place.file(`quotes-${from}.csv`, quotes(from, to))
  const args = ['feed', path, '--topic', 'quotes', '--from-topology', file, ...log]
  const { code, err } = await millrace(args)
  expect(code, err).toBe(0)
}

interface Ran {
  readonly topics: Record<string, { readonly records: number; readonly digest: string }>
}

async function run({ file, log }: Scene): Promise<Ran['topics']> {
  const { code, out, err } = await millrace(['run', file, ...log, '--until-idle', '--json'])
  expect(code, err).toBe(0)
  return (JSON.parse(out) as Ran).topics
}

async function rewind({ file, log }: Scene, ...more: readonly string[]) {
  return millrace(['rewind', file, ...log, ...more])
}

async function rowsOf({ log }: Scene, topic: string): Promise<readonly Record<string, unknown>[]> {
  return jsonLines((await millrace(['tap', topic, ...log, '--until-idle', '--json'])).out)
}

test('gives the same digests when it has run again, with the ends it had decided on', async () => {
  const own = scene()
  await feed(own, 0, 40)
  // Each run to the end decides that the inputs have ended there, and the history has both.
  await run(own)
  await feed(own, 40, 60)
  const first = await run(own)
  expect(first.counts?.records).toBeGreaterThan(10)
  const { code, out } = await rewind(own, '--clear-outputs', '--clear-dead-letters')
  expect(code).toBe(0)
  expect(out).toMatch(/^again is rewound; \d+ entries of state are gone\n/)
  expect(out).not.toContain('rewound; 0 entries')
  expect(out).toContain('  quotes/0 is read from 0 on\n')
  expect(await rowsOf(own, 'bars')).toEqual([])
  expect(await run(own)).toEqual(first)
  // And nothing is left to do.
  expect(await run(own)).toEqual(first)
})

test('keeps dead letters unless told otherwise', async () => {
  const own = scene()
  await feed(own, 0, 20)
  await run(own)
  const count = async (): Promise<number> => (await rowsOf(own, 'again.dead-letters')).length
  const before = await count()
  expect(before).toBeGreaterThan(0)
  expect((await rewind(own, '--clear-outputs')).out).toContain('dead letters stay')
  expect(await count()).toBe(before)
  await run(own)
  expect(await count()).toBe(2 * before)
  await rewind(own, '--clear-outputs', '--clear-dead-letters')
  expect(await count()).toBe(0)
})

test('asks what is to become of the topics that it writes', async () => {
  const own = scene()
  await feed(own, 0, 20)
  const first = await run(own)
  const asked = await rewind(own)
  expect(asked.code).toBe(1)
  expect(asked.err).toContain('"bars", "counts" hold what was written before')
  expect(asked.err).toContain('--clear-outputs')
  // Nothing was touched.
  expect(await run(own)).toEqual(first)
  expect((await rewind(own, '--keep-outputs')).out).toContain('appends to what is there')
  const bars = await rowsOf(own, 'bars')
  const again = await run(own)
  expect(again.bars?.records).toBe(2 * (first.bars?.records ?? 0))
  expect(bars.length).toBe(first.bars?.records)
  // What the kept topic held is not taken for what this run writes.
  expect(again.counts?.records).toBe(2 * (first.counts?.records ?? 0))
})

test('goes back to a time, with empty state', async () => {
  const own = scene()
  await feed(own, 0, 60)
  await run(own)
  const time = new Date(Date.UTC(2024, 0, 2) + 30 * 700).toISOString()
  const { code, out } = await rewind(own, '--to', time, '--clear-outputs')
  expect(code).toBe(0)
  expect(out).toContain('state starts empty there')
  const rewound = await run(own)
  const fresh = scene()
  await feed(fresh, 30, 60)
  expect(rewound).toEqual(await run(fresh))
})

test.each([
  [['--to', 'noon'], '--to "noon" is no time'],
  [['--clear-outputs', '--keep-outputs'], 'not both'],
])('refuses %j', async (args, message) => {
  const own = scene()
  await feed(own, 0, 5)
  const { code, err } = await rewind(own, ...args)
  expect(code).toBe(1)
  expect(err).toContain(message)
})

test('makes no log of a mistyped name, and nothing of a log without the inputs', async () => {
  const own = scene()
  expect((await rewind(own)).code).not.toBe(0)
  const path = own.place.file('other.csv', quotes(0, 3))
  await millrace(['feed', path, '--topic', 'other', '--schema', 'market/Quote', ...own.log])
  const { code, err } = await rewind(own)
  expect(code).toBe(1)
  expect(err).toContain('has no topic "quotes", so "again" has not run there')
})

test('empties nothing for a topology that has not run there', async () => {
  const own = scene()
  await feed(own, 0, 20)
  const written = await run(own)
  const file = own.place.file('mistyped.yaml', TOPOLOGY.replace('again', 'agian'))
  const { code, err } = await rewind({ ...own, file }, '--clear-outputs')
  expect(code).toBe(1)
  expect(err).toContain('has no topic "agian.commits", so "agian" has not run there')
  expect(await run(own)).toEqual(written)
})
