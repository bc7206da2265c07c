import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { EngineError } from '../../../topology/engine-error.ts'
import { fetchExchange } from './fetch.ts'

const require = createRequire(import.meta.url)
interface OriginalRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly encode: () => Promise<{ readonly buffer: Buffer }>
}
const original = require('kafkajs/src/protocol/requests/fetch/v11/request') as (
  about: object,
) => OriginalRequest

const wait = { maxWaitMs: 500, minBytes: 1, maxBytes: 16_777_216 }
const parts = [
  { topic: 'quotes', partition: 3, offset: 2 ** 40, maxBytes: 1_048_576 },
  { topic: 'börse', partition: 0, offset: 0, maxBytes: 7 },
  { topic: 'quotes', partition: 1, offset: 5, maxBytes: 1_048_576 },
]

test("a request is kafkajs's own, byte for byte", async () => {
  const expected = original({
    ...wait,
    maxWaitTime: wait.maxWaitMs,
    replicaId: -1,
    isolationLevel: 1,
    rackId: '',
    topics: [
      { topic: 'quotes', partitions: [partOf(3, 2 ** 40), partOf(1, 5)] },
      { topic: 'börse', partitions: [{ partition: 0, fetchOffset: 0, maxBytes: 7 }] },
    ],
  })
  const exchange = fetchExchange(parts, wait)
  expect([exchange.key, exchange.version]).toEqual([expected.apiKey, expected.apiVersion])
  expect(exchange.encode().toString('hex')).toBe((await expected.encode()).buffer.toString('hex'))
})

function partOf(partition: number, fetchOffset: number): object {
  return { partition, fetchOffset, maxBytes: 1_048_576 }
}

describe('an answer', () => {
  const int16 = (value: number) => Buffer.from([(value >> 8) & 0xff, value & 0xff])
  const int32 = (value: number) => Buffer.concat([int16(value >> 16), int16(value)])
  const int64 = (value: number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(BigInt(value))
    return bytes
  }
  const text = (value: string) =>
    Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
  const part = (partition: number, error: number, aborted: Buffer, records: Buffer) =>
    Buffer.concat([
      int32(partition),
      int16(error),
      ...[90, 80, 10].map(int64),
      aborted,
      int32(-1),
      records,
    ])
  const body = (error: number, ...topics: readonly Buffer[]) =>
    Buffer.concat([int32(0), int16(error), int32(0), int32(topics.length), ...topics])
  const someAborted = Buffer.concat([int32(2), ...[4, 33, 5, 22].map(int64)])
  const whole = body(
    0,
    Buffer.concat([text('börse'), int32(1), part(0, 1, int32(-1), int32(-1))]),
    Buffer.concat([
      text('quotes'),
      int32(2),
      part(1, 0, int32(0), Buffer.concat([int32(3), Buffer.from('abc')])),
      part(3, 0, someAborted, int32(0)),
    ]),
  )

  test('is given in the order of what was asked for', () => {
    const rest = { highWatermark: 90, stable: 80, first: 10 }
    const decoded = fetchExchange(parts, wait).decode(whole)
    expect(
      decoded.map(({ records, ...others }) => ({ ...others, records: records.toString() })),
    ).toEqual([
      {
        topic: 'quotes',
        partition: 3,
        error: 0,
        ...rest,
        aborted: [
          { producerId: 4n, firstOffset: 33 },
          { producerId: 5n, firstOffset: 22 },
        ],
        records: '',
      },
      { topic: 'börse', partition: 0, error: 1, ...rest, aborted: [], records: '' },
      { topic: 'quotes', partition: 1, error: 0, ...rest, aborted: [], records: 'abc' },
    ])
  })

  test('that refuses the whole request gives its error to every part', () => {
    const decoded = fetchExchange(parts, wait).decode(body(70))
    expect(decoded.map(({ topic, partition, error }) => [topic, partition, error])).toEqual(
      parts.map(({ topic, partition }) => [topic, partition, 70]),
    )
  })

  test('that leaves a part out is refused', () => {
    const one = body(0, Buffer.concat([text('börse'), int32(1), part(0, 0, int32(0), int32(0))]))
    expect(() => fetchExchange(parts, wait).decode(one)).toThrow(/leaves out a partition/)
  })

  test('that is cut, or lies about its lengths, is refused', () => {
    const { decode } = fetchExchange(parts, wait)
    for (let end = 0; end < whole.length; end += 1) {
      expect(() => decode(whole.subarray(0, end))).toThrow(EngineError)
    }
    const long = Buffer.from(whole)
    long.writeInt32BE(0x7fffffff, 10)
    expect(() => decode(long)).toThrow(/ends in the middle of a field/)
  })
})
