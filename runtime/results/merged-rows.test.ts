import { expect, test } from 'vitest'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { HEARTBEAT, RECORD, keyAt, type RecordBatch } from '../../connectors/record-batch.ts'
import { findLanes } from './lanes.ts'
import { mergedRows } from './merged-rows.ts'

const instantOf = ({ available }: RecordBatch, row: number): number => available[row] ?? NaN

/** `A5` is a record of A at 5, `-5` a heartbeat. One batch for each list. */
async function logOf(partitions: readonly (readonly string[])[]) {
  const log = createMemoryBroker().connect()
  await log.createTopics([{ name: 't', partitions: partitions.length, keeps: 'all' }])
  const producer = await log.producer('p')
  for (const [partition, batches] of partitions.entries()) {
    for (const rows of batches) {
      const builder = new BatchBuilder()
      for (const row of rows.split(' ')) {
        const [name = '', at] = [row[0], Number(row.slice(1))]
        if (name === '-') builder.add(HEARTBEAT, undefined, null, NaN, at)
        else builder.add(RECORD, name, null, at, at)
      }
      const appends = [{ topic: 't', partition, batch: builder.take() }]
      await producer.transact({ appends, puts: [] })
    }
  }
  return log
}

async function merged(partitions: readonly (readonly string[])[]) {
  const log = await logOf(partitions)
  const scan = { topic: 't', partitions: partitions.length, instantOf }
  const lanes = await findLanes(log, scan)
  const read = (batch: RecordBatch, row: number) =>
    `${keyAt(batch, row) ?? ''}${batch.available[row] ?? ''}`
  const rows: string[] = []
  for await (const portion of mergedRows(log, lanes, { instantOf, read })) rows.push(...portion)
  return { lanes: lanes.length, rows: rows.join(' ') }
}

test.each([
  ['nothing', [[]], { lanes: 0, rows: '' }],
  ['a partition in order', [['A1 A2', 'A2 A5']], { lanes: 1, rows: 'A1 A2 A2 A5' }],
  ['heartbeats between', [['-1 -1', 'A2 -3', '-4', '-5 B6']], { lanes: 1, rows: 'A2 B6' }],
  ['partitions', [['A1 A4'], ['B2 B3 B5']], { lanes: 2, rows: 'A1 B2 B3 A4 B5' }],
  ['ties, by partition', [['A2 B2'], ['C1 C2']], { lanes: 2, rows: 'C1 A2 B2 C2' }],
  [
    'two tasks in one partition',
    [['A1 A2 A3', 'B1 B2', 'A4 A9', 'B3 B5', 'A9', 'B6']],
    { lanes: 2, rows: 'A1 B1 A2 B2 A3 B3 A4 B5 B6 A9 A9' },
  ],
  ['rows in no order at all', [['A3 A2 A1', 'B2']], { lanes: 3, rows: 'A1 A2 B2 A3' }],
])('reads %s by instant, partition and offset', async (_, partitions, expected) => {
  expect(await merged(partitions)).toEqual(expected)
})

test('reads more rows than one fetch or portion holds', async () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => `A${index}`)
  const batches = [rows.slice(0, 2_500).join(' '), 'B0 B4999', rows.slice(2_500).join(' ')]
  const { rows: text } = await merged([batches])
  expect(text).toBe(
    ['A0', 'B0', ...rows.slice(1), 'B4999'].join(' ').replace('A4999 B4999', 'B4999 A4999'),
  )
})
