// What a run has committed, in the form of the reference interpreter's result: outputs, dead
// letters, counts, state. It holds all of it in memory.
import type { Log } from '../../connectors/connector.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import { createCodec } from '../../schemas/codec.ts'
import { createDigest, type Digest } from '../../schemas/digest.ts'
import type { FateKind } from '../../topology/declaration.ts'
import type { Plan } from '../../topology/plan.ts'
import type { DeadLetterRecord } from '../dead-letter.ts'
import { deadLetterCodec } from '../dead-letter.ts'
import { readCommits } from '../finish.ts'
import type { Layout } from '../layout.ts'
import type {
  DeadLetter,
  OutputRecord,
  RunResult,
  StepCounts,
} from '../reference/history.ts'
import type { CommitRecord } from '../task/commit-record.ts'
import type { StepCount } from '../task/counts.ts'
import { deadLettersTopic } from '../topic-names.ts'
import { committedRows } from './committed-rows.ts'
import { readState } from './read-state.ts'

export async function readResults(layout: Layout, log: Log): Promise<RunResult> {
  const { plan } = layout
  const commits = await readCommits(layout, log)
  const { outputs, digests } = await readOutputs(layout, log)
  const { state, timers } = await readState(layout, log)
  return {
    outputs,
    digests,
    deadLetters: await readDeadLetters(layout, log),
    steps: stepCounts(plan, [...commits.values()]),
    inputs: inputCounts(plan, [...commits.values()]),
    outside: new Map(),
    state,
    timers,
  }
}

async function readOutputs({ plan, tasks }: Layout, log: Log) {
  const outputs = new Map<string, readonly OutputRecord[]>()
  const digests = new Map<string, Digest>()
  const seen = new Set<string>()
  for (const { step, output, as, stream, topic, partitions } of tasks.flatMap(
    ({ destinations }) => destinations,
  )) {
    if (as === 'stream' || seen.has(topic)) continue
    seen.add(topic)
    const type = plan.steps.find(({ id }) => id === step)?.type.outputs[output]
    if (type === undefined) throw new Error(`no output ${step}.${output}`)
    const schema = as === 'topic' ? plan.topics.get(stream)?.schema : typeToAvro(type.record)
    const codec = createCodec(schema)
    const digest = createDigest()
    const records: OutputRecord[] = []
    for await (const { key, value, time, available } of committedRows(log, topic, partitions)) {
      if (key === undefined || value === null) continue
      digest.add(key, value, time)
      records.push({ key, value: codec.decode(value), time, available })
    }
    if (as === 'topic') digests.set(stream, digest)
    outputs.set(stream, sorted(records))
  }
  return { outputs, digests }
}

async function readDeadLetters({ plan, partitions }: Layout, log: Log) {
  const letters: DeadLetter[] = []
  const topic = deadLettersTopic(plan.topology)
  for await (const { value } of committedRows(log, topic, partitions)) {
    if (value === null) continue
    const letter = deadLetterCodec.decode(value) as unknown as DeadLetterRecord
    letters.push(readLetter(plan, letter))
  }
  return letters.toSorted(
    (a, b) => (a.available ?? Number.MIN_SAFE_INTEGER) - (b.available ?? Number.MIN_SAFE_INTEGER),
  )
}

/** A dead letter with its value as it was, for as long as the topology knows the stream. */
export function readLetter(plan: Plan, letter: DeadLetterRecord): DeadLetter {
  const { step, stream, value, original, key, time, available } = letter
  const reader = plan.steps.find(({ id }) => id === step)
  const record = reader?.inputs.find((input) => input.stream === stream)?.type.record
  return {
    step,
    fate: letter.fate as FateKind,
    reason: letter.reason,
    stream,
    key: key ?? undefined,
    time: time ?? undefined,
    available: available ?? undefined,
    place: letter.place,
    value: value && record ? createCodec(typeToAvro(record)).decode(value) : undefined,
    original: original === null ? undefined : Buffer.from(original).toString('utf8'),
  }
}

/**
 * Of all tasks together: a sub-topology has a task for each partition. Topics of which something
 * could not be read stand beside the steps.
 */
function stepCounts(plan: Plan, commits: readonly CommitRecord[]): Map<string, StepCounts> {
  const all = new Map(plan.steps.map(({ id }) => [id, noCounts()]))
  for (const { steps, inputs } of commits) {
    for (const [id, own] of Object.entries(steps)) addCounts(all, id, own)
    for (const [topic, { bad }] of Object.entries(inputs)) {
      if (bad > 0) addCounts(all, topic, { ...NOTHING, bad })
    }
  }
  return all
}

const NOTHING: StepCount = { records: 0, emitted: 0, bad: 0, late: 0, duplicate: 0, held: {} }

function addCounts(all: Map<string, StepCounts>, id: string, own: StepCount): void {
  const counts = all.get(id) ?? noCounts()
  all.set(id, counts)
  counts.records += own.records
  counts.emitted += own.emitted
  counts.fates.bad += own.bad
  counts.fates.late += own.late
  counts.fates.duplicate += own.duplicate
  for (const [reason, count] of Object.entries(own.held)) {
    counts.held.set(reason, (counts.held.get(reason) ?? 0) + count)
  }
}

function noCounts(): StepCounts {
  return { records: 0, emitted: 0, fates: { bad: 0, late: 0, duplicate: 0 }, held: new Map() }
}

function inputCounts(plan: Plan, commits: readonly CommitRecord[]): Map<string, number> {
  const inputs = [...plan.topics.values()].filter(({ isInput }) => isInput)
  return new Map(
    inputs.map(({ name }) => [
      name,
      commits.reduce((sum, { inputs: read }) => sum + (read[name]?.records ?? 0), 0),
    ]),
  )
}

/** By (available, key, sequence): sorting is stable, so records of a key stay in their order. */
function sorted(records: readonly OutputRecord[]): OutputRecord[] {
  return records.toSorted(
    (a, b) => a.available - b.available || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  )
}
