// The audit topic of a topology: one record for every write over the query API and every read that
// was refused. What cannot be written is kept and tried again, so a log that is away loses no entry
// of a process that lives on.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { Log, Producer } from '../../connectors/connector.ts'
import { type Pace, unusedName } from '../../runtime/pace.ts'
import { auditTopic } from '../../runtime/topic-names.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { EngineError } from '../../topology/engine-error.ts'
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
  /** Told whenever entries cannot be written. */
  readonly onProblem: (problem: EngineError) => void
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
function openProducer({ log, topology }: AuditOptions): Promise<Producer> {
  return log.producer(`${auditTopic(topology)}-${unusedName()}`)
}

interface Waiting {
  readonly entry: AuditEntry
  readonly time: number
  readonly onWritten: () => void
  readonly onFailed: (problem: EngineError) => void
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
}
