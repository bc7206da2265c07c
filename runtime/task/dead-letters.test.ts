import { expect, test } from 'vitest'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { UNREADABLE, valueAt } from '../../connectors/record-batch.ts'
import { createCodec } from '../../schemas/codec.ts'
import { deadLetterCodec, type DeadLetterRecord } from '../dead-letter.ts'
import { makeLayout } from '../layout.ts'
import { pass, planSteps } from '../reference/run-steps.test-data.ts'
import { Channel } from './channel.ts'
import { DeadLetters, StoppedByRecord } from './dead-letters.ts'
import { ItemInHand } from './item-in-hand.ts'
import { readTopicRow } from './read-row.ts'

const ITEM = { symbol: 'A', n: 3 }

/** A task that has the first row of a batch in hand. */
function open(fate: string, fill: (builder: BatchBuilder) => void) {
  const topics = `
topics:
  items: { topic: items.v1, schema: my/Item, key: symbol }
fate: { bad: ${fate}, late: skip, duplicate: dead-letter }`
  const plan = planSteps({ operators: [pass], topics, steps: '  a: { from: items, pass: }' })
  const [layout] = makeLayout(plan).tasks
  const [step] = plan.steps
  const [input] = layout?.channels ?? []
  const topic = plan.topics.get('items')
  if (!layout || !step || !input || !topic) throw new Error('no task')
  const builder = new BatchBuilder({ sources: true })
  fill(builder)
  const channel = new Channel(input, 0, readTopicRow(topic))
  const stored = { batch: builder.take(), from: 0, baseOffset: 17, offsets: undefined }
  channel.add(stored, undefined, 0, 1)
  channel.bound()
  const item = new ItemInHand()
  item.takeFrom(channel)
  const letters = new DeadLetters(plan, layout, item)
  const taken = (): readonly DeadLetterRecord[] =>
    letters.takeAppends().flatMap(({ batch }) =>
      Array.from({ length: batch.count }, (_, row) => {
        const bytes = valueAt(batch, row) ?? Buffer.alloc(0)
        return deadLetterCodec.decode(bytes) as unknown as DeadLetterRecord
      }),
    )
  return { letters, step, channel, item, taken, codec: createCodec(topic.schema) }
}

const refused = {
  stream: 'items',
  fate: 'bad',
  reason: 'it is odd',
  record: { key: 'A', value: ITEM, time: 4 },
  available: 5,
} as const

test('keeps why, where and what, with the coordinates of the input record', () => {
  const { letters, step, taken, codec } = open('dead-letter', (builder) => {
    builder.add(0, 'A', Buffer.alloc(0), 4, 5)
    builder.sourceAt('items.csv', 9)
  })
  letters.settle(step, refused)
  const [letter] = taken()
  expect(letter).toMatchObject({
    step: 'a',
    fate: 'bad',
    reason: 'it is odd',
    stream: 'items',
    key: 'A',
    time: 4,
    available: 5,
    place: 'items.csv:9',
    topic: 'items.v1',
    partition: 0,
    offset: 17,
    original: null,
  })
  expect(codec.decode(letter?.value ?? Buffer.alloc(0))).toEqual(ITEM)
  expect(taken()).toEqual([])
})

test('takes the fate that is stated for what happened', () => {
  const { letters, step, taken } = open('fail', (builder) => builder.add(0, 'A', null, 4, 5))
  letters.settle(step, { ...refused, fate: 'late' })
  letters.settle(step, { ...refused, fate: 'duplicate' })
  expect(taken().map(({ fate }) => fate)).toEqual(['duplicate'])
  const stop = () => letters.settle(step, refused)
  expect(stop).toThrow(StoppedByRecord)
  expect(stop).toThrow('step "a" cannot take the record at items.v1/0@17: it is odd')
  expect(taken()).toEqual([])
})

test('keeps what could not be read as it was, and when it could be known if that is known', () => {
  for (const available of [8, NaN]) {
    const { letters, channel, taken } = open('dead-letter', (builder) => {
      builder.add(UNREADABLE, 'the line is torn', Buffer.from('{"symbol'), NaN, available)
    })
    expect(channel.headProblem).toBe('the line is torn')
    letters.settleUnreadable(channel, channel.headProblem ?? '')
    expect(taken()).toMatchObject([
      {
        step: 'items',
        stream: 'items',
        key: null,
        time: null,
        available: Number.isNaN(available) ? null : available,
        place: 'items.v1/0@17',
        original: Buffer.from('{"symbol'),
      },
    ])
  }
})

test('keeps bytes that its schema cannot read', () => {
  const { letters, channel, taken } = open('dead-letter', (builder) =>
    builder.add(0, 'A', Buffer.from([1, 2, 3]), 4, 5),
  )
  expect(channel.headProblem).toContain('bytes are not one Item')
  letters.settleUnreadable(channel, channel.headProblem ?? '')
  expect(taken()).toMatchObject([{ value: null, original: Buffer.from([1, 2, 3]), available: 5 }])
})

test('says of a timer which step it is of, and no record', () => {
  const { letters, step, item, taken } = open('dead-letter', (builder) =>
    builder.add(0, 'A', null, 4, 5),
  )
  item.takeTimerOf('a')
  letters.settle(step, { ...refused, record: { key: 'A', value: null, time: 4 } })
  expect(taken()).toMatchObject([
    { place: 'timer of a', topic: null, partition: null, offset: null, value: null },
  ])
})
