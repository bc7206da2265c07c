import { expect, test } from 'vitest'
import type { InputItem } from '../connectors/file/input-record.ts'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { operator, type Operator } from '../operators/operator.ts'
import { STRING } from '../schemas/type.ts'
import { nothing } from '../topology/config.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { deadLetterCodec, type DeadLetterRecord } from './dead-letter.ts'
import { runReference } from './reference/interpreter.ts'
import { item, pass, planSteps } from './reference/run-steps.test-data.ts'
import { committedRows } from './results/committed-rows.ts'
import { runHistory } from './run-history.ts'
import { deadLettersTopic } from './topic-names.ts'

/** Gives out a symbol of so many characters. */
const grow = operator({
  name: 'grow',
  summary: 'Grows.',
  config: nothing({ summary: 'Nothing.' }),
  fates: ['bad'],
  infer: ({ input }) => ({ outputs: { main: input }, stores: {}, lookback: 0 }),
  example: '',
  step: () => ({
    onRecord: ({ value }, turn) => turn.emit({ symbol: 'x'.repeat(Number(value?.n)), n: 0 }),
  }),
})

/** Refuses whatever comes. */
const refuse = operator({
  ...pass,
  name: 'refuse',
  step: () => ({ onRecord: (_, turn) => turn.reject('bad', 'it is refused') }),
})

/** Remembers a text of so many characters. */
const remember = operator({
  name: 'remember',
  summary: 'Remembers.',
  config: nothing({ summary: 'Nothing.' }),
  fates: ['bad'],
  infer: ({ step, input }) => {
    const entry = inferredRecord(`${step}-text`, [{ name: 'text', type: STRING }])
    return { outputs: { main: input }, stores: { text: { key: input.key, entry } }, lookback: 0 }
  },
  example: '',
  step: ({ store }) => {
    const texts = store<{ text: string }>('text')
    return {
      onRecord: ({ key, value }) => {
        texts.edit(key, () => ({ text: '' })).text = 'x'.repeat(Number(value?.n))
      },
    }
  },
})

const own = [pass, grow, refuse, remember] as unknown as readonly Operator[]
const operators = new Map(own.map((each) => [each.name, each]))

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol }
  out: { topic: out, schema: my/Item, key: symbol }
fate: { bad: dead-letter, late: fail, duplicate: fail }`

/** What the engine and the reference interpreter make of it; they agree. */
async function runBoth(steps: string, items: readonly InputItem[], capture?: '*') {
  const plan = planSteps({ operators: own, topics: TOPICS, steps })
  const inputs = new Map([['items', items]])
  const captured = capture && { capture }
  const log = createMemoryBroker().connect()
  const found = await runHistory({ plan, operators, inputs, log, ...captured })
  const expected = runReference({ plan, operators, inputs, ...captured })
  const letters = found.deadLetters.map((each) => ({ ...each, value: each.value ?? null }))
  const whole = expected.deadLetters.map((each) => ({ ...each, value: each.value ?? null }))
  expect(letters).toEqual(whole)
  expect(String(found.digests.get('out'))).toBe(String(expected.digests.get('out')))
  return { found, log }
}

/** Key and value of what `grow` makes of it: the symbol twice, its length, and a double. */
const FITS = (1_000_000 - 3 - 8) / 2
const sized = (n: number): InputItem => item('A', n, n) as InputItem

test.each([
  ['topic "out"', '  a: { from: items, grow: , to: out }', undefined],
  ['stream "a"', '  a: { from: items, grow: , key: all }\n  b: { from: a, pass: }', undefined],
  ['stream "a"', '  a: { from: items, grow: }', '*'],
] as const)('a record that is too large for the log is bad: %s', async (where, steps, capture) => {
  const fits = Math.floor(where === 'topic "out"' || capture ? FITS : FITS * 2 - 2)
  const { found } = await runBoth(steps, [sized(fits), sized(fits + 1)], capture)
  expect(found.steps.get('a')).toMatchObject({ emitted: 1, fates: { bad: 1 } })
  expect(found.deadLetters.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(
      RegExp(`^${where}: the record has 1,000,00\\d bytes of key and value, .* for 1,000,000$`),
    ),
  ])
})

test('a record that stays within its task may be larger', async () => {
  const { found } = await runBoth('  a: { from: items, grow: }', [sized(2_000_000)])
  expect(found.steps.get('a')).toMatchObject({ emitted: 1, fates: { bad: 0 } })
})

test.each([
  ['1,250,000 bytes of its bytes are left out', 'unreadable', 3_900_000],
  [
    '2,000,000 bytes of its key are left out; its value of 3,000,012 bytes is left out',
    'large',
    3_000_000,
  ],
])('a dead letter is cut to what a log takes: %s', async (note, kind, size) => {
  const bad = { kind: 'bad', reason: 'no record', place: 'f:1', original: 'ä'.repeat(size / 2) }
  const items = [kind === 'large' ? sized(size) : (bad as InputItem)]
  const { log, found } = await runBoth(
    '  a: { from: items, grow: }\n  b: { from: a, refuse: }',
    items,
  )
  expect(found.deadLetters.map(({ reason }) => reason)).toEqual([
    expect.stringContaining(`; ${note}`),
  ])
  for await (const { value } of committedRows(log, deadLettersTopic('t'), 1)) {
    expect(value?.length).toBeLessThanOrEqual(4_000_000)
    const letter = deadLetterCodec.decode(value ?? Buffer.alloc(0)) as unknown as DeadLetterRecord
    expect(letter.value).toBeNull()
  }
})

test('an entry of a store that no log takes stops the run, and says whose it is', async () => {
  const run = runBoth('  a: { from: items, remember: }', [sized(33_000_000)])
  await expect(run).rejects.toMatchObject({
    code: 'too-large',
    retryable: false,
    coordinates: { task: '0_0', step: 'a', store: 'text' },
    message: expect.stringContaining('33,000,004 bytes') as unknown,
  })
})
