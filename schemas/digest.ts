// A topic's digest: equal for equal records per key in equal order, however the keys are
// interleaved. Two runs whose digests agree gave the same answer.
import { hash } from 'node:crypto'

const hashBytes = 32
const nullBody = 0xffffffff
const modulus = 2n ** 256n

export interface Digest {
  /** Takes a key's next record; `body` null deletes the key, `time` is in integer microseconds. */
  readonly add: (key: string, body: Uint8Array | null, time: number) => void
  /** Records taken so far. */
  readonly records: number
  /** 64 hex digits; 64 zeros before the first record. */
  readonly toString: () => string
}

/**
 * Every key has a chain h' = SHA-256(h || u32 key length || key || u32 body length || body || i64
 * time), integers big-endian, h0 = 32 zero bytes, the key's text in UTF-8, the body in canonical
 * Avro (codec.ts); a null value has body length 0xffffffff and no body. The digest is the sum of
 * every key's last h, as big-endian integers, modulo 2^256.
 *
 * @example
 * const digest = createDigest()
 * digest.add('BTCUSDT', codec.encode(trade), 1_723_161_255_342_000)
 * digest.toString() // 64 hex digits
 */
export function createDigest(): Digest {
  // Hashes are kept as one character a byte: Node gives them in a quarter of the time that a buffer
  // takes.
  const chains = new Map<string, string>()
  let scratch = Buffer.alloc(4096)
  let records = 0
  const add = (key: string, body: Uint8Array | null, time: number): void => {
    if (!Number.isSafeInteger(time)) throw new Error('a digest takes times in integer microseconds')
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    const most = hashBytes + 4 + key.length * 3 + 4 + (body?.length ?? 0) + 8
    if (scratch.length < most) scratch = Buffer.alloc(most * 2)
    const chain = chains.get(key)
    if (chain === undefined) scratch.fill(0, 0, hashBytes)
    else scratch.write(chain, 0, 'latin1')
    const end = writeRecord(scratch, hashBytes, key, body, time)
    chains.set(key, hash('sha256', scratch.subarray(0, end), 'binary'))
    records += 1
  }
  return {
    add,
    get records() {
      return records
    },
    toString: () => sumOf(chains.values()),
  }
}

function writeRecord(
  buffer: Buffer,
  start: number,
  key: string,
  body: Uint8Array | null,
  time: number,
): number {
  const keyLength = buffer.write(key, start + 4, 'utf8')
  buffer.writeUInt32BE(keyLength, start)
  let at = start + 4 + keyLength
  at = buffer.writeUInt32BE(body ? body.length : nullBody, at)
  if (body) {
    buffer.set(body, at)
    at += body.length
  }
  // Two halves cost less than a BigInt; flooring keeps two's complement for times before 1970.
  const high = Math.floor(time / 2 ** 32)
  at = buffer.writeInt32BE(high, at)
  return buffer.writeUInt32BE(time - high * 2 ** 32, at)
}

function sumOf(chains: Iterable<string>): string {
  let sum = 0n
  for (const chain of chains) sum += BigInt(`0x${Buffer.from(chain, 'latin1').toString('hex')}`)
  return (sum % modulus).toString(16).padStart(hashBytes * 2, '0')
}
