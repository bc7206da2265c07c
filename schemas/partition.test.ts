import { expect, test } from 'vitest'
import { murmur2, partitionOf } from './partition.ts'

// The vectors of Apache Kafka's own test, org.apache.kafka.common.utils.UtilsTest.testMurmur2.
const vectors: [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

test.each([...vectors, ['', 275646681]] as [string, number][])(
  'hashes "%s" to %i as Kafka does',
  (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash)
  },
)

test('hashes bytes above 127 as unsigned', () => {
  expect(murmur2(Uint8Array.of(12, 42, 56, 24, 109, 111))).toBe(274204207)
  expect(murmur2(Buffer.from('é€😀'))).not.toBe(murmur2(Buffer.from('e')))
})

test.each(vectors)('puts "%s" into a partition by its hash without the sign', (key, hash) => {
  const positive = hash < 0 ? hash + 2 ** 31 : hash
  for (const partitions of [1, 3, 4, 8]) {
    expect(partitionOf(Buffer.from(key), partitions)).toBe(positive % partitions)
  }
})
