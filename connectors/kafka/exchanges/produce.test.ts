import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { EngineError } from '../../../topology/engine-error.ts'
import { produceExchange } from './produce.ts'

const require = createRequire(import.meta.url)
const Encoder = require('kafkajs/src/protocol/encoder') as new () => Encoder
interface Encoder {
  readonly buffer: Buffer
  readonly writeInt16: (value: number) => Encoder
  readonly writeInt32: (value: number) => Encoder
  readonly writeInt64: (value: number) => Encoder
  readonly writeString: (text: string | null) => Encoder
  readonly writeBytes: (bytes: Buffer) => Encoder
}

const parts = [
  { topic: 'out', partition: 2, records: Buffer.from('first') },
  { topic: 'börse', partition: 0, records: Buffer.alloc(3_000, 'x') },
  { topic: 'out', partition: 0, records: Buffer.from('third') },
]

test.each(['fills-3', undefined])('a request names each topic once: transaction %s', (id) => {
  const expected = new Encoder()
    .writeString(id ?? null)
    .writeInt16(-1)
    .writeInt32(4_000)
    .writeInt32(2)
    .writeString('out')
    .writeInt32(2)
    .writeInt32(2)
    .writeBytes(Buffer.from('first'))
    .writeInt32(0)
    .writeBytes(Buffer.from('third'))
    .writeString('börse')
    .writeInt32(1)
    .writeInt32(0)
    .writeBytes(Buffer.alloc(3_000, 'x'))
  const exchange = produceExchange(parts, { transactionalId: id, timeoutMs: 4_000 })
  expect([exchange.key, exchange.version]).toEqual([0, 8])
  expect(exchange.encode().toString('hex')).toBe(expected.buffer.toString('hex'))
})

function answer(): Buffer {
  const part = (to: Encoder, partition: number, error: number, offset: number): Encoder =>
    to.writeInt32(partition).writeInt16(error).writeInt64(offset).writeInt64(-1).writeInt64(0)
  let body = new Encoder().writeInt32(2).writeString('börse').writeInt32(1)
  body = part(body, 0, 87, -1).writeInt32(1).writeInt32(4).writeString('the record is null')
  body = body.writeString(null).writeString('out').writeInt32(2)
  body = part(body, 0, 0, 2 ** 40)
    .writeInt32(0)
    .writeString(null)
  body = part(body, 2, 10, -1).writeInt32(0).writeString('too large')
  return body.writeInt32(0).buffer
}

test('an answer is given in the order of the parts, with the reasons in words', () => {
  const { decode } = produceExchange(parts, { transactionalId: 'a', timeoutMs: 1 })
  expect(decode(answer())).toEqual([
    { topic: 'out', partition: 2, error: 10, message: 'too large', baseOffset: -1 },
    { topic: 'börse', partition: 0, error: 87, message: 'the record is null', baseOffset: -1 },
    { topic: 'out', partition: 0, error: 0, message: undefined, baseOffset: 2 ** 40 },
  ])
})

test('an answer that is cut is refused', () => {
  const { decode } = produceExchange(parts, { transactionalId: 'a', timeoutMs: 1 })
  const whole = answer()
  const withoutThrottle = whole.length - 4
  for (let end = 0; end < withoutThrottle; end += 1) {
    expect(() => decode(whole.subarray(0, end))).toThrow(EngineError)
  }
})
