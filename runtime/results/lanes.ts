// A topic's committed records as lanes: sequences that are each in order, though a partition that
// several tasks write is not. Found by one pass over the topic; they hold offsets alone, so memory
// stays flat, and there are no more of them than tasks that write.
import type { Log } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { kindOf, RECORD, type RecordBatch } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'

/** What rows are put in order by; microseconds, or anything that falls for no task. */
export type InstantOf = (batch: RecordBatch, row: number) => number

export interface Lane {
  readonly topic: string
  readonly partition: number
  /** First and last offset of stretches of the partition, one after the other. */
  readonly stretches: readonly number[]
}

interface OpenLane {
  readonly partition: number
  readonly stretches: number[]
  last: number
}

export interface TopicToScan {
  readonly topic: string
  readonly partitions: number
  readonly instantOf: InstantOf
  /** Told of every record, partition after partition. */
  readonly visit?: (batch: RecordBatch, row: number) => void
}

/** Reads the topic up to its ends as they stand now. Heartbeats and markers are passed over. */
export async function findLanes(log: Log, scan: TopicToScan): Promise<readonly Lane[]> {
  const { topic, partitions, instantOf, visit } = scan
  const ids = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  const lanes: Lane[] = []
  for (const bounds of await log.bounds(ids)) {
    const { partition } = bounds
    const own = new PartitionLanes(partition)
    for await (const stored of readPartition(log, bounds)) {
      const { batch, from } = stored
      for (let row = from; row < batch.count; row += 1) {
        if (kindOf(batch, row) !== RECORD) continue
        own.add(offsetAt(stored, row), instantOf(batch, row))
        visit?.(batch, row)
      }
    }
    lanes.push(...own.lanes.map(({ stretches }) => ({ topic, partition, stretches })))
  }
  return lanes
}

/** Puts each row behind the latest lane that it does not precede. */
class PartitionLanes {
  readonly lanes: OpenLane[] = []
  readonly #partition: number
  #current: OpenLane | undefined

  constructor(partition: number) {
    this.#partition = partition
  }

  add(offset: number, instant: number): void {
    const current = this.#current
    if (current !== undefined && this.#isBest(current, instant)) {
      current.stretches[current.stretches.length - 1] = offset
      current.last = instant
      return
    }
    const lane = this.#bestFor(instant) ?? this.#open()
    lane.stretches.push(offset, offset)
    lane.last = instant
    this.#current = lane
  }

  #isBest({ last }: OpenLane, instant: number): boolean {
    if (last > instant) return false
    return this.lanes.every((each) => each.last <= last || each.last > instant)
  }

  #bestFor(instant: number): OpenLane | undefined {
    let best: OpenLane | undefined
    for (const lane of this.lanes) {
      if (lane.last <= instant && (best === undefined || lane.last > best.last)) best = lane
    }
    return best
  }

  #open(): OpenLane {
    const lane = { partition: this.#partition, stretches: [], last: Number.NEGATIVE_INFINITY }
    this.lanes.push(lane)
    return lane
  }
}
