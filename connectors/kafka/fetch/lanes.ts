// Connections over which records are fetched. A broker answers the requests of a connection one
// after another, and one that waits for new records holds up those behind it: so several lanes,
// each with at most one request per broker under way.
import type { Cluster } from '../client.ts'
import { faultOf } from '../kafka-fault.ts'

/** So many that one may wait for idle partitions while others carry what is busy. */
const LANES = 3

export interface Lane {
  readonly cluster: Cluster
  /** Brokers that have a request of this lane. */
  readonly busy: Set<number>
}

export interface Lanes {
  /** A lane that is free for the broker, and whether it is the last; undefined: none is. */
  readonly free: (
    node: number,
  ) => Promise<{ readonly lane: Lane; readonly isLast: boolean }> | undefined
  readonly close: () => Promise<void>
}

/** Lanes connect when they are first needed. */
export function createLanes(connect: () => Promise<Cluster>): Lanes {
  const lanes: { busy: Set<number>; opened: Promise<Lane> | undefined }[] = Array.from(
    { length: LANES },
    () => ({ busy: new Set<number>(), opened: undefined }),
  )

  async function open(place: (typeof lanes)[number]): Promise<Lane> {
    place.opened ??= connect().then((cluster) => ({
      cluster: renewing(cluster),
      busy: place.busy,
    }))
    try {
      return await place.opened
    } catch (error) {
      // The next one tries again.
      place.opened = undefined
      throw error
    }
  }

  return {
    free: (node) => {
      const free = lanes.filter(({ busy }) => !busy.has(node))
      const [first] = free
      if (first === undefined) return undefined
      // Taken before the first await: nobody else may take it meanwhile.
      first.busy.add(node)
      return open(first).then(
        (lane) => ({ lane, isLast: free.length === 1 }),
        (error: unknown) => {
          first.busy.delete(node)
          throw error
        },
      )
    },
    close: async () => {
      const asked = lanes.flatMap(({ opened }) => (opened === undefined ? [] : [opened]))
      const opened = await Promise.allSettled(asked)
      const clusters = opened.flatMap((each) =>
        each.status === 'fulfilled' ? [each.value.cluster] : [],
      )
      await Promise.all(clusters.map((cluster) => cluster.close()))
    },
  }
}

/**
 * Leaders are looked up elsewhere, but each lane finds its brokers itself. After a failure it looks
 * where they are: one may have been away when the lane was made, or have moved.
 */
function renewing(cluster: Cluster): Cluster {
  return {
    ...cluster,
    send: async (node, exchange) => {
      try {
        return await cluster.send(node, exchange)
      } catch (error) {
        await cluster.refresh().catch((again: unknown) => faultOf(again))
        throw error
      }
    },
  }
}
