import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { statefulFunctions } from '../../operators/functions/index.ts'
import { operators as shipped } from '../../operators/index.ts'
import { operator, type Operator } from '../../operators/operator.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { DOUBLE, nullable } from '../../schemas/type.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import { stream, struct } from '../../topology/config.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import { type Verdict, verify } from './verify.ts'

const SECOND = 1_000_000
const QUOTES = 60
/** A mood every so many seconds, from the second on that comes first. */
const MOODS = { first: 3, every: 10, lag: 4 }

const AS_OF_TIME = 'enrich: { mood: { with: mood, as_of: time, max_age: 1h, missing: null } }'
const LATEST = 'enrich: { mood: { with: mood, missing: null } }'

/** `times` is what the topic of moods says of them. */
function joining(times: string, step: string): string {
  return `
topology: joining
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
  mood: { topic: social.mood, schema: social/Mood, key: symbol, ${times} }
  results: { topic: results, schema: market/Quote, key: symbol }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  seen: { from: quotes, ${step} }
  glad: { from: seen, filter: 'orElse(mood.score, 0) > 0', to: results }
`
}

function alone(lateness: string, step: string): string {
  return `
topology: alone
topics:
  trades:
    { topic: market.trades, schema: market/Trade, key: symbol, time: time, lateness: ${lateness} }
  bars: { topic: bars, schema: market/Bar, key: symbol }
  passed: { topic: passed, schema: market/Trade, key: symbol }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  lone: { from: trades, ${step} }
`
}

const quotes = Array.from({ length: QUOTES }, (_, second): InputItem => {
  const time = second * SECOND
  const sizes = { bid_size: null, ask_size: null }
  const value = { symbol: 'A', bid: second + 1, ask: second + 2, ...sizes, time, received: null }
  return { kind: 'record', value, time, available: time, place: `quotes.csv:${second + 2}` }
})

/** Published at 3 s, 13 s and so on, ingested 4 s later; good and bad in turn. */
function moods(isKnownWhen: 'published' | 'ingested'): readonly InputItem[] {
  return Array.from({ length: QUOTES / MOODS.every }, (_, index): InputItem => {
    const published = (MOODS.first + index * MOODS.every) * SECOND
    const ingested = published + MOODS.lag * SECOND
    const score = index % 2 === 0 ? 1 : -1
    const value = { symbol: 'A', score, source: null, published, ingested }
    const available = isKnownWhen === 'published' ? published : ingested
    return { kind: 'record', value, time: published, available, place: `mood.csv:${index + 2}` }
  })
}

/** Received two seconds after they were made. */
const trades = Array.from({ length: QUOTES }, (_, second): InputItem => {
  const [time, received] = [second * SECOND, (second + 2) * SECOND]
  const value = { symbol: 'A', price: 1, size: 1, side: null, trade_id: null, time, received }
  return { kind: 'record', value, time, available: time, place: `trades.csv:${second + 2}` }
})

async function verdicts(text: string, inputs: Inputs, own?: Operator): Promise<Verdict[]> {
  const operators = new Map([...shipped, ...(own ? [[own.name, own] as const] : [])])
  const catalogue = { operators, functions: statefulFunctions, schemas: builtInSchemas }
  const source = { path: 'topology.yaml', text }
  const files = { read: () => undefined }
  const { plan, diagnostics } = checkTopology(source, catalogue, { files })
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  const found: Verdict[] = []
  await verify({
    plan,
    operators,
    inputs: new Map(Object.entries(inputs)),
    range: { from: undefined, to: undefined },
    records: undefined,
    seeds: 2,
    elsewhere: undefined,
    onBegin: () => undefined,
    onTrial: () => undefined,
    onVerdict: (verdict) => void found.push(verdict),
  })
  return found
}

type Inputs = Readonly<Record<string, readonly InputItem[]>>

const differing = (found: readonly Verdict[]): readonly Verdict[] =>
  found.filter(({ difference }) => difference !== undefined)

