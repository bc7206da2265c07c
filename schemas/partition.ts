// Which partition a key belongs to: Kafka's default for keyed records, so that other producers
// agree with us. The hash is murmur2 with Kafka's seed, over the key's bytes.

const seed = 0x9747b28c | 0
const multiplier = 0x5bd1e995

/** Kafka's rule: the hash without its sign bit, modulo the number of partitions. */
export function partitionOf(keyBytes: Uint8Array, partitions: number): number {
  return (murmur2(keyBytes) & 0x7fffffff) % partitions
}

/** Austin Appleby's MurmurHash2 in 32 bits, little-endian, as a signed integer. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  let hash = seed ^ length
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    const low = byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8)
    const word = low | (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 24)
    const mixed = Math.imul(word, multiplier)
    hash = Math.imul(hash, multiplier) ^ Math.imul(mixed ^ (mixed >>> 24), multiplier)
  }
  if (length > whole) {
    for (let at = length - 1; at >= whole; at -= 1) hash ^= byteAt(bytes, at) << (8 * (at - whole))
    hash = Math.imul(hash, multiplier)
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
