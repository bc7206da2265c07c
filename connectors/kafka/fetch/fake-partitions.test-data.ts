// A broker for tests of fetching: a few partitions in memory, answers by offset, and troubles that
// it meets requests with, in turn.
import type { Cluster, Exchange } from '../client.ts'
import type { FetchedPart } from '../exchanges/fetch.ts'
import { partitionLog } from '../hardening/partition-log.test-data.ts'

/** `nothing`: it answers as it should. */
export type Trouble = 'nothing' | Error | { readonly code: number; readonly partition?: number }

export interface FakePartitions {
  readonly cluster: Cluster
  /** Partitions that requests asked for, with their offsets: `t/0@5`. */
  readonly asked: readonly string[][]
  readonly refreshes: () => number
  /** Rows of a transaction that is committed at once; of the one topic `t`. */
  readonly append: (partition: number, rows: number) => void
  /** Of requests to come. */
  readonly troubles: Trouble[]
  /** Requests to come are answered when this is. */
  held: Promise<void>
  /** The most requests that asked for the same partition at once, from the same offset. */
  readonly mostAtOnce: () => number
  /** Deletes the records of a topic that is made anew. */
  readonly empty: () => void
  /** The first offset that is kept. */
  first: number
}

type Events = Parameters<typeof partitionLog>[0]

export function fakePartitions(partitions: number): FakePartitions {
  const events = Array.from({ length: partitions }, (): Events[number][] => [])
  const asked: string[][] = []
  const troubles: Trouble[] = []
  let refreshed = 0
  const known = { first: 0, held: Promise.resolve(), mostAtOnce: 0 }
  const underWay: string[] = []

  function answer({ topic, partition, offset }: Asked, code: number): FetchedPart {
    const log = partitionLog(events[partition] ?? [])
    const isGone = offset < known.first || offset > log.end
    const error = code === 0 && isGone ? 1 : code
    const none = { aborted: [], records: Buffer.alloc(0) }
    const [end, first] = error === 0 ? [log.end, known.first] : [-1, -1]
    const about = { topic, partition, highWatermark: end, stable: end, first }
    const found = error === 0 && offset < log.end ? log.fetch(offset) : none
    return { ...about, error, ...found }
  }

  const send = async <T>(_: number, exchange: Exchange<T>): Promise<T> => {
    const parts = readFetch(exchange.encode())
    const names = parts.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`)
    underWay.push(...names)
    known.mostAtOnce = Math.max(known.mostAtOnce, mostEqual(underWay))
    await new Promise(setImmediate)
    await known.held
    for (const name of names) underWay.splice(underWay.indexOf(name), 1)
    asked.push(names)
    const trouble = troubles.shift() ?? 'nothing'
    if (trouble instanceof Error) throw trouble
    return parts.map((part) => answer(part, codeFor(part, trouble))) as unknown as T
  }
  const refresh = () => Promise.resolve(void (refreshed += 1))
  return {
    cluster: { ...oneBroker, send, refresh, partitions: () => Promise.resolve(partitions) },
    asked,
    troubles,
    refreshes: () => refreshed,
    append: (partition, rows) => {
      events[partition]?.push({ producer: 1, rows }, { producer: 1, ends: 'commit' })
    },
    mostAtOnce: () => known.mostAtOnce,
    empty: () => {
      for (const each of events) each.length = 0
    },
    get held() {
      return known.held
    },
    set held(held) {
      known.held = held
    },
    get first() {
      return known.first
    },
    set first(offset) {
      known.first = offset
    },
  }
}

const oneBroker = {
  broker: () => Promise.reject(new Error('no broker of kafkajs here')),
  controller: () => Promise.resolve(1),
  leader: () => Promise.resolve(1),
  knownLeader: () => 1,
  coordinator: () => Promise.resolve(1),
  forgetCoordinator: () => undefined,
  close: () => Promise.resolve(),
}

function codeFor({ partition }: Asked, trouble: Exclude<Trouble, Error>): number {
  if (trouble === 'nothing') return 0
  return (trouble.partition ?? partition) === partition ? trouble.code : 0
}

function mostEqual(names: readonly string[]): number {
  return Math.max(0, ...names.map((name) => names.filter((each) => each === name).length))
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