test.each([
  ['as of the event time', 'time: published', AS_OF_TIME],
  ['of the last value', 'time: published', LATEST],
  ['that says it means to', 'time: published, available: published', AS_OF_TIME],
])('names a join %s and knows what had not been ingested', async (_, times, step) => {
  const inputs = { quotes, mood: moods('published') }
  const wrong = differing(await verdicts(joining(times, step), inputs))
  // All other runs agree: they look ahead alike.
  expect(wrong).toHaveLength(1)
  expect(wrong[0]).toMatchObject({
    check: 'availability-holds',
    trial: 'known when ingested',
    difference: {
      meaning:
        'look-ahead: 6 of 6 records of "mood" count as known before their "ingested" says so: ' +
        'declare `available: ingested`',
      noticed: 'topic "results" differs',
      found: {
        step: 'seen',
        operator: 'enrich',
        key: 'A',
        // The quote of 3 s sees the mood of 3 s, which came at 7 s.
        number: 4,
        expected: { time: 3 * SECOND, value: { bid: 4, mood: { score: 1 } } },
        actual: { time: 3 * SECOND, value: { bid: 4, mood: null } },
      },
    },
  })
})

test.each([
  ['when records could be known', 'time: published, available: ingested', 'ingested'],
  ['a delay of its own', 'time: published, delay: 1ms', 'published'],
] as const)('asks nothing of a topic that declares %s', async (_, times, isKnownWhen) => {
  for (const step of [AS_OF_TIME, LATEST]) {
    const found = await verdicts(joining(times, step), { quotes, mood: moods(isKnownWhen) })
    expect(differing(found)).toEqual([])
    expect(found.filter(({ check }) => check === 'availability-holds')).toEqual([])
  }
})

test.each([
  ['each record is looked at by itself', '0s', 'filter: price > 0, to: passed', undefined],
  ['windows wait for it', '2s', 'bars: { every: 5s }, to: bars', undefined],
  // The trade of 4 s came at 6 s, when its bar had closed.
  ['windows do not wait', '0s', 'bars: { every: 5s }, to: bars', { step: 'lone', number: 1 }],
])('says of a topic that is late and alone what becomes of it when %s', async (...given) => {
  const [, lateness, step, found] = given
  const all = await verdicts(alone(lateness, step), { trades })
  const own = all.filter(({ check }) => check === 'availability-holds')
  expect(own).toHaveLength(1)
  if (found === undefined) expect(differing(all)).toEqual([])
  else expect(own[0]?.difference?.found).toMatchObject(found)
})

/** Joins by event time from a place of its own, which holds whatever any run has ever put there. */
function peek(): Operator {
  const known = new Map<number, unknown>()
  return operator({
    name: 'peek',
    summary: 'Looks up by event time, whenever that could be known.',
    config: struct({ with: stream({ summary: 'What is looked up.' }) }),
    fates: ['bad'],
    infer: ({ step, input }) => {
      const mood = inferredRecord(`${step}-mood`, [{ name: 'score', type: DOUBLE }])
      const fields = [...input.record.fields, { name: 'mood', type: nullable(mood) }]
      const main = { ...input, record: inferredRecord(step, fields) }
      return { outputs: { main }, stores: {}, lookback: 0 }
    },
    example: '',
    step: () => ({
      onRecord: ({ value, time }, turn, source) => {
        if (value === null) return
        if (source !== 'main') known.set(time, value.score)
        else {
          const last = Math.max(...[...known.keys()].filter((at) => at <= time))
          turn.emit({ ...value, mood: known.has(last) ? { score: known.get(last) } : null })
        }
      },
    }),
  })
}

test('names the operator that looks up by event time what could not be known', async () => {
  const text = joining('time: published, available: ingested', 'peek: { with: mood }')
  const found = await verdicts(text, { quotes, mood: moods('ingested') }, peek())
  const wrong = differing(found)
  const named = { step: 'seen', operator: 'peek', number: 4 }
  const values = { expected: { value: { mood: null } }, actual: { value: { mood: { score: 1 } } } }
  expect(wrong[0]).toMatchObject({
    check: 'engine-agrees',
    difference: { found: { ...named, ...values } },
  })
  expect(wrong.find(({ check }) => check === 'prefixes-stay')).toMatchObject({
    difference: {
      meaning: 'look-ahead: what was given for a part of the history changes when more comes',
      found: { ...named, ...values },
    },
  })
})
