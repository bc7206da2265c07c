// The head of a Kafka record batch: read, and held against its checksum. It cures that kafkajs
// 2.2.4 never checks one: bytes that a disk or network has changed became records.
import type { PartitionId } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { Memory } from './copy-bytes.ts'
import { crc32c } from './crc32c.ts'
import {
  COMPRESSION,
  IS_APPEND_TIME,
  IS_CONTROL,
  IS_TRANSACTIONAL,
  LENGTH_END,
  layout,
  MAGIC,
} from './layout.ts'

export interface BatchHeader {
  /** Where the batch's records begin in what was fetched, and where they end. */
  readonly start: number
  readonly end: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly compression: number
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly producerId: bigint
  /** Milliseconds; where the broker stamps, that of every record. */
  readonly timestamp: number
  /** Whether records add to the timestamp. */
  readonly hasOwnTimes: boolean
  readonly count: number
}

const TWO_32 = 2 ** 32

/** The header of the batch at `at`; undefined where the rest of the bytes is not a whole one. */
export function readHeader(
  { bytes, view }: Memory,
  at: number,
  place: PartitionId,
): BatchHeader | undefined {
  const left = view.byteLength - at
  if (left < LENGTH_END) return undefined
  const baseOffset = int64(view, at + layout.baseOffset)
  const length = view.getInt32(at + layout.length)
  const isOffset = baseOffset >= 0 && baseOffset <= Number.MAX_SAFE_INTEGER
  if (!isOffset || length < layout.attributes - LENGTH_END) {
    throw damaged(place, baseOffset, 'a record batch has no possible length or offset')
  }
  const end = at + LENGTH_END + length
  if (end > view.byteLength) return undefined
  const magic = view.getInt8(at + layout.magic)
  if (magic !== MAGIC || length < layout.records - LENGTH_END) {
    throw damaged(place, baseOffset, `a record batch has format ${magic}, where 2 is known`)
  }
  const checksum = view.getUint32(at + layout.checksum)
  if (crc32c(bytes, at + layout.attributes, end) !== checksum) {
    throw damaged(place, baseOffset, 'the checksum of a record batch does not fit its bytes')
  }
  const attributes = view.getInt16(at + layout.attributes)
  const isAppendTime = (attributes & IS_APPEND_TIME) !== 0
  const lastOffsetDelta = view.getInt32(at + layout.lastOffsetDelta)
  const count = view.getInt32(at + layout.count)
  if (lastOffsetDelta < 0 || count < 0 || count > lastOffsetDelta + 1) {
    throw damaged(place, baseOffset, 'a record batch has more records than offsets')
  }
  return {
    start: at + layout.records,
    end,
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    compression: attributes & COMPRESSION,
    isTransactional: (attributes & IS_TRANSACTIONAL) !== 0,
    isControl: (attributes & IS_CONTROL) !== 0,
    producerId: view.getBigInt64(at + layout.producerId),
    timestamp: int64(view, at + (isAppendTime ? layout.maxTimestamp : layout.baseTimestamp)),
    hasOwnTimes: !isAppendTime,
    count,
  }
}

function int64(view: DataView, at: number): number {
  return view.getInt32(at) * TWO_32 + view.getUint32(at + 4)
}

/** What cannot be read at or behind an offset. */
export function damaged(
  { topic, partition }: PartitionId,
  offset: number,
  what: string,
  cause?: unknown,
): EngineError {
  const message =
    `"${topic}" ${partition} is damaged at offset ${offset}: ${what}; ` +
    "check the broker's disk and network, a replica may hold it whole"
  return new EngineError('log-damaged', message, {
    coordinates: { topic, partition, offset },
    cause,
  })
}
