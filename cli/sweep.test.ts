import { expect, test } from 'vitest'
import { makePlace, millrace, type Place } from './log-commands.test-data.ts'

const TOPOLOGY = `topology: grid
parameters:
  fast: { default: 2, min: 1, max: 9 }
  slow: 4
  least: 0
require: [param.fast < param.slow]
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 2 }
  kept: { topic: kept, schema: market/Quote, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  trend:
    from: quotes
    indicator:
      fast: ema(bid, param.fast, 'first')
      slow: ema(bid, param.slow, 'first')
  above:
    from: trend
    filter: fast > slow && bid > param.least
    to: kept
`

/** Prices of two symbols that go up and down in waves of their own. */
function scene(): { readonly place: Place; readonly args: readonly string[] } {
  const place = makePlace()
  const lines = Array.from({ length: 400 }, (_, index) => {
    const [symbol, wave] = index % 2 === 0 ? ['A', 17] : ['B', 11]
    const bid = 100 + 10 * Math.sin(index / wave)
    return `${symbol},${bid},${bid + 1},2024-01-01T00:${String(index % 60).padStart(2, '0')}:00Z`
  })
  const sorted = lines.toSorted((a, b) => (a.slice(-20) < b.slice(-20) ? -1 : 1))
  const quotes = place.file('quotes.csv', ['symbol,bid,ask,time', ...sorted].join('\n'))
  const file = place.file('topology.yaml', TOPOLOGY)
  return { place, args: [file, '--input', `quotes=${quotes}`] }
}

interface Told {
  readonly sets: readonly {
    readonly parameters: Readonly<Record<string, string>>
    readonly objective: number
    readonly topics: Readonly<Record<string, { readonly digest: string }>>
  }[]
  readonly skipped: readonly unknown[]
}

const GRID = ['--param', 'fast=2..5', '--param', 'slow=3,4']

async function sweep(args: readonly string[]): Promise<Told> {
  const { code, out, err } = await millrace(['sweep', ...args, '--json'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as Told
}

test('leaves out what breaks a requirement, and sorts the rest', async () => {
  const { args } = scene()
  const told = await sweep([...args, ...GRID])
  const run = told.sets.map(({ parameters: { fast, slow } }) => `${fast} ${slow}`)
  expect(run.toSorted()).toEqual(['2 3', '2 4', '3 4'])
  expect(told.skipped).toHaveLength(5)
  const objectives = told.sets.map(({ objective }) => objective)
  expect(objectives).toEqual(objectives.toSorted((a, b) => b - a))
  const least = await sweep([...args, ...GRID, '--ascending'])
  expect(least.sets.map(({ objective }) => objective)).toEqual(objectives.toReversed())
})

test('gives of each set what a replay with its values gives', async () => {
  const { place, args } = scene()
  const told = await sweep([...args, ...GRID, '--set', 'least=95'])
  expect(new Set(told.sets.map(({ topics }) => topics.kept?.digest)).size).toBe(3)
  for (const { parameters, topics } of told.sets) {
    const set = Object.entries({ ...parameters, least: '95' }).flatMap(([name, value]) => [
      '--set',
      `${name}=${value}`,
    ])
    const out = ['--out', `${place.folder}/out`, '--json']
    const replayed = await millrace(['replay', ...args, ...set, ...out])
    expect(replayed.out).toContain(topics.kept?.digest)
  }
})

test('gives the same with threads', async () => {
  const { args } = scene()
  const [one, two] = [
    await sweep([...args, ...GRID]),
    await sweep([...args, ...GRID, '--workers', '2']),
  ]
  expect(two.sets).toEqual(one.sets)
})

const OBJECTIVES = [
  ['count(kept)', 3],
  ['max(kept.bid)', 3],
  ['last(kept.ask)', 3],
] as const

test.each(OBJECTIVES)('sorts by %s', async (objective, sets) => {
  const { args } = scene()
  const told = await sweep([...args, ...GRID, '--objective', objective])
  expect(told.sets).toHaveLength(sets)
  for (const each of told.sets) expect(each.objective).toBeGreaterThan(0)
})

const MISTAKES = [
  [[], 'no values are given to try'],
  [['--param', 'fats=1..2'], 'did you mean "fast"?'],
  [['--param', 'fast=1..20'], 'is above its greatest value 9'],
  [['--param', 'fast=7..9'], 'every set breaks a require:'],
  [['--param', 'fast=2', '--set', 'fast=3'], 'fast is in --param and --set'],
  [['--param', 'fast=2', '--objective', 'best'], '--objective "best" is none'],
  [['--param', 'fast=2', '--objective', 'last(kept.bit)'], 'did you mean "bid"?'],
  [['--param', 'fast=2', '--objective', 'sum(quotes.bid)'], 'no step writes a topic "quotes"'],
] as const

test.each(MISTAKES)('refuses %j', async (more, message) => {
  const { args } = scene()
  const { code, err } = await millrace(['sweep', ...args, ...more])
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) as string })
})

test('prints a table, and CSV with a column for each parameter', async () => {
  const { args } = scene()
  const { out } = await millrace(['sweep', ...args, ...GRID, '--top', '2'])
  expect(out).toMatch(/fast +slow +count\(kept\) +kept\n/)
  expect(out).toContain('and 1 more')
  const csv = (await millrace(['sweep', ...args, ...GRID, '--csv'])).out.trim().split('\n')
  expect(csv[0]).toBe('fast,slow,count(kept),kept.records,kept.digest,bad,late,duplicate,stopped')
  expect(csv).toHaveLength(4)
})
