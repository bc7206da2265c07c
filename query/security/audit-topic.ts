// The audit topic of a topology: one record for every write over the query API and every read that
// was refused. What cannot be written is kept and tried again, so a log that is away loses no entry
// of a process that lives on.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { Log, Producer } from '../../connectors/connector.ts'
import { type Pace, unusedName } from '../../runtime/pace.ts'
import { auditTopic } from '../../runtime/topic-names.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { Audit, AuditEntry } from './access.ts'

const auditSchema = {
  type: 'record',
  name: 'Audit',
  namespace: 'millrace',
  fields: [
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'caller', type: ['null', 'string'] },
    { name: 'method', type: 'string' },
    { name: 'path', type: 'string' },
    { name: 'status', type: 'int' },
    { name: 'reason', type: ['null', 'string'] },
  ],
} as const

const auditCodec = createCodec(auditSchema)

export interface AuditOptions {
  readonly log: Log
  readonly topology: string
  /** Microseconds since 1970. */
  readonly present: () => number
  readonly pace: Pace
  /** Told when entries cannot be written, once until they can. */
  readonly onProblem: (error: unknown) => void
}

export interface AuditTopic {
  readonly audit: Audit
  /** Writes what waits, if it can be, and ends. */
  readonly close: () => Promise<void>
}

/** @throws EngineError of the log. */
export async function openAuditTopic(options: AuditOptions): Promise<AuditTopic> {
  const { log, topology } = options
  const about = { schema: auditSchema, key: ['path'], time: 'time', delay: 0 }
  const spec = { name: auditTopic(topology), partitions: 1, keeps: 'all', about } as const
  await log.createTopics([spec])
  const writer = new AuditWriter(options, await openProducer(options))
  return { audit: (entry) => writer.add(entry), close: () => writer.close() }
}

/** Every process has one of its own: none fences another's. */
function openProducer({
  log,
  topology,
}: Pick<AuditOptions, 'log' | 'topology'>): Promise<Producer> {
  return log.producer(`${auditTopic(topology)}-${unusedName()}`)
}

interface Waiting {
  readonly entry: AuditEntry
  readonly time: number
  readonly onWritten: () => void
  readonly onFailed: (error: Error) => void
}

/** Those who ask without a key fill no memory. */
const MOST_WAITING = 10_000
const AT_ONCE = 500
/** A path may be as long as a request's head. */
const MOST_PATH = 2_000
/** Refused reads are written together. */
const GATHER_MS = 100
const RETRY_MS = 1_000

class AuditWriter {
  readonly #options: AuditOptions
  #producer: Producer | undefined
  #waiting: Waiting[] = []
  #leftOut = 0
  #writing: Promise<void> | undefined
  #isClosing = false

  constructor(options: AuditOptions, producer: Producer) {
    this.#options = options
    this.#producer = producer
  }

  add(entry: AuditEntry): Promise<void> {
    const isRefusedRead = entry.method === 'GET' || entry.method === 'HEAD'
    if (isRefusedRead && this.#waiting.length >= MOST_WAITING) {
      this.#leftOut += 1
      return Promise.resolve()
    }
    const time = this.#options.present()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, time, onWritten: resolve, onFailed: reject })
      this.#writing ??= this.#write(isRefusedRead ? GATHER_MS : 0)
    })
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await this.#writing
    await this.#producer?.close()
  }

  async #write(gatherMs: number): Promise<void> {
    const { pace, onProblem } = this.#options
    if (gatherMs > 0) await pace.pause(gatherMs)
    let isAway = false
    while (this.#waiting.length > 0) {
      const some = this.#waiting.slice(0, AT_ONCE)
      try {
        await this.#append(some)
        isAway = false
        this.#waiting.splice(0, some.length)
        for (const { onWritten } of some) onWritten()
      } catch (error) {
        if (!isAway) onProblem(error)
        isAway = true
        const failure = error instanceof Error ? error : new Error(String(error))
        for (const { onFailed } of this.#waiting) onFailed(failure)
        if (this.#isClosing) break
        await pace.pause(RETRY_MS)
      }
    }
    this.#writing = undefined
  }

  async #append(some: readonly Waiting[]): Promise<void> {
    const { log, topology } = this.#options
    const producer = (this.#producer ??= await openProducer({ log, topology }))
    const batch = new BatchBuilder()
    const leftOut = this.#leftOut
    for (const { entry, time } of some) addEntry(batch, entry, time)
    if (leftOut > 0) {
      const reason = `${leftOut} refused reads before this are left out`
      const entry = { caller: undefined, method: 'GET', path: '', status: 0, reason }
      addEntry(batch, entry, this.#options.present())
    }
    const appends = [{ topic: auditTopic(topology), partition: 0, batch: batch.take() }]
    // What becomes of it may stay unknown: an entry is then there twice rather than never.
    this.#producer = undefined
    await producer.transact({ appends, puts: [] })
    this.#producer = producer
    this.#leftOut -= leftOut
  }
}

function addEntry(batch: BatchBuilder, entry: AuditEntry, time: number): void {
  const { caller = null, method, status, reason = null } = entry
  const path = entry.path.slice(0, MOST_PATH)
  batch.addValue(path, auditCodec, { time, caller, method, path, status, reason }, time, time)
}
