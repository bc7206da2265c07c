// What a topic's spec means in Kafka's settings, and back. The engine's own topics are never
// deleted by time; a record's time of Kafka is when it was appended, never the event's.
import type { TopicSpec } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'

export type Settings = ReadonlyMap<string, string>

/** Those that are read of a topic. */
export const READ_SETTINGS: readonly string[] = [
  'cleanup.policy',
  'retention.ms',
  'retention.bytes',
  'max.message.bytes',
  'segment.bytes',
]

const MEBIBYTE = 2 ** 20
/** What a batch of the engine's own may need: a window of state, a burst between tasks. */
const OWN_BYTES = 64 * MEBIBYTE
/** Compaction leaves the newest segment as it is, so they are small; a batch must fit in one. */
const COMPACTED_BYTES = 32 * MEBIBYTE
const COMPACTED_SEGMENT_MS = 10 * 60_000
/** A dead letter holds a record and why it is one. */
const LETTER_BYTES = 8 * MEBIBYTE
/** Kafka's own least bytes for a topic that says nothing. */
const USUAL_BYTES = 1_048_588
const FOR_EVER = -1
const MICROSECONDS = 1_000

/** Settings of a topic that we make. */
export function settingsOf(spec: TopicSpec): Settings {
  const { keeps, retention } = spec
  const retentionMs = retention === undefined ? FOR_EVER : Math.ceil(retention / MICROSECONDS)
  const settings = new Map<string, string>([
    ['message.timestamp.type', 'LogAppendTime'],
    ['cleanup.policy', policyOf(spec)],
    ['retention.ms', String(retentionMs)],
    ['retention.bytes', String(FOR_EVER)],
  ])
  if (keeps === 'latest') {
    settings.set('segment.bytes', String(COMPACTED_BYTES))
    settings.set('segment.ms', String(COMPACTED_SEGMENT_MS))
    settings.set('min.cleanable.dirty.ratio', '0.1')
  }
  const maxBytes = maxBytesOf(spec)
  if (maxBytes !== undefined) settings.set('max.message.bytes', String(maxBytes))
  return settings
}

function policyOf({ keeps, retention }: TopicSpec): string {
  if (keeps === 'all') return 'delete'
  return retention === undefined ? 'compact' : 'compact,delete'
}

/** Undefined: as the broker has it. */
function maxBytesOf({ about, keeps, isWritten }: TopicSpec): number | undefined {
  if (keeps === 'latest') return COMPACTED_BYTES
  if (about === undefined) return OWN_BYTES
  return isWritten === undefined ? LETTER_BYTES : undefined
}

/** What a topic's settings say of its spec. */
export function specOf(name: string, partitions: number, settings: Settings): TopicSpec {
  const policy = settings.get('cleanup.policy') ?? 'delete'
  const keeps = policy.includes('compact') ? 'latest' : 'all'
  const retentionMs = retentionMsOf(settings)
  if (retentionMs === Infinity) return { name, partitions, keeps }
  return { name, partitions, keeps, retention: retentionMs * MICROSECONDS }
}

/** Infinity: no time deletes anything. */
function retentionMsOf(settings: Settings): number {
  if (!(settings.get('cleanup.policy') ?? 'delete').includes('delete')) return Infinity
  const retentionMs = Number(settings.get('retention.ms') ?? FOR_EVER)
  return retentionMs < 0 ? Infinity : retentionMs
}

/** The most bytes of a batch: it must also fit in a segment. */
export function maxBatchBytes(settings: Settings): number {
  const most = (setting: string, usual: number): number => Number(settings.get(setting) ?? usual)
  return Math.min(most('max.message.bytes', USUAL_BYTES), most('segment.bytes', Infinity))
}

/**
 * Compares a topic that is there with what is declared of it. A topic that is only read may be as
 * it likes, but for its partitions; one of the engine's own must keep what it is given.
 * @throws EngineError `topic-differs`, with the command that repairs it.
 */
export function checkTopic(spec: TopicSpec, partitions: number, settings: Settings): void {
  const { name, keeps, about, isWritten } = spec
  if (partitions !== spec.partitions) {
    throw differs(
      name,
      `has ${partitions} partitions, not ${spec.partitions}`,
      'declare it as it is, or use another name',
    )
  }
  if (isWritten === false || !settings.has('cleanup.policy')) return
  const isOwn = about === undefined
  const found = specOf(name, partitions, settings)
  if (found.keeps !== keeps) {
    const problem =
      found.keeps === 'latest'
        ? 'is compacted, and loses records that others of the same key follow'
        : 'is not compacted, and would grow for ever'
    throw differs(name, problem, alter(name, `cleanup.policy=[${policyOf(spec)}]`))
  }
  const wantedMs = wantedRetentionMs(spec)
  if (retentionMsOf(settings) < wantedMs) {
    const wanted = wantedMs === Infinity ? 'for ever' : `for ${wantedMs} ms`
    const problem = `keeps records for ${retentionMsOf(settings)} ms, not ${wanted}`
    const repair = alter(name, `retention.ms=${wantedMs === Infinity ? FOR_EVER : wantedMs}`)
    throw differs(name, problem, repair)
  }
  checkSizes(name, isOwn, settings)
}

function wantedRetentionMs({ about, retention }: TopicSpec): number {
  if (retention !== undefined) return Math.ceil(retention / MICROSECONDS)
  // Who declares a topic and says nothing of its retention takes what there is.
  return about === undefined ? Infinity : 0
}

/** The engine deletes what it has read of its own topics; nothing else may. */
function checkSizes(name: string, isOwn: boolean, settings: Settings): void {
  if (!isOwn) return
  const retained = Number(settings.get('retention.bytes') ?? FOR_EVER)
  const policy = settings.get('cleanup.policy') ?? ''
  if (retained >= 0 && policy.includes('delete')) {
    throw differs(name, `keeps ${retained} bytes only`, alter(name, `retention.bytes=${FOR_EVER}`))
  }
  const maxBytes = maxBatchBytes(settings)
  if (maxBytes < USUAL_BYTES) {
    const repair = alter(name, `max.message.bytes=${OWN_BYTES}`)
    throw differs(name, `takes ${maxBytes} bytes at once, too few for the engine's state`, repair)
  }
}

function alter(name: string, setting: string): string {
  const command = `kafka-configs --alter --entity-type topics --entity-name ${name}`
  return `change it with: ${command} --add-config ${setting}`
}

function differs(topic: string, problem: string, repair: string): EngineError {
  return new EngineError('topic-differs', `topic "${topic}" ${problem}; ${repair}`, {
    coordinates: { topic },
  })
}
