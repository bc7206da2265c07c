// A broker for tests of fetching: a few partitions in memory, answers by offset, and troubles that
// it meets requests with, in turn.
import type { Cluster, Exchange } from '../client.ts'
import type { FetchedPart } from '../exchanges/fetch.ts'
import { partitionLog } from '../hardening/partition-log.test-data.ts'

/** `nothing`: it answers as it should. */
export type Trouble = 'nothing' | Error | { readonly code: number }

export interface FakePartitions {
  readonly cluster: Cluster
  /** Partitions that requests asked for, with their offsets: `t/0@5`. */
  readonly asked: readonly string[][]
  readonly refreshes: () => number
  /** Rows of a transaction that is committed at once; of the one topic `t`. */
  readonly append: (partition: number, rows: number) => void
  /** Of requests to come. */
  readonly troubles: Trouble[]
  /** The first offset that is kept. */
  first: number
}

type Events = Parameters<typeof partitionLog>[0]

export function fakePartitions(partitions: number): FakePartitions {
  const events = Array.from({ length: partitions }, (): Events[number][] => [])
  const asked: string[][] = []
  const troubles: Trouble[] = []
  let refreshed = 0
  const known = { first: 0 }

  function answer({ topic, partition, offset }: Asked, code: number): FetchedPart {
    const log = partitionLog(events[partition] ?? [])
    const about = { topic, partition, highWatermark: log.end, stable: log.end, first: known.first }
    const isGone = offset < known.first || offset > log.end
    const error = code === 0 && isGone ? 1 : code
    const none = { aborted: [], records: Buffer.alloc(0) }
    const found = error === 0 && offset < log.end ? log.fetch(offset) : none
    return { ...about, error, ...found }
  }

  const send = async <T>(_: number, exchange: Exchange<T>): Promise<T> => {
    await new Promise(setImmediate)
    const parts = readFetch(exchange.encode())
    asked.push(parts.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`))
    const trouble = troubles.shift() ?? 'nothing'
    if (trouble instanceof Error) throw trouble
    const code = trouble === 'nothing' ? 0 : trouble.code
    return parts.map((part) => answer(part, code)) as unknown as T
  }
  const cluster: Cluster = {
    send,
    broker: () => Promise.reject(new Error('no broker of kafkajs here')),
    controller: () => Promise.resolve(1),
    leader: () => Promise.resolve(1),
    knownLeader: () => 1,
    partitions: () => Promise.resolve(partitions),
    refresh: () => {
      refreshed += 1
      return Promise.resolve()
    },
    coordinator: () => Promise.resolve(1),
    forgetCoordinator: () => undefined,
    close: () => Promise.resolve(),
  }
  return {
    cluster,
    asked,
    troubles,
    refreshes: () => refreshed,
    append: (partition, rows) => {
      events[partition]?.push({ producer: 1, rows }, { producer: 1, ends: 'commit' })
    },
    get first() {
      return known.first
    },
    set first(offset) {
      known.first = offset
    },
  }
}

interface Asked {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** Of Fetch, version 11: replica, waits, limits, isolation and session come before the topics. */
function readFetch(body: Buffer): readonly Asked[] {
  let at = 4 + 4 + 4 + 4 + 1 + 4 + 4
  const int32 = (): number => body.readInt32BE((at += 4) - 4)
  const parts: Asked[] = []
  for (let topics = int32(); topics > 0; topics -= 1) {
    const length = body.readInt16BE(at)
    const topic = body.toString('utf8', at + 2, at + 2 + length)
    at += 2 + length
    for (let count = int32(); count > 0; count -= 1) {
      const partition = int32()
      const offset = Number(body.readBigInt64BE(at + 4))
      at += 4 + 8 + 8 + 4
      parts.push({ topic, partition, offset })
    }
  }
  return parts
}
