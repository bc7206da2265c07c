import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDigest } from './digest.ts'

interface Entry {
  readonly key: string
  readonly body: Uint8Array | null
  readonly time: number
}

function digestOf(entries: readonly Entry[]): string {
  const digest = createDigest()
  for (const { key, body, time } of entries) digest.add(key, body, time)
  expect(digest.records).toBe(entries.length)
  return digest.toString()
}

const entry: fc.Arbitrary<Entry> = fc.record({
  key: fc.oneof(fc.constantFrom('', 'BTC', 'é😀'), fc.string({ unit: 'binary' })),
  body: fc.option(fc.uint8Array()),
  time: fc.maxSafeInteger(),
})

/** The definition word by word, on BigInts. */
function naive(entries: readonly Entry[]): string {
  const chains = new Map<string, Buffer>()
  for (const { key, body, time } of entries) {
    const length = Buffer.alloc(4)
    const bodyLength = Buffer.alloc(4)
    const stamp = Buffer.alloc(8)
    length.writeUInt32BE(Buffer.byteLength(key))
    bodyLength.writeUInt32BE(body?.length ?? 0xffffffff)
    stamp.writeBigInt64BE(BigInt(time))
    const hash = createHash('sha256').update(chains.get(key) ?? Buffer.alloc(32))
    hash.update(length).update(key).update(bodyLength)
    if (body) hash.update(body)
    chains.set(key, hash.update(stamp).digest())
  }
  let sum = 0n
  for (const chain of chains.values()) sum += BigInt(`0x${chain.toString('hex')}`)
  return BigInt.asUintN(256, sum).toString(16).padStart(64, '0')
}

test('is 64 zeros before the first record', () => {
  expect(digestOf([])).toBe('0'.repeat(64))
})

test('equals its definition', () => {
  fc.assert(fc.property(fc.array(entry), (entries) => digestOf(entries) === naive(entries)))
})

test('takes bodies of any length', () => {
  const large = { key: 'a', body: new Uint8Array(100_000), time: -1 }
  const small = { ...large, body: new Uint8Array(1) }
  expect(digestOf([large, small])).toBe(naive([large, small]))
})

test('is the same however keys are interleaved', () => {
  fc.assert(
    fc.property(fc.array(entry), fc.infiniteStream(fc.nat()), (entries, picks) => {
      const queues = [...Map.groupBy(entries, ({ key }) => key).values()]
      const mixed: Entry[] = []
      while (queues.length > 0) {
        const at = Number(picks.next().value) % queues.length
        const [next, ...rest] = queues[at] ?? []
        if (next) mixed.push(next)
        queues.splice(at, 1, ...(rest.length > 0 ? [rest] : []))
      }
      return digestOf(mixed) === digestOf(entries)
    }),
  )
})

test('differs when two unlike records of a key change places', () => {
  fc.assert(
    fc.property(entry, entry, (first, other) => {
      const second = { ...other, key: first.key }
      fc.pre(naive([first]) !== naive([second]))
      return digestOf([first, second]) !== digestOf([second, first])
    }),
  )
})

test('tells null from an empty body, and where a key ends', () => {
  const empty = { key: 'ab', body: new Uint8Array(0), time: 0 }
  const others = [
    { ...empty, body: null },
    { ...empty, key: 'a' },
    { ...empty, time: 1 },
    { ...empty, time: -1 },
  ]
  const digests = [empty, ...others].map((each) => digestOf([each]))
  expect(new Set(digests).size).toBe(digests.length)
})

test('refuses times that are no integer microseconds', () => {
  const digest = createDigest()
  expect(() => digest.add('a', null, 0.5)).toThrow(/integer microseconds/)
})
