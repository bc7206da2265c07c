// Reads partitions of a Kafka log ahead of those who ask: while records are processed the next
// ones are on their way. Committed records only; what a broker refuses for a while is asked again,
// within a bound, and what it will never give is told to the reader.
import type { Fetched, FetchOptions, Position } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { Cluster } from '../client.ts'
import type { Clock } from '../clock.ts'
import { type FetchedPart, fetchExchange } from '../exchanges/fetch.ts'
import { OFFSET_OUT_OF_RANGE } from '../hardening/error-codes.ts'
import { engineError, faultOf, KafkaFault } from '../kafka-fault.ts'
import type { TopicBook } from '../topics/topic-book.ts'
import { Cursor } from './cursor.ts'
import { decode } from './decode-part.ts'
import { createLanes, type Lane, type Lanes } from './lanes.ts'

export interface FetcherOptions extends Clock {
  readonly connect: () => Promise<Cluster>
  /** Knows leaders; refreshed when a broker says that it is not one. */
  readonly cluster: Cluster
  readonly book: TopicBook
  /** How long requests may fail before a reader is told. */
  readonly patienceMs?: number
}

export interface Fetcher {
  readonly fetch: (
    positions: readonly Position[],
    options: FetchOptions,
  ) => Promise<readonly Fetched[]>
  /** The topic was deleted: nothing that was read ahead of it is given to a reader any more. */
  readonly forget: (topic: string) => void
  readonly close: () => Promise<void>
}

/** Bytes of one partition in one answer, of all of them, and waiting for their reader. */
const PARTITION_BYTES = 1 << 20
const ANSWER_BYTES = 16 << 20
const READY_BYTES = 2 << 20
/** How long a broker may wait for something new, and the same on the last lane, at first. */
const LONG_WAIT_MS = 500
const SHORT_WAIT_MS = 5
const LAST_LANE_WAIT_MS = 50
/** A reader that is new waits for its first answer, also beyond what it asked for. */
const FIRST_ANSWER_MS = 2_000
/** What is read ahead is for readers that ask again that soon. */
const AHEAD_MS = 1_000
/** Beyond its wait an answer may take that long: one that was lost is asked for again. */
const ANSWER_WITHIN_MS = 10_000
/** Requests that failed are sent again after that. */
const RETRY_MS = 50
const PATIENCE_MS = 30_000
/** A reader that has not asked for so long has gone. */
const FORGOTTEN_AFTER_MS = 30_000

/** Kafka's code of a broker that leads a partition no more. */
const NOT_LEADER = 6

export function createFetcher(options: FetcherOptions): Fetcher {
  return new PartitionFetcher(options)
}

class PartitionFetcher implements Fetcher {
  readonly #options: FetcherOptions
  readonly #lanes: Lanes
  readonly #cursors = new Set<Cursor>()
  /** Requests under way; they end before the fetcher does. */
  readonly #underWay = new Set<Promise<void>>()
  /** Told of every answer. */
  readonly #listeners = new Set<() => void>()
  #isClosed = false
  #sweptAt = 0

  constructor(options: FetcherOptions) {
    this.#options = options
    this.#lanes = createLanes(options.connect)
  }

