import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCodec } from '../schemas/codec.ts'
import { BatchBuilder } from './batch-builder.ts'
import {
  END,
  HEARTBEAT,
  keyAt,
  kindOf,
  type PlaceColumns,
  RECORD,
  type RecordBatch,
  UNREADABLE,
  valueAt,
} from './record-batch.ts'

interface Row {
  readonly kind: number
  readonly key: string | undefined
  readonly value: Uint8Array | null
  readonly time: number
  readonly available: number
  readonly sent: readonly [number, number]
  readonly origin: readonly [string, number, number] | undefined
  readonly source: readonly [string, number] | undefined
}

/** Rows to add; `drop`: those of the turn are taken out again. */
interface Turn {
  readonly rows: readonly Row[]
  readonly drop: boolean
  readonly take: boolean
}

const name = fc.constantFrom('a', 'b', 'quotes.v1', 'ö')
const row: fc.Arbitrary<Row> = fc.record({
  kind: fc.constantFrom(RECORD, HEARTBEAT, END, UNREADABLE),
  key: fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }), { nil: undefined }),
  value: fc.option(fc.uint8Array({ maxLength: 300 })),
  time: fc.oneof(fc.double(), fc.constant(NaN)),
  available: fc.oneof(fc.double(), fc.constant(Number.NEGATIVE_INFINITY)),
  sent: fc.tuple(fc.nat(9), fc.nat()),
  origin: fc.option(fc.tuple(name, fc.nat(9), fc.nat()), { nil: undefined }),
  source: fc.option(fc.tuple(name, fc.nat()), { nil: undefined }),
})
const turn: fc.Arbitrary<Turn> = fc.record({
  rows: fc.array(row, { maxLength: 90 }),
  drop: fc.boolean(),
  take: fc.boolean(),
})

function add(builder: BatchBuilder, each: Row): void {
  builder.add(each.kind, each.key, each.value, each.time, each.available)
  builder.sentBy(...each.sent)
  if (each.origin) builder.originAt(...each.origin)
  if (each.source) builder.sourceAt(...each.source)
}

function placeAt(places: PlaceColumns | undefined, at: number) {
  const found = places?.names[places.indexes[at] ?? -1]
  if (places === undefined || found === undefined) return undefined
  return [found, places.partitions[at], places.offsets[at]]
}

function rowsOf(batch: RecordBatch): readonly unknown[] {
  return Array.from({ length: batch.count }, (_, at) => {
    const value = valueAt(batch, at)
    return {
      kind: kindOf(batch, at),
      key: keyAt(batch, at),
      value: value && [...value],
      time: batch.times[at],
      available: batch.available[at],
      sent: [batch.sent?.upstreams[at], batch.sent?.sequences[at]],
      origin: placeAt(batch.origins, at),
      source: placeAt(batch.sources, at),
    }
  })
}

/** A row as it has to come out. */
function expected({ value, source, ...rest }: Row) {
  return { ...rest, value: value && [...value], source: source && [source[0], -1, source[1]] }
}

test('gives back every column of every row, but for those that were taken out again', () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 8 }), (turns) => {
      const builder = new BatchBuilder({ sent: true, origins: true, sources: true })
      let kept: Row[] = []
      for (const { rows, drop, take } of turns) {
        const mark = builder.mark()
        for (const each of rows) add(builder, each)
        if (drop) builder.rollback(mark)
        else kept.push(...rows)
        expect(builder.count).toBe(kept.length)
        if (!take) continue
        expect(rowsOf(builder.take())).toEqual(kept.map(expected))
        expect([builder.count, builder.length]).toEqual([0, 0])
        kept = []
      }
      expect(rowsOf(builder.take())).toEqual(kept.map(expected))
    }),
    { numRuns: 60 },
  )
})

test('has the columns that were asked for, and no others', () => {
  const builder = new BatchBuilder()
  builder.add(RECORD, 'A', null, 1, 2)
  expect(() => builder.sentBy(0, 0)).toThrow('without columns for who sent it')
  expect(() => builder.originAt('t', 0, 0)).toThrow('without columns for origins')
  expect(() => builder.sourceAt('f', 0)).toThrow('without columns for sources')
  const { sent, origins, sources } = builder.take()
  expect([sent, origins, sources]).toEqual([undefined, undefined, undefined])
})

const codec = createCodec({
  type: 'record',
  name: 'Text',
  fields: [
    { name: 'text', type: 'string' },
    { name: 'n', type: 'double' },
  ],
})

test('encodes a value wherever the end of the buffer falls', () => {
  // Every length around the buffer's first end, with a row before it and one after it.
  for (let length = 3_950; length < 4_150; length += 1) {
    const builder = new BatchBuilder()
    const values = ['first', 'x'.repeat(length), 'ö'.repeat(50)].map((text, n) => ({ text, n }))
    for (const value of values) builder.addValue('ключ', codec, value, 1, 2)
    const batch = builder.take()
    const read = values.map((_, at) => codec.decode(valueAt(batch, at) ?? Buffer.alloc(0)))
    expect(read).toEqual(values)
    expect(values.map((_, at) => keyAt(batch, at))).toEqual(['ключ', 'ключ', 'ключ'])
  }
})

test('adds nothing of a value that does not fit, however much of it was written', () => {
  const builder = new BatchBuilder({ origins: true })
  builder.addValue('A', codec, { text: 'kept', n: 1 }, 1, 2)
  const bad = { text: 'x'.repeat(10_000), n: 'no number' }
  expect(() => builder.addValue('B', codec, bad, 1, 2)).toThrow('"n"')
  builder.addValue('C', codec, { text: 'kept too', n: 3 }, 1, 2)
  builder.originAt('t', 0, 7)
  const batch = builder.take()
  expect([keyAt(batch, 0), keyAt(batch, 1), batch.count]).toEqual(['A', 'C', 2])
  expect(codec.decode(valueAt(batch, 1) ?? Buffer.alloc(0))).toEqual({ text: 'kept too', n: 3 })
  expect(rowsOf(batch)).toMatchObject([{ origin: undefined }, { origin: ['t', 0, 7] }])
})

test('leaves a batch as it was when the builder goes on', () => {
  const builder = new BatchBuilder({ sent: true, origins: true })
  builder.add(RECORD, 'A', Buffer.from('one'), 1, 2)
  builder.sentBy(3, 4)
  builder.originAt('t', 5, 6)
  const batch = builder.take()
  const before = structuredClone(rowsOf(batch))
  for (let n = 0; n < 200; n += 1) {
    builder.add(END, 'other', Buffer.from('other'), n, n)
    builder.sentBy(n, n)
    builder.originAt(`u${n}`, n, n)
  }
  expect(rowsOf(batch)).toEqual(before)
})
