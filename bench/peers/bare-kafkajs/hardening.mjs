// Prototype. Imported before kafkajs, it puts two modules in the place of kafkajs 2.2.4's own: a
// single-pass record-batch writer and a linear grouping by partition. No headers, no compression:
// enough for the loop beside it. The project's own modules do it properly and prove it.
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const kafkajs = path.dirname(require.resolve('kafkajs/package.json'))
const replace = (file, make) => {
  const id = require.resolve(path.join(kafkajs, 'src', file))
  require(id)
  require.cache[id].exports = make(require.cache[id].exports)
}

const tables = [new Int32Array(256)]
for (let i = 0; i < 256; i++) {
  let c = i
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1
  tables[0][i] = c
}
for (let k = 1; k < 8; k++) {
  tables.push(tables[k - 1].map((c) => (c >>> 8) ^ tables[0][c & 255]))
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables

function crc32c(b, start, end) {
  let c = -1
  let i = start
  for (; i + 8 <= end; i += 8) {
    c ^= b[i] | (b[i + 1] << 8) | (b[i + 2] << 16) | (b[i + 3] << 24)
    c =
      t7[c & 255] ^
      t6[(c >>> 8) & 255] ^
      t5[(c >>> 16) & 255] ^
      t4[c >>> 24] ^
      t3[b[i + 4]] ^
      t2[b[i + 5]] ^
      t1[b[i + 6]] ^
      t0[b[i + 7]]
  }
  for (; i < end; i++) c = (c >>> 8) ^ t0[(c ^ b[i]) & 255]
  return (c ^ -1) >>> 0
}

const zigzag = (n) => ((n << 1) ^ (n >> 31)) >>> 0
function varintSize(n) {
  let left = zigzag(n)
  let size = 1
  while (left >= 128) {
    left >>>= 7
    size++
  }
  return size
}
const bytes = (x) => (typeof x === 'string' ? Buffer.from(x) : x)

function mostBytes(records) {
  let size = 61
  for (const r of records) {
    size += 40 + (r.key ? Buffer.byteLength(r.key) : 0) + (r.value ? Buffer.byteLength(r.value) : 0)
  }
  return size
}

const Encoder = require(path.join(kafkajs, 'src/protocol/encoder.js'))

replace('protocol/recordBatch/record/v0/index.js', () => (record) => record)
replace('protocol/recordBatch/v0/index.js', (original) => ({
  ...original,
  RecordBatch: async (batch) => {
    if (batch.compression) throw new Error('this prototype writes no compressed batches')
    const b = Buffer.allocUnsafe(mostBytes(batch.records))
    let p = 61
    const varint = (n) => {
      let left = zigzag(n)
      while (left >= 128) {
        b[p++] = (left & 127) | 128
        left >>>= 7
      }
      b[p++] = left
    }
    for (const r of batch.records) {
      const key = bytes(r.key)
      const value = bytes(r.value)
      const later = Number(r.timestampDelta) || 0
      const k = key ? key.length : -1
      const v = value ? value.length : -1
      varint(
        2 +
          varintSize(later) +
          varintSize(r.offsetDelta) +
          varintSize(k) +
          Math.max(k, 0) +
          varintSize(v) +
          Math.max(v, 0),
      )
      b[p++] = 0
      varint(later)
      varint(r.offsetDelta)
      varint(k)
      if (k > 0) p += key.copy(b, p)
      varint(v)
      if (v > 0) p += value.copy(b, p)
      varint(0)
    }
    b.writeBigInt64BE(BigInt(String(batch.firstOffset ?? 0)), 0)
    b.writeInt32BE(p - 12, 8)
    b.writeInt32BE(batch.partitionLeaderEpoch ?? 0, 12)
    b[16] = 2
    b.writeInt16BE(batch.transactional ? 16 : 0, 21)
    b.writeInt32BE(batch.lastOffsetDelta, 23)
    b.writeBigInt64BE(BigInt(batch.firstTimestamp), 27)
    b.writeBigInt64BE(BigInt(batch.maxTimestamp), 35)
    b.writeBigInt64BE(BigInt(String(batch.producerId)), 43)
    b.writeInt16BE(batch.producerEpoch, 51)
    b.writeInt32BE(batch.firstSequence, 53)
    b.writeInt32BE(batch.records.length, 57)
    b.writeUInt32BE(crc32c(b, 21, p), 17)
    const encoder = new Encoder(0)
    encoder.buf = b.subarray(0, p)
    encoder.offset = p
    return encoder
  },
}))
replace(
  'producer/groupMessagesPerPartition.js',
  () =>
    ({ topic, partitionMetadata, messages, partitioner }) => {
      const groups = {}
      for (const message of messages) {
        const partition = message.partition ?? partitioner({ topic, partitionMetadata, message })
        ;(groups[partition] ??= []).push(message)
      }
      return groups
    },
)