  readonly fetch = async (
    positions: readonly Position[],
    { maxRecords, waitMs }: FetchOptions,
  ): Promise<readonly Fetched[]> => {
    const cursors: Cursor[] = []
    try {
      for (const position of positions) cursors.push(await this.#claim(position))
      const until = this.#options.now() + waitMs
      for (const cursor of cursors) {
        if (!cursor.hasNews) cursor.isUrgent = waitMs === 0 && !cursor.isInFlight
      }
      this.#pump()
      while (!this.#isDone(cursors, waitMs)) {
        const isNew = cursors.some(({ hasAnswer }) => !hasAnswer)
        const more = waitMs === 0 ? Number.POSITIVE_INFINITY : isNew ? FIRST_ANSWER_MS : 0
        const left = Math.min(until + more - this.#options.now(), LONG_WAIT_MS)
        if (left <= 0) break
        await this.#news(left)
        if (this.#isClosed) throw new Error('the log is closed')
      }
      for (const { fault } of cursors) if (fault !== undefined) throw fault
      return cursors.map((cursor) => cursor.take(maxRecords))
    } finally {
      for (const cursor of cursors) {
        cursor.isClaimed = false
        cursor.isUrgent = false
        if (cursor.fault !== undefined) this.#cursors.delete(cursor)
      }
      // What was taken makes room for more.
      this.#pump()
    }
  }

  forget(topic: string): void {
    const message = `topic "${topic}" was deleted while it was read; create it, and read it anew`
    const fault = new EngineError('topic-missing', message, { coordinates: { topic } })
    for (const cursor of this.#cursors) {
      if (cursor.topic !== topic) continue
      this.#cursors.delete(cursor)
      if (cursor.isClaimed) cursor.fault = fault
    }
    this.#tell()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#tell()
    await this.#lanes.close()
    await Promise.all(this.#underWay)
  }

  /** Who waits gets news; who does not, one answer for each cursor that nobody has asked about. */
  #isDone(cursors: readonly Cursor[], waitMs: number): boolean {
    if (cursors.some(({ fault }) => fault !== undefined)) return true
    if (waitMs > 0) return cursors.some(({ hasNews }) => hasNews)
    return cursors.every((each) => each.hasNews || (each.hasAnswer && !each.isUrgent))
  }

  async #claim(position: Position): Promise<Cursor> {
    if (this.#isClosed) throw new Error('the log is closed')
    const { book, now } = this.#options
    this.#sweep()
    for (const cursor of this.#cursors) {
      const { topic, partition, asked, isClaimed } = cursor
      if (isClaimed || asked !== position.offset) continue
      if (topic !== position.topic || partition !== position.partition) continue
      cursor.isClaimed = true
      cursor.lastAsked = now()
      return cursor
    }
    const { framing } = await book.find(position.topic)
    const cursor = new Cursor(position, framing, now())
    cursor.isClaimed = true
    this.#cursors.add(cursor)
    return cursor
  }

  #sweep(): void {
    const now = this.#options.now()
    if (now - this.#sweptAt < FORGOTTEN_AFTER_MS / 2) return
    this.#sweptAt = now
    for (const cursor of this.#cursors) {
      if (!cursor.isClaimed && now - cursor.lastAsked > FORGOTTEN_AFTER_MS) {
        this.#cursors.delete(cursor)
      }
    }
  }

  /** Sends what may be sent. */
  #pump(): void {
    while (!this.#isClosed && this.#sendSome());
  }

  /** A request to every broker that leads something wanted; whether there was one. */
  #sendSome(): boolean {
    let isAny = false
    for (const [node, cursors] of this.#wantedByNode()) {
      const free = this.#lanes.free(node)
      if (free === undefined) continue
      isAny = true
      for (const cursor of cursors) cursor.isInFlight = true
      this.#keep(this.#request(node, free, cursors))
    }
    return isAny
  }

  /** Of several cursors of one partition one: a request asks for it once. */
  #wantedByNode(): ReadonlyMap<number, readonly Cursor[]> {
    const byNode = new Map<number, Cursor[]>()
    const named = new Set<string>()
    for (const cursor of this.#wanted()) {
      const { id } = cursor
      if (named.has(id)) continue
      named.add(id)
      const node = this.#options.cluster.knownLeader(cursor.topic, cursor.partition)
      if (node === undefined) {
        cursor.isInFlight = true
        this.#keep(this.#findLeader(cursor))
        continue
      }
      const known = byNode.get(node)
      if (known === undefined) byNode.set(node, [cursor])
      else known.push(cursor)
    }
    return byNode
  }

  /**
   * Those that somebody waits for come first, who has waited longest before them: what is larger
   * than a partition's share of an answer comes only as the first. Then those that asked last.
   */
  #wanted(): readonly Cursor[] {
    const since = this.#options.now() - AHEAD_MS
    const awaited: Cursor[] = []
    const ahead: Cursor[] = []
    for (const cursor of this.#cursors) {
      const { isInFlight, fault, readyBytes, isClaimed, lastAsked, hasNews } = cursor
      if (isInFlight || fault !== undefined || readyBytes >= READY_BYTES) continue
      if (isClaimed && !hasNews) awaited.push(cursor)
      else if (isClaimed || lastAsked > since) ahead.push(cursor)
    }
    awaited.sort((a, b) => a.lastAsked - b.lastAsked)
    ahead.sort((a, b) => b.lastAsked - a.lastAsked)
    return [...awaited, ...ahead]
  }

  #keep(work: Promise<void>): void {
    this.#underWay.add(work)
    // It settles what it is about with its cursors, and rejects with nothing but our own faults.
    void work
      .catch((error: unknown) => {
        const fault = error instanceof Error ? error : new Error(String(error))
        for (const cursor of this.#cursors) cursor.fault ??= fault
      })
      .finally(() => {
        this.#underWay.delete(work)
        this.#tell()
        this.#pump()
      })
  }

