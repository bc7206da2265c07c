import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StoredBatch } from '../../connector.ts'
import { keyAt, valueAt } from '../../record-batch.ts'
import { offsetAt } from '../../stored-offset.ts'
import { abortFilter } from './abort-filter.ts'
import { decodeOriginal, filterAbortedMessages } from './kafkajs-original.test-data.ts'
import {
  type Event,
  type LogOptions,
  partitionLog,
  type PartitionLog,
  type StoredValue,
} from './partition-log.test-data.ts'
import { readRecordBatches } from './record-batch-reader.ts'

/** Reads on from answers of at most `bytes`, but for a first batch, which a broker gives whole. */
function ours(log: PartitionLog, from: number, bytes = Infinity): readonly StoredValue[] {
  const values: StoredValue[] = []
  for (let offset = from; offset < log.end;) {
    const about = { topic: 't', partition: 0, offset, stable: log.end, unframe: undefined }
    const { records, aborted } = log.fetch(offset, bytes)
    const { batches, next } = readRecordBatches(records, { ...about, aborted })
    if (next <= offset) throw new Error('the reader does not get on')
    values.push(...batches.flatMap(valuesOf))
    offset = next
  }
  return values
}

function valuesOf(stored: StoredBatch): readonly StoredValue[] {
  return Array.from({ length: stored.batch.count }, (_, row) => ({
    offset: offsetAt(stored, row),
    value: valueAt(stored.batch, row)?.toString() ?? '',
  }))
}

/** As kafkajs's consumer does: its decoder, its filter, then markers are left out. */
async function kafkajs(log: PartitionLog, from: number): Promise<readonly StoredValue[]> {
  const { records, aborted } = log.fetch(from)
  const messages = await decodeOriginal(records)
  const passed = filterAbortedMessages({
    messages,
    abortedTransactions: aborted.map(({ producerId, firstOffset }) => {
      return { producerId: `${producerId}`, firstOffset: `${firstOffset}` }
    }),
  })
  return passed
    .filter(({ isControlRecord, offset }) => !isControlRecord && Number(offset) >= from)
    .map(({ offset, value }) => ({ offset: Number(offset), value: value?.toString() ?? '' }))
}

interface Leak {
  readonly events: readonly Event[]
  readonly options?: LogOptions
  readonly from: number
}

const leaks: Readonly<Record<string, Leak>> = {
  'of a transaction that began first and was aborted last': {
    from: 0,
    events: [
      { producer: 1, rows: 2 },
      { producer: 2, rows: 2 },
      { producer: 2, ends: 'abort' },
      { producer: 1, ends: 'abort' },
      { producer: 3, rows: 1 },
      { producer: 3, ends: 'commit' },
    ],
  },
  'of the second of two transactions that were open where the fetch begins': {
    from: 2,
    events: [
      { producer: 1, rows: 1 },
      { producer: 2, rows: 1 },
      { producer: 2, rows: 1 },
      { producer: 1, ends: 'abort' },
      { producer: 2, ends: 'abort' },
    ],
  },
  'behind a record whose key is that of an abort marker': {
    from: 0,
    options: { key: '\0\0\0\0' },
    events: [
      { producer: 1, rows: 3 },
      { producer: 1, ends: 'abort' },
    ],
  },
}

describe.each(Object.entries(leaks))('records %s', (_, { events, options, from }) => {
  const log = partitionLog(events, options)

  test("leak through kafkajs's filter", async () => {
    const leaked = await kafkajs(log, from)
    expect(leaked.length).toBeGreaterThan(log.committed(from).length)
  })

  test('do not leak through ours', () => {
    expect(ours(log, from)).toEqual(log.committed(from))
  })
})

const producer = fc.integer({ min: 0, max: 4 })
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ producer, rows: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ producer, rows: fc.constant(1), isPlain: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ producer, ends: fc.constantFrom('commit', 'abort') }) },
)

test('exactly what is committed passes, wherever a fetch of any log begins and is cut', () => {
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 30 }),
      fc.constantFrom('k', '\0\0\0\0', '\0\0\0\x01'),
      fc.integer({ min: 1, max: 600 }),
      (events, key, bytes) => {
        const log = partitionLog(events, { key })
        for (let from = 0; from < log.end; from += 1) {
          expect(ours(log, from)).toEqual(log.committed(from))
          expect(ours(log, from, bytes)).toEqual(log.committed(from))
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('a marker whose record was compacted away ends its transaction all the same', () => {
  const passes = abortFilter([{ producerId: 1n, firstOffset: 0 }])
  const of = { producerId: 1n, isTransactional: true, isControl: false }
  expect(passes({ ...of, lastOffset: 0 })).toBe(false)
  expect(passes({ ...of, lastOffset: 1, isControl: true })).toBe(false)
  expect(passes({ ...of, lastOffset: 2 })).toBe(true)
})

test('the records of a log are where its oracle says', () => {
  const log = partitionLog([
    { producer: 1, rows: 1 },
    { producer: 2, rows: 2, isPlain: true },
    { producer: 1, ends: 'commit' },
    { producer: 1, rows: 1 },
  ])
  expect(log.committed(1).map(({ value }) => value)).toEqual(['2 at 1', '2 at 2'])
  expect(log.end).toBe(6)
  expect(log.fetch(5).aborted).toEqual([{ producerId: 1n, firstOffset: 4 }])
  const about = { topic: 't', partition: 0, offset: 0, stable: 6, unframe: undefined }
  const [stored] = readRecordBatches(log.fetch(0).records, { ...about, aborted: [] }).batches
  expect(stored && keyAt(stored.batch, 0)).toBe('k')
})
