// LZ4 in its frame format, which is what Kafka's format 2 means by lz4. Loaded when it is first
// used: it is native code. https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
import { createRequire } from 'node:module'
import type * as Lz4 from 'lz4-napi'
import type { Compression } from './compression.ts'

const MAGIC = 0x184d2204
/** Magic, flags, block size, checksum of the header. */
const LEAST_HEADER = 7
const HAS_BLOCK_CHECKSUMS = 1 << 4
const HAS_CONTENT_SIZE = 1 << 3
const HAS_DICTIONARY = 1
const IS_UNCOMPRESSED = 0x80000000
const CHECKSUM_BYTES = 4
const LENGTH_BYTES = 4
const LARGEST_BLOCK = 1 << 22
const MOST_EXPANSION = 255
/** By the number that stands for it: 4 to 7. */
const BLOCK_BYTES = [0, 0, 0, 0, 1 << 16, 1 << 18, 1 << 20, 1 << 22]

let loaded: typeof Lz4 | undefined

export const lz4: Compression = { name: 'lz4', id: 3, compress, decompress }

function load(): typeof Lz4 {
  loaded ??= createRequire(import.meta.url)('lz4-napi') as typeof Lz4
  return loaded
}

function compress(bytes: Uint8Array): Buffer {
  return load().compressFrameSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
}

function decompress(bytes: Uint8Array, most: number): Buffer {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  // The library does not bound what it makes of a frame; this does, though not closely.
  const possible = mostBytes(frame)
  if (possible > 2 * (most + LARGEST_BLOCK)) throw tooLong(most)
  const whole = load().decompressFrameSync(frame)
  if (whole.length > most) throw tooLong(most)
  return whole
}

function tooLong(most: number): Error {
  return new Error(`an LZ4 frame holds more than ${most} bytes`)
}

/** A block holds no more than the frame says, nor than 255 times its own bytes. */
function mostBytes(frame: Buffer): number {
  if (frame.length < LEAST_HEADER || frame.readUInt32LE(0) !== MAGIC) {
    throw new Error('an LZ4 frame does not begin as one')
  }
  const flags = frame.readUInt8(4)
  const blockBytes = BLOCK_BYTES[(frame.readUInt8(5) >> 4) & 0b111] ?? 0
  const more = (flags & HAS_CONTENT_SIZE ? 8 : 0) + (flags & HAS_DICTIONARY ? 4 : 0)
  const checksum = flags & HAS_BLOCK_CHECKSUMS ? CHECKSUM_BYTES : 0
  let most = 0
  let at = LEAST_HEADER + more
  for (;;) {
    if (at + LENGTH_BYTES > frame.length) throw new Error('an LZ4 frame ends within a block')
    const length = frame.readUInt32LE(at) % IS_UNCOMPRESSED
    if (length === 0) return most
    most += Math.min(blockBytes, MOST_EXPANSION * length)
    at += LENGTH_BYTES + length + checksum
  }
}