  async #findLeader(cursor: Cursor): Promise<void> {
    try {
      await this.#options.cluster.leader(cursor.topic, cursor.partition)
    } catch (error) {
      await this.#failed([{ cursor, error }])
    } finally {
      cursor.isInFlight = false
    }
  }

  /** Each cursor is let go of once: nobody else may have asked for it by then. */
  async #request(
    node: number,
    free: Promise<{ readonly lane: Lane; readonly isLast: boolean }>,
    cursors: readonly Cursor[],
  ): Promise<void> {
    let failures: readonly Failure[]
    try {
      failures = await this.#accept(cursors, await this.#ask(node, free, cursors))
    } catch (error) {
      failures = cursors.map((cursor) => ({ cursor, error }))
    }
    const failed = new Set(failures.map(({ cursor }) => cursor))
    letGo(cursors.filter((cursor) => !failed.has(cursor)))
    if (failed.size === 0) return
    this.#tell()
    try {
      await this.#failed(failures)
    } finally {
      letGo([...failed])
    }
  }

  async #ask(
    node: number,
    free: Promise<{ readonly lane: Lane; readonly isLast: boolean }>,
    cursors: readonly Cursor[],
  ): Promise<readonly FetchedPart[]> {
    const { lane, isLast } = await free
    try {
      const parts = cursors.map(({ topic, partition, next }) => {
        return { topic, partition, offset: next, maxBytes: PARTITION_BYTES }
      })
      const waits = { maxWaitMs: maxWait(cursors, isLast), minBytes: 1 }
      const exchange = fetchExchange(parts, { ...waits, maxBytes: ANSWER_BYTES })
      const timeoutMs = waits.maxWaitMs + ANSWER_WITHIN_MS
      return await lane.cluster.send(node, { ...exchange, timeoutMs })
    } finally {
      lane.busy.delete(node)
    }
  }

  /** Gives those of which nothing could be taken. */
  async #accept(
    cursors: readonly Cursor[],
    answer: readonly FetchedPart[],
  ): Promise<readonly Failure[]> {
    const parts = new Map(answer.map((part) => [`${part.topic}/${part.partition}`, part]))
    const failures: Failure[] = []
    for (const cursor of cursors) {
      const part = parts.get(cursor.id)
      // A broker may leave out what did not fit.
      if (part === undefined) continue
      try {
        const isOutside = part.error === OFFSET_OUT_OF_RANGE
        if (isOutside && cursor.wasOutside) cursor.fault = offsetGone(cursor)
        else if (part.error !== 0) {
          cursor.wasOutside = isOutside
          // A broker that leads no more, and does not know it yet, lacks the newest records.
          const error = isOutside ? NOT_LEADER : part.error
          throw new KafkaFault(error, `fetch of ${cursor.id}`)
        } else {
          const { batches, next } = await decode(cursor, part)
          cursor.accept(batches, next, part.stable)
        }
      } catch (error) {
        failures.push({ cursor, error })
      }
    }
    return failures
  }

  /** They are asked for again after a moment; whose patience has ended is told. */
  async #failed(failures: readonly Failure[]): Promise<void> {
    const { now, cluster, pause, patienceMs = PATIENCE_MS } = this.#options
    if (this.#isClosed) return
    for (const { cursor, error } of failures) {
      cursor.failingSince ??= now()
      const isOver = now() - cursor.failingSince > patienceMs
      if (!isOver && mayPass(error)) continue
      const { topic, partition } = cursor
      cursor.fault = engineError(error, { topic, partition }, `reading "${topic}" ${partition}`)
    }
    if (failures.every(({ cursor }) => cursor.fault !== undefined)) return
    await pause(RETRY_MS)
    // A refresh that fails is tried again with the next request.
    await cluster.refresh().catch((again: unknown) => faultOf(again))
  }

  /** Waits for the next answer, at most so long. */
  #news(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const listener = (): void => {
        this.#listeners.delete(listener)
        cancel()
        resolve()
      }
      const cancel = this.#options.later(ms, listener)
      this.#listeners.add(listener)
    })
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** Why nothing came of a cursor. */
interface Failure {
  readonly cursor: Cursor
  readonly error: unknown
}

function mayPass(error: unknown): boolean {
  return error instanceof EngineError ? error.retryable : faultOf(error).isRetryable
}

function letGo(cursors: readonly Cursor[]): void {
  for (const cursor of cursors) {
    cursor.isInFlight = false
    cursor.isUrgent = false
  }
}

/** Not at all for who does not wait; on the last lane little, as nothing could pass by it. */
function maxWait(cursors: readonly Cursor[], isLast: boolean): number {
  if (cursors.some(({ isUrgent }) => isUrgent)) return 0
  if (!isLast) return LONG_WAIT_MS
  const quietest = Math.min(...cursors.map(({ emptyAnswers }) => emptyAnswers))
  return Math.min(LAST_LANE_WAIT_MS, SHORT_WAIT_MS * 2 ** Math.min(quietest, 10))
}

/** The answer says no more than that: not even what there is instead. */
function offsetGone({ topic, partition, next }: Cursor): EngineError {
  return new EngineError(
    'offset-gone',
    `"${topic}" ${partition} does not hold offset ${next}: it was deleted before it was read, or ` +
      'the topic was made anew; rewind to what is kept',
    { coordinates: { topic, partition, offset: next } },
  )
}
