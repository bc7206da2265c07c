import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { makePlace, millrace, QUOTES } from './log-commands.test-data.ts'
import { verdictJson, verdictText } from './verify/verdict-text.ts'
import { runElsewhere } from './verify/elsewhere.ts'
import { avroToType } from '../schemas/avro.ts'

const TOPOLOGY = `
topology: verified
parameters: { least: 0 }
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 2 }
  bars: { topic: bars, schema: market/Bar, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  sound: { from: quotes, filter: bid > param.least }
  candles:
    from: sound
    bars: { every: 1s, price: bid }
    to: bars
`

function written() {
  const place = makePlace()
  const file = place.file('topology.yaml', TOPOLOGY)
  return { place, file, quotes: `quotes=${place.file('quotes.csv', `${QUOTES}oops,x,y,z\n`)}` }
}

test('says ok of every check, and the digests', async () => {
  const { file, quotes } = written()
  const { code, out, err } = await millrace(['verify', file, '--input', quotes, '--seeds', '1'])
  expect(err).toBe('')
  expect(code).toBe(0)
  expect(out).toMatch(/^every run takes 4 records\nok {7}engine-agrees/)
  expect(out).toContain('ok       wall-clocks-agree          another time zone and wall clock')
  expect(out).toMatch(/digest of bars: [0-9a-f]{64}\nall \d+ runs agree\n$/)
})

test('gives the verdicts as JSON, of the part that was asked for', async () => {
  const { file, quotes } = written()
  const args = ['verify', file, '--input', quotes, '--seeds', '0', '--records', '2', '--json']
  const { code, out } = await millrace(args)
  expect(code).toBe(0)
  const json = JSON.parse(out) as { checks: { ok: boolean }[] }
  expect(json).toMatchObject({ topology: 'verified', records: 2, ok: true })
  expect(json.checks.length).toBeGreaterThan(5)
})

const AHEAD = `
topology: ahead
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
  mood: { topic: mood, schema: social/Mood, key: symbol, time: published }
  signals: { topic: signals, schema: trading/Signal, key: symbol }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  seen:
    from: quotes
    enrich: { mood: { with: mood, as_of: time, max_age: 1h, missing: null } }
  entry: { from: seen, signal: { buy: 'orElse(mood.score, 0) > 0' }, to: signals }
`

test('names the join that looks ahead, as its data say when they came', async () => {
  const place = makePlace()
  const file = place.file('topology.yaml', AHEAD)
  const at = (second: number): string => new Date(second * 1_000).toISOString()
  const quotes = [1, 2, 3, 4, 5, 6].map((second) => `A,1,2,${at(second)}`).join('\n')
  const inputs = {
    quotes: place.file('quotes.csv', `symbol,bid,ask,time\n${quotes}\n`),
    mood: place.file('mood.csv', `symbol,score,published,ingested\nA,1,${at(2)},${at(5)}\n`),
  }
  const words = Object.entries(inputs).flatMap(([name, path]) => ['--input', `${name}=${path}`])
  const { code, out } = await millrace(['verify', file, ...words, '--seeds', '2'])
  expect(code).toBe(1)
  const said =
    'look-ahead: 1 of 1 records of "mood" count as known before their "ingested" says so: ' +
    'declare `available: ingested`'
  expect(out).toContain(`DIFFERS  availability-holds         known when ingested
    ${said}
    topic "signals" differs
    first at step "seen" (enrich), stream "seen"
    record 2 of key A, time 1970-01-01T00:00:02.000000Z, available 1970-01-01T00:00:02.000000Z
    mood: {"symbol":"A","score":1,`)
  expect(out.match(/DIFFERS/g)).toHaveLength(1)
})

test.each([
  [['--input', 'qoutes=x.csv'], 'did you mean "quotes"?'],
  [['--input', 'quotes=nowhere.csv'], 'there is no file nowhere.csv'],
  [['--input', 'quotes=x', '--from', 'noon'], '--from "noon" is no time'],
  [['--input', 'quotes=x', '--seeds', '-1'], '--seeds'],
])('refuses %j', async (args, message) => {
  const { file } = written()
  const { code, err } = await millrace(['verify', file, ...args])
  expect(code).toBe(1)
  expect(err).toContain(message)
})

test('shows where a run differs, with both values', () => {
  const record = avroToType({
    type: 'record',
    name: 'Bar',
    fields: [
      { name: 'close', type: 'double' },
      { name: 'count', type: 'long' },
    ],
  })
  const common = { key: 'A', time: 1_000_000, available: 2_000_000 }
  const verdict = {
    check: 'crashes-leave-no-trace',
    trial: 'seed 3',
    disturbances: ['dies middle transaction 12'],
    difference: {
      meaning: undefined,
      noticed: 'topic "bars" differs',
      hasPassed: false,
      found: {
        step: 'candles',
        operator: 'bars',
        stream: 'candles',
        key: 'A',
        number: 7,
        record,
        expected: { ...common, value: { close: 1.5, count: 3 } },
        actual: { ...common, value: { close: 1.25, count: 3 } },
      },
    },
  }
  expect(verdictText(verdict)).toBe(
    `DIFFERS  crashes-leave-no-trace     seed 3
    topic "bars" differs
    verify: dies middle transaction 12
    first at step "candles" (bars), stream "candles"
    record 7 of key A, time 1970-01-01T00:00:01.000000Z, available 1970-01-01T00:00:02.000000Z
    close: 1.5 by the reference, 1.25 by this run`,
  )
  expect(verdictJson(verdict)).toMatchObject({
    ok: false,
    found: { step: 'candles', number: 7, expected: { close: 1.5 }, actual: { close: 1.25 } },
  })
})

test('says what the other process says when it cannot run', async () => {
  const { file } = written()
  const portion = { input: ['quotes=nowhere.csv'] }
  const running = runElsewhere({ file, set: {}, portion, wanted: 'digests' })
  await expect(running).rejects.toThrow('there is no file nowhere.csv')
})

test('moves the wall clock of the other process, and nothing else of dates', () => {
  const clock = new URL('./verify/other-wall-clock.ts', import.meta.url).href
  const script = `console.log(JSON.stringify([
    new Date().getTime() - performance.timeOrigin, Date.now() - performance.timeOrigin,
    new Date(0).toISOString(), Date.UTC(1970, 0, 2), new Date() instanceof Date]))`
  const text = execFileSync(process.execPath, ['--import', clock, '-e', script], {
    encoding: 'utf8',
  })
  const [made, now, zero, utc, isDate] = JSON.parse(text) as [number, number, ...unknown[]]
  const days = 86_400_000
  expect(made / days).toBeGreaterThan(499)
  expect(now / days).toBeGreaterThan(499)
  expect([zero, utc, isDate]).toEqual(['1970-01-01T00:00:00.000Z', days, true])
})
