// What a replay leaves in its folder: <topic>.jsonl, dead-letters.jsonl, digest.json, summary.json.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { valueToJson, writeJsonl } from '../../connectors/file/write-jsonl.ts'
import type { DeadLetter, OutputRecord, RunResult } from '../../runtime/reference/history.ts'
import { keyJson } from '../../schemas/key.ts'
import { fieldOf, type RecordType } from '../../schemas/type.ts'
import type { Plan } from '../../topology/plan.ts'
import { FileProblem } from '../load-topology.ts'
import type { TopicHistory } from './inputs.ts'

export interface Replayed {
  readonly plan: Plan
  readonly histories: ReadonlyMap<string, TopicHistory>
  readonly result: RunResult
  readonly from: number | undefined
  readonly to: number | undefined
  readonly elapsedMs: number
}

/**
 * Makes the folder, before anything is read.
 * @throws FileProblem if it cannot be one.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new FileProblem(`--out ${folder} cannot be made a folder: ${why}`)
  }
}

/** Writes the folder anew, over what an earlier replay left there; returns the summary. */
export async function writeResults(folder: string, replayed: Replayed): Promise<unknown> {
  const { plan, result } = replayed
  for (const [name] of result.digests) {
    const topic = plan.topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    const records = result.outputs.get(name) ?? []
    await writeJsonl(join(folder, `${name}.jsonl`), outputLines(records, topic.record, topic.key))
  }
  const letters = join(folder, 'dead-letters.jsonl')
  if (result.deadLetters.length === 0) rmSync(letters, { force: true })
  else await writeJsonl(letters, deadLetterLines(result.deadLetters, plan))
  writeJson(join(folder, 'digest.json'), digestOf(replayed))
  const summary = summaryOf(replayed)
  writeJson(join(folder, 'summary.json'), summary)
  return summary
}

function* outputLines(
  records: readonly OutputRecord[],
  record: RecordType,
  keyFields: readonly string[],
): Generator {
  const convert = valueToJson(record)
  const types = keyFields.flatMap((name) => fieldOf(record, name)?.type ?? [])
  for (const { key, time, value } of records) {
    yield { key: keyJson(key, types), time, value: convert(value) }
  }
}

function* deadLetterLines(letters: readonly DeadLetter[], plan: Plan): Generator {
  const converters = new Map<string, (value: never) => unknown>()
  for (const { value, ...letter } of letters) {
    const record = recordOf(letter.stream, letter.step, plan)
    const convert = converters.get(letter.stream) ?? (record && valueToJson(record))
    if (convert) converters.set(letter.stream, convert)
    yield { ...letter, value: value && convert ? convert(value as never) : null }
  }
}

/** The type of what a dead letter holds: the record that the step was given. */
function recordOf(stream: string, step: string, plan: Plan): RecordType | undefined {
  const reader = plan.steps.find(({ id }) => id === step)
  const input = reader?.inputs.find((each) => each.stream === stream)
  return input?.type.record ?? plan.topics.get(stream)?.record
}

function digestOf({ plan, result }: Replayed) {
  const topics = [...result.digests].map(([name, digest]) => [
    name,
    { records: digest.records, digest: digest.toString() },
  ])
  return {
    topology: plan.topology,
    shapeHash: plan.shapeHash,
    fullHash: plan.fullHash,
    topics: Object.fromEntries(topics.toSorted(byName)) as Record<string, unknown>,
  }
}

function byName(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1
}

function summaryOf(replayed: Replayed) {
  const { plan, histories, result, from, to, elapsedMs } = replayed
  const records = [...result.inputs.values()].reduce((sum, each) => sum + each, 0)
  const inputs = [...histories].map(([name, { files, items, ignored }]) => {
    const times = timesOf(items)
    const bad = result.steps.get(name)?.fates.bad ?? 0
    const [read, outside] = [result.inputs.get(name) ?? 0, result.outside.get(name) ?? 0]
    const about = { files, records: read, bad, outsideRange: outside, ...times }
    return [name, { ...about, ignored: Object.fromEntries(ignored) }]
  })
  const steps = plan.steps.map(({ id }) => {
    const counts = result.steps.get(id)
    const held = Object.fromEntries(counts?.held ?? []) as Record<string, number>
    return [id, { ...counts, held }]
  })
  return {
    ...digestOf(replayed),
    engine: 'reference',
    order: 'canonical',
    parameters: Object.fromEntries(
      [...plan.parameters].map(([name, { value, per }]) => [
        name,
        per ? { default: value, ...Object.fromEntries(per.values) } : value,
      ]),
    ) as Record<string, unknown>,
    from: from ?? null,
    to: to ?? null,
    inputs: Object.fromEntries(inputs) as Record<string, unknown>,
    steps: Object.fromEntries(steps) as Record<string, unknown>,
    deadLetters: result.deadLetters.length,
    elapsedMs: Math.round(elapsedMs),
    recordsPerSecond: Math.round((records * 1000) / Math.max(elapsedMs, 1)),
  }
}

/** The first and the last event time, in microseconds; null where there is no record. */
function timesOf(items: TopicHistory['items']) {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const item of items) {
    if (item.kind !== 'record') continue
    first = Math.min(first, item.time)
    last = Math.max(last, item.time)
  }
  return first > last ? { firstTime: null, lastTime: null } : { firstTime: first, lastTime: last }
}

function writeJson(path: string, content: unknown): void {
  writeFileSync(`${path}.part`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${path}.part`, path)
}
