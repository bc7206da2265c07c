// Leaders that were deposed and have not heard of it: for a few reads a slot that opens is told one
// of the topics that it is restored from as that was some time ago, and nothing of what was
// committed since. Any broker may do that where several hold a partition.
import type { Bounds, Fetched, Log, PartitionId } from '../../connectors/connector.ts'
import { rowAt } from '../../connectors/memory/segment.ts'
import { sliceBatch } from '../../runtime/verify/slice-batch.ts'
import type { Random } from './random.ts'

export interface DeposedLeaders {
  /** A worker's log, some of whose readings are led astray. */
  readonly mislead: (log: Log) => Log
}

/** What one tells. */
interface Deposed {
  /** The last stable offset that it knows. */
  readonly stable: number
  /** Until the worker hears who leads now. */
  readsLeft: number
}

const OFTEN = 0.15
/** An opening looks again more often than that. */
const MOST_READS = 12
const placeOf = ({ topic, partition }: PartitionId): string => `${topic}/${partition}`
const isRestored = (topic: string): boolean => /\.(commits|state|order)$/.test(topic)

export function deposedLeaders(random: Random): DeposedLeaders {
  /** By partition, last stable offsets of some moment. */
  const past = new Map<string, number[]>()
  const remember = (bounds: readonly Bounds[]): void => {
    for (const each of bounds) {
      if (!isRestored(each.topic)) continue
      const known = past.get(placeOf(each)) ?? []
      past.set(placeOf(each), known)
      if (known.at(-1) !== each.stable) known.push(each.stable)
    }
  }
  const depose = (): readonly (readonly [string, Deposed])[] => {
    if (past.size === 0 || !random.chance(OFTEN)) return []
    const place = random.pick([...past.keys()])
    const stable = random.pick(past.get(place) ?? [0])
    return [[place, { stable, readsLeft: random.int(1, MOST_READS) }]]
  }
  return {
    mislead: (log) => {
      let deposed = new Map<string, Deposed>()
      const asked = (id: PartitionId): number => {
        const found = deposed.get(placeOf(id))
        if (found === undefined || found.readsLeft === 0) return Number.POSITIVE_INFINITY
        found.readsLeft -= 1
        return found.stable
      }
      return {
        ...log,
        producer: async (name) => {
          const producer = await log.producer(name)
          if (/\.slot-\d+$/.test(name)) deposed = new Map(depose())
          return producer
        },
        bounds: async (partitions) => {
          const bounds = await log.bounds(partitions)
          remember(bounds)
          return bounds.map((each) => asOf(each, asked(each)))
        },
        fetch: async (positions, options) => {
          const fetched = await log.fetch(positions, options)
          return fetched.map((each, at) => cut(each, positions[at]?.offset ?? 0, asked(each)))
        },
      }
    },
  }
}

function asOf(bounds: Bounds, stable: number): Bounds {
  const { first, stable: now } = bounds
  return { ...bounds, first: Math.min(first, stable), stable: Math.min(now, stable) }
}

function cut(fetched: Fetched, offset: number, stable: number): Fetched {
  if (stable >= fetched.stable) return fetched
  const batches = fetched.batches.flatMap((stored) => {
    const { batch, from } = stored
    const to = Math.min(batch.count, rowAt(stored, stable))
    if (to <= from) return []
    const offsets = stored.offsets?.subarray(0, to)
    return [{ ...stored, batch: sliceBatch(batch, 0, to), offsets }]
  })
  return { ...fetched, batches, next: Math.max(offset, Math.min(fetched.next, stable)), stable }
}
