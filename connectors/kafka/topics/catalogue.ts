// What topics are about, for processes that were not told: a compacted topic of one partition. Its
// keys are topics and its values are what was declared of them, as JSON. Who notes a topic first
// is right; who notes something else at the same moment is told so.
import { isDeepStrictEqual } from 'node:util'
import { BatchBuilder } from '../../batch-builder.ts'
import type { TopicAbout } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { keyAt, RECORD, valueAt } from '../../record-batch.ts'
import type { Cluster } from '../client.ts'
import { fetchExchange } from '../exchanges/fetch.ts'
import { produceExchange } from '../exchanges/produce.ts'
import { readRecordBatches } from '../hardening/record-batch-reader.ts'
import { writeRecordBatch } from '../hardening/record-batch-writer.ts'
import { checkCode } from '../kafka-fault.ts'
import { findBounds } from './bounds.ts'
import { makeTopics } from './make-topics.ts'
import type { Patience } from './patience.ts'

export const CATALOGUE = 'millrace.topics'

interface Entry {
  readonly topic: string
  /** Undefined: the topic was deleted. */
  readonly about: TopicAbout | undefined
  readonly offset: number
}

const WITHIN_MS = 10_000
const OFFSET_NOT_AVAILABLE = 78
const FETCH_BYTES = 4 << 20
const PLACE = { topic: CATALOGUE, partition: 0 }
const task = { doing: `reading "${CATALOGUE}"`, coordinates: PLACE }

