// Where things stand in the environment: the first byte of a key says what it is, numbers follow
// with their highest byte first, so that LMDB's order of bytes is the order of offsets and names.
import { createHash } from 'node:crypto'

const FORMAT = 1
const WRITER = 2
const TOPICS = 3
const TOPIC = 4
const PARTITION = 5
const CHUNK = 6
const ENTRY = 7
const PRODUCER = 8

/** LMDB's limit is 1,978 bytes: what is longer keeps its beginning and gets a digest. */
const LONGEST = 1_900
const DIGEST_BYTES = 32
const PARTITION_BYTES = 9
const HIGH_UNIT = 2 ** 32

/** Which version of the layout the environment has. */
export const formatKey = Buffer.of(FORMAT)
/** Which process writes. */
export const writerKey = Buffer.of(WRITER)
/** How often topics have changed, and the next topic's id. */
export const topicsKey = Buffer.of(TOPICS)

/** Of all topics: from the first key to the one behind the last. */
export const topicRange = { start: Buffer.of(TOPIC), end: Buffer.of(TOPIC + 1) } as const

export function topicKey(id: number): Buffer {
  const key = Buffer.of(TOPIC, 0, 0, 0, 0)
  key.writeUInt32BE(id, 1)
  return key
}

/** Next offset and the like of a partition. */
export function partitionKey(id: number, partition: number): Buffer {
  return placeKey(PARTITION, id, partition, PARTITION_BYTES)
}

/** Sorts before all chunks of the partition. */
export function beforeChunks(id: number, partition: number): Buffer {
  return placeKey(CHUNK, id, partition, PARTITION_BYTES)
}

export function chunkKey(id: number, partition: number, baseOffset: number): Buffer {
  const key = placeKey(CHUNK, id, partition, PARTITION_BYTES + 8)
  key.writeUInt32BE(Math.floor(baseOffset / HIGH_UNIT), PARTITION_BYTES)
  key.writeUInt32BE(baseOffset % HIGH_UNIT, PARTITION_BYTES + 4)
  return key
}

export function baseOffsetOf(key: Buffer): number {
  return key.readUInt32BE(PARTITION_BYTES) * HIGH_UNIT + key.readUInt32BE(PARTITION_BYTES + 4)
}

export function producerKey(name: string): Buffer {
  return shortened(Buffer.concat([Buffer.of(PRODUCER), Buffer.from(name)]))
}

/** What keys of a table begin with. */
export function tableStart(table: string): Buffer {
  const name = Buffer.from(table)
  const start = Buffer.of(ENTRY, 0, 0)
  start.writeUInt16BE(name.length, 1)
  return Buffer.concat([start, name])
}

/** A key of a table; `isShortened` if it does not stand there whole. */
export function entryKey(table: string, key: string): Buffer {
  return shortened(Buffer.concat([tableStart(table), Buffer.from(key)]))
}

/** Keeps what is short enough; of the rest the beginning, so that the order is kept up to there. */
function shortened(key: Buffer): Buffer {
  if (key.length <= LONGEST) return key
  const digest = createHash('sha256').update(key).digest()
  return Buffer.concat([key.subarray(0, LONGEST), digest])
}

export function isShortened(key: Uint8Array): boolean {
  return key.length === LONGEST + DIGEST_BYTES
}

/** What keys that begin with `start` begin with in the environment. */
export function kept(start: Buffer): Buffer {
  return start.subarray(0, LONGEST)
}

/** The first key behind all that begin with `start`, whose first byte is below 255. */
export function behind(start: Uint8Array): Buffer {
  const end = Buffer.from(start)
  let last = end.length - 1
  while (end[last] === 255) last -= 1
  end[last] = (end[last] ?? 0) + 1
  return end.subarray(0, last + 1)
}

function placeKey(what: number, id: number, partition: number, length: number): Buffer {
  const key = Buffer.allocUnsafe(length)
  key[0] = what
  key.writeUInt32BE(id, 1)
  key.writeUInt32BE(partition, 5)
  return key
}
