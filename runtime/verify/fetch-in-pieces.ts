// A log that gives no more records at once than it was asked for, however large its batches are. So
// the end of a fetch falls between any two records, as it may on a broker.
import type { Fetched, Log, StoredBatch } from '../../connectors/connector.ts'
import { sliceBatch } from './slice-batch.ts'

export function fetchInPieces(log: Log): Log {
  return {
    ...log,
    fetch: async (positions, options) => {
      const fetched = await log.fetch(positions, options)
      return fetched.map((each) => shorten(each, options.maxRecords))
    },
  }
}

function shorten(fetched: Fetched, mostRecords: number): Fetched {
  const batches: StoredBatch[] = []
  let room = mostRecords
  for (const stored of fetched.batches) {
    const { batch, from, baseOffset, offsets } = stored
    const end = from + room
    if (end >= batch.count) {
      batches.push(stored)
      room -= batch.count - from
      continue
    }
    const next = offsets?.[end] ?? baseOffset + end
    if (room === 0) return { ...fetched, batches, next: offsets?.[from] ?? baseOffset + from }
    const piece = {
      batch: sliceBatch(batch, from, end),
      from: 0,
      baseOffset: baseOffset + from,
      offsets: offsets?.subarray(from, end),
    }
    return { ...fetched, batches: [...batches, piece], next }
  }
  return { ...fetched, batches }
}
