// kafkajs's own encoder, decoder, checksum and abort filter, as they are: what our replacements are
// held against. Loaded beside the hardened client, never through it.
import { createRequire } from 'node:module'

export interface OriginalRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
}

export interface DecodedRecord extends OriginalRecord {
  readonly offset: string
  readonly timestamp: string
  readonly isControlRecord: boolean
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean }
}

export interface OriginalBatch {
  readonly compression: number
  readonly firstOffset: bigint
  readonly timestamp: number
  readonly isTransactional: boolean
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly firstSequence: number
}

interface Encoder {
  readonly buffer: Buffer
  readonly writeInt32: (value: number) => Encoder
  readonly writeEncoder: (encoder: Encoder) => Encoder
}

const require = createRequire(import.meta.url)
const load = (path: string): unknown => require(`kafkajs/src/${path}`)

const Encoder = load('protocol/encoder') as new () => Encoder
const Decoder = load('protocol/decoder') as new (bytes: Buffer) => unknown
const Long = load('utils/long') as { readonly fromValue: (value: string) => unknown }
const encodeRecord = load('protocol/recordBatch/record/v0') as (record: object) => Encoder
const { RecordBatch } = load('protocol/recordBatch/v0') as {
  readonly RecordBatch: (batch: object) => Promise<Encoder>
}
const decodeMessages = load('protocol/requests/fetch/v4/decodeMessages') as (
  decoder: unknown,
) => Promise<readonly DecodedRecord[]>
export const originalChecksum = load('protocol/recordBatch/crc32C') as (bytes: Buffer) => number
export const filterAbortedMessages = load('consumer/filterAbortedMessages') as (fetched: {
  readonly messages: readonly DecodedRecord[]
  readonly abortedTransactions: readonly { producerId: string; firstOffset: string }[]
}) => readonly DecodedRecord[]

export async function encodeOriginal(
  records: readonly OriginalRecord[],
  about: OriginalBatch,
): Promise<Buffer> {
  const { firstOffset, timestamp, isTransactional, producerId, ...others } = about
  const encoded = await RecordBatch({
    ...others,
    firstOffset: Long.fromValue(`${firstOffset}`),
    firstTimestamp: timestamp,
    maxTimestamp: timestamp,
    partitionLeaderEpoch: -1,
    lastOffsetDelta: records.length - 1,
    transactional: isTransactional,
    producerId: Long.fromValue(`${producerId}`),
    records: records.map((record, offsetDelta) => encodeRecord({ ...record, offsetDelta })),
  })
  return encoded.buffer
}

export async function decodeOriginal(records: Buffer): Promise<readonly DecodedRecord[]> {
  const length = Buffer.alloc(4)
  length.writeInt32BE(records.length)
  return decodeMessages(new Decoder(Buffer.concat([length, records])))
}
