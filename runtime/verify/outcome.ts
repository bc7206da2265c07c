// What a trial came to, as plain data that another process can send: digests of the topics that
// steps write, dead letters, and rows where they are asked for.
import type { Log } from '../../connectors/connector.ts'
import { createDigest } from '../../schemas/digest.ts'
import type { Plan } from '../../topology/plan.ts'
import { type DeadLetterRecord, deadLetterCodec } from '../dead-letter.ts'
import type { Layout } from '../layout.ts'
import type { RunResult } from '../reference/history.ts'
import { committedRows } from '../results/committed-rows.ts'
import { deadLettersTopic } from '../topic-names.ts'

/** `rows`: of the topics that steps write. `every step`: of what each step gave out, too. */
export type Wanted = 'digests' | 'rows' | 'every step'

/** A record with its Avro body. */
export interface WrittenRow {
  readonly key: string
  readonly body: Uint8Array
  readonly time: number
  readonly available: number
}

export interface Outcome {
  /** By the written topic's local name. */
  readonly digests: ReadonlyMap<string, string>
  /** By local name of a topic, or id of a stream; empty unless asked for. Of a key in order. */
  readonly rows: ReadonlyMap<string, readonly WrittenRow[]>
  /** One line for each, sorted: tasks commit theirs in no common order. */
  readonly deadLetters: readonly string[]
}

export async function readOutcome(layout: Layout, log: Log, wanted: Wanted): Promise<Outcome> {
  const digests = new Map<string, string>()
  const rows = new Map<string, readonly WrittenRow[]>()
  const seen = new Set<string>()
  for (const { as, stream, topic, partitions } of layout.tasks.flatMap(
    ({ destinations }) => destinations,
  )) {
    if (as === 'stream' || seen.has(topic)) continue
    seen.add(topic)
    const digest = createDigest()
    const own: WrittenRow[] = []
    for await (const { key, value, time, available } of committedRows(log, topic, partitions)) {
      if (key === undefined || value === null) continue
      digest.add(key, value, time)
      if (wanted !== 'digests') own.push({ key, body: Buffer.from(value), time, available })
    }
    if (as === 'topic') digests.set(stream, digest.toString())
    if (wanted !== 'digests') rows.set(stream, own)
  }
  return { digests, rows, deadLetters: await readDeadLetters(layout, log) }
}

async function readDeadLetters({ plan, partitions }: Layout, log: Log): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const { value } of committedRows(log, deadLettersTopic(plan.topology), partitions)) {
    if (value === null) continue
    lines.push(lineOf(deadLetterCodec.decode(value) as unknown as DeadLetterRecord))
  }
  return lines.sort()
}

/** Those of the reference interpreter, which also reads topics that no task does. */
export function deadLettersOf({ deadLetters }: RunResult, plan: Plan): readonly string[] {
  const read = new Set(plan.subTopologies.flatMap((sub) => sub.channels.map((c) => c.stream)))
  const isStep = (name: string): boolean => plan.steps.some(({ id }) => id === name)
  return deadLetters
    .filter(({ step }) => isStep(step) || read.has(step))
    .map(lineOf)
    .sort()
}

interface Letter {
  readonly step: string
  readonly fate: string
  readonly reason: string
  readonly stream: string
  readonly key: string | null | undefined
}

/** Without times: of what could not be read, only the engine keeps when that was known. */
function lineOf({ step, fate, reason, stream, key }: Letter): string {
  const along = stream === step ? '' : ` (along "${stream}")`
  return `"${step}" ${fate}${along}, key ${key ?? 'unknown'}: ${reason}`
}
