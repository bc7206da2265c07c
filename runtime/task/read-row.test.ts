import { expect, test } from 'vitest'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { RECORD } from '../../connectors/record-batch.ts'
import { createCodec } from '../../schemas/codec.ts'
import { readSchema } from '../../schemas/read-schema.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { readTopicRow } from './read-row.ts'

const field = (name: string, type: unknown) => ({ name, type })
const level = { type: 'record', name: 'Level', fields: [field('size', 'double')] }
const schema = {
  type: 'record',
  name: 'Quote',
  fields: [
    field('symbol', 'string'),
    field('bid', 'double'),
    field('ask', ['null', 'double']),
    field('levels', { type: 'array', items: level }),
  ],
}
const topic = {
  ...{ name: 'quotes', topic: 'quotes', schema, record: readSchema(schema).type },
  ...{ key: ['symbol'], delay: 0 },
} as unknown as PlannedTopic

/** How it is read where `available` stands beside it, and where nothing does. */
function readings(quote: { bid: number; ask: number | null; size: number }) {
  const { size, ...prices } = quote
  const value = createCodec(schema).encode({ symbol: 'A', ...prices, levels: [{ size }] })
  return [7, NaN].map((available) => {
    const builder = new BatchBuilder({})
    builder.add(RECORD, 'A', value, 5, available)
    const { record, problem } = readTopicRow(topic)(builder.take(), 0)
    return problem ?? record?.time
  })
}

test.each([
  [{ bid: NaN, ask: 2, size: 1 }, 'bid'],
  [{ bid: 1, ask: Infinity, size: 1 }, 'ask'],
  [{ bid: 1, ask: null, size: -Infinity }, 'levels[0].size'],
])('refuses %o of a writer that is not ours, in the words of files', (quote, path) => {
  // Ours have looked before they said when it was available, so it is not looked at again.
  expect(readings(quote)).toEqual([5, `field "${path}" is not a finite number`])
})

test('takes what is finite, whoever wrote it', () => {
  expect(readings({ bid: 1, ask: null, size: 3 })).toEqual([5, 5])
})
