// Snappy, as Kafka's Java client frames it (xerial's stream: a header, then blocks by length), or
// one bare block, as other clients write. Loaded when it is first used: it is native code.
import { createRequire } from 'node:module'
import type * as Snappy from 'snappy'
import type { Compression } from './compression.ts'

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
/** Magic, the version, and the oldest version that can read it. */
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
const LENGTH_BYTES = 4
const BLOCK_BYTES = 1 << 16

let loaded: typeof Snappy | undefined

export const snappy: Compression = { name: 'snappy', id: 2, compress, decompress }

function load(): typeof Snappy {
  loaded ??= createRequire(import.meta.url)('snappy') as typeof Snappy
  return loaded
}

function compress(bytes: Uint8Array): Buffer {
  const parts: Buffer[] = [HEADER]
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = load().compressSync(bytes.subarray(at, at + BLOCK_BYTES))
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

function decompress(bytes: Uint8Array, most: number): Buffer {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (!isFramed(all, 0)) return decompressBlock(all, most)
  const parts: Buffer[] = []
  let left = most
  for (let at = 0; at < all.length;) {
    // Streams may follow each other, each with a header.
    if (isFramed(all, at)) {
      at += HEADER.length
      continue
    }
    if (at + LENGTH_BYTES > all.length) throw new Error('a snappy stream ends within a length')
    const start = at + LENGTH_BYTES
    at = start + all.readUInt32BE(at)
    if (at > all.length) throw new Error('a snappy stream ends within a block')
    const part = decompressBlock(all.subarray(start, at), left)
    left -= part.length
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function isFramed(bytes: Buffer, at: number): boolean {
  return (
    at + HEADER.length <= bytes.length && bytes.compare(MAGIC, 0, MAGIC.length, at, at + 8) === 0
  )
}

function decompressBlock(block: Buffer, most: number): Buffer {
  // The library makes room for what a block claims to hold before it looks at the rest.
  const claimed = claimedLength(block)
  if (claimed > most) throw new Error(`a snappy block claims ${claimed} bytes; ${most} may be`)
  const bytes = load().uncompressSync(block, { asBuffer: true })
  if (typeof bytes === 'string') throw new Error('snappy gave a text for bytes')
  return bytes
}

/** A block opens with its length, seven bits a byte, the lowest first. */
function claimedLength(block: Buffer): number {
  let length = 0
  for (const [index, byte] of block.subarray(0, 5).entries()) {
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return length
  }
  throw new Error('a snappy block has no length')
}