export class Catalogue {
  readonly #cluster: Cluster
  readonly #patience: Patience
  readonly #abouts = new Map<string, TopicAbout>()
  #next: number | undefined
  /** One call after another: they share what has been read. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(cluster: Cluster, patience: Patience) {
    this.#cluster = cluster
    this.#patience = patience
  }

  /** All that is known now. */
  read(): Promise<ReadonlyMap<string, TopicAbout>> {
    return this.#inTurn(async () => {
      await this.#advance()
      return new Map(this.#abouts)
    })
  }

  /**
   * Notes what is not known, and gives what holds for these topics now. Of topics that were just
   * made, what is known is of an earlier topic of that name.
   * @throws EngineError `topic-differs` where another schema is known.
   */
  note(
    topics: readonly { readonly name: string; readonly about?: TopicAbout }[],
    made: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, TopicAbout>> {
    return this.#inTurn(async () => {
      await this.#advance()
      for (const { name, about } of topics) {
        const known = made.has(name) ? undefined : this.#abouts.get(name)
        if (known !== undefined && about !== undefined) checkSame(name, known, about)
        else if (about !== undefined) await this.#claim(name, about)
        else if (made.has(name) && this.#abouts.has(name)) await this.#write(name, undefined)
      }
      await this.#advance()
      return new Map(this.#abouts)
    })
  }

  forget(topic: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#advance()
      if (this.#abouts.has(topic)) await this.#write(topic, undefined)
    })
  }

  async #claim(topic: string, about: TopicAbout): Promise<void> {
    const offset = await this.#write(topic, about)
    const entries = await this.#advance()
    const rival = entries.find((each) => each.topic === topic && each.offset < offset)
    if (rival?.about === undefined) return
    if (!isSame(rival.about, about)) await this.#write(topic, rival.about)
    checkSame(topic, rival.about, about)
  }

  /** Gives the offset that it was written at. Written twice after a lost answer, it is the same. */
  async #write(topic: string, about: TopicAbout | undefined): Promise<number> {
    await makeTopics(this.#cluster, this.#patience, [
      { name: CATALOGUE, partitions: 1, keeps: 'latest' },
    ])
    const builder = new BatchBuilder()
    const value = about === undefined ? null : Buffer.from(JSON.stringify(about))
    builder.add(RECORD, topic, value, NaN, NaN)
    const records = writeRecordBatch(builder.take(), 0, 1, {
      ...{ producerId: -1n, producerEpoch: -1, baseSequence: -1, isTransactional: false },
      // The broker stamps what it appends.
      ...{ timestamp: 0, prefix: undefined, compression: 0 },
    })
    return this.#patience.try({ ...task, doing: `writing "${CATALOGUE}"` }, async () => {
      const leader = await this.#cluster.leader(CATALOGUE, 0)
      const options = { transactionalId: undefined, timeoutMs: WITHIN_MS }
      const exchange = produceExchange([{ ...PLACE, records }], options)
      const [answer] = await this.#cluster.send(leader, exchange)
      if (answer === undefined) throw new Error('a produce without an answer')
      checkCode(answer.error, `"${CATALOGUE}"`)
      return answer.baseOffset
    })
  }

  /** Reads on to the end, and gives what was new. */
  async #advance(): Promise<readonly Entry[]> {
    return this.#patience.try(task, async () => {
      const count = await this.#cluster.partitions(CATALOGUE)
      if (count === undefined) {
        this.#forgetAll()
        return []
      }
      const [bounds] = await findBounds(this.#cluster, this.#patience, [PLACE])
      const { first = 0, stable = 0 } = bounds ?? {}
      // Somebody has deleted it and made it anew.
      if (this.#next !== undefined && this.#next > stable) this.#forgetAll()
      const entries: Entry[] = []
      while ((this.#next ?? first) < stable) entries.push(...(await this.#fetch(stable, first)))
      return entries
    })
  }

  async #fetch(stable: number, first: number): Promise<readonly Entry[]> {
    const offset = Math.max(this.#next ?? first, first)
    const leader = await this.#cluster.leader(CATALOGUE, 0)
    const wait = { maxWaitMs: 0, minBytes: 1, maxBytes: FETCH_BYTES }
    const exchange = fetchExchange([{ ...PLACE, offset, maxBytes: FETCH_BYTES }], wait)
    const [part] = await this.#cluster.send(leader, exchange)
    if (part === undefined) throw new Error('a fetch without an answer')
    checkCode(part.error, `"${CATALOGUE}"`)
    const { records, aborted } = part
    const about = { ...PLACE, offset, stable, aborted, unframe: undefined }
    const { batches, next } = readRecordBatches(records, about)
    // A leader that is new may not know yet how far all replicas have come.
    if (records.length === 0 && part.stable < stable)
      checkCode(OFFSET_NOT_AVAILABLE, `"${CATALOGUE}"`)
    // Compaction has left nothing from here to the end.
    this.#next = records.length === 0 ? stable : next
    const entries = batches.flatMap(({ batch, baseOffset, offsets, from }) =>
      Array.from({ length: batch.count - from }, (_, index): Entry => {
        const row = from + index
        const value = valueAt(batch, row)
        return {
          topic: keyAt(batch, row) ?? '',
          about: value === null ? undefined : aboutIn(value),
          offset: offsets?.[row] ?? baseOffset + row,
        }
      }),
    )
    for (const entry of entries) {
      if (entry.about === undefined) this.#abouts.delete(entry.topic)
      else this.#abouts.set(entry.topic, entry.about)
    }
    return entries
  }

  #forgetAll(): void {
    this.#abouts.clear()
    this.#next = undefined
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    const settled = (): void => undefined
    this.#turn = done.then(settled, settled)
    return done
  }
}

/** Undefined for what is not ours. */
function aboutIn(value: Buffer): TopicAbout | undefined {
  try {
    const about: unknown = JSON.parse(value.toString())
    const isAbout = typeof about === 'object' && about !== null && 'schema' in about
    return isAbout ? (about as TopicAbout) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isSame(known: TopicAbout, about: TopicAbout): boolean {
  const plain = (schema: unknown): unknown => JSON.parse(JSON.stringify(schema))
  return isDeepStrictEqual(plain(known.schema), plain(about.schema))
}

function checkSame(topic: string, known: TopicAbout, about: TopicAbout): void {
  if (isSame(known, about)) return
  const message = `topic "${topic}" has another schema; declare it as it is, or use another name`
  throw new EngineError('topic-differs', message, { coordinates: { topic } })
}
