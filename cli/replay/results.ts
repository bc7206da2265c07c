// What a replay leaves in its folder: <topic>.<format>, dead-letters.jsonl, digest.json,
// summary.json, report.html. The same history gives the same files, whichever engine ran it.
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { valueToJson, writeJsonl } from '../../connectors/file/write-jsonl.ts'
import { writeWhole } from '../../connectors/file/write-whole.ts'
import { makeFolder } from '../../connectors/make-folder.ts'
import type { DeadLetter } from '../../runtime/reference/history.ts'
import type { RecordType } from '../../schemas/type.ts'
import type { Plan } from '../../topology/plan.ts'
import { FileProblem } from '../load-topology.ts'
import type { Inputs } from './input-words.ts'
import { LetterTally } from './letter-tally.ts'
import { ORIGIN, writeOrigin } from './origin.ts'
import { writtenNames } from './outcome.ts'
import type { Replayed } from './replayed.ts'
import type { ReportData } from './report/report-data.ts'
import { watchResults } from './report/watch-results.ts'
import { REPORT, writeReport } from './report/write-report.ts'
import { FORMATS, type TopicFormat, writeTopic } from './topic-file.ts'

const DEAD_LETTERS = 'dead-letters.jsonl'
const DIGEST = 'digest.json'
const SUMMARY = 'summary.json'

/**
 * Makes the folder, before anything is read.
 * @throws FileProblem if it cannot be one.
 */
export function makeOut(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new FileProblem(`--out ${folder} cannot be made a folder: ${why}`)
  }
}

/**
 * Removing what an earlier replay left must not remove what this one reads.
 * @throws FileProblem if an input is one of the files that it writes.
 */
export function keepInputs(
  folder: string,
  results: Formatted,
  { files, captures, logs }: Inputs,
): void {
  const written = new Set(resultFiles(realpathSync(folder), results))
  for (const { access } of logs.values()) {
    if (access.address.kind !== 'embedded') continue
    if (resolve(access.address.folder) !== resolve(folder, 'log')) continue
    throw new FileProblem(`--out ${folder} would remove the input ${access.name}; name another`)
  }
  for (const path of [...[...files.values()].flat(), ...captures.map((each) => each.path)]) {
    if (!written.has(realpathSync(path))) continue
    throw new FileProblem(`--out ${folder} would write over the input ${path}; name another folder`)
  }
}

/**
 * Removes what an earlier replay left, so that what stands there is of one replay.
 * @throws FileProblem for what cannot be removed, such as a folder of the name.
 */
export function clearResults(folder: string, results: Formatted): void {
  for (const path of resultFiles(folder, results)) {
    try {
      rmSync(path, { force: true })
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      throw new FileProblem(
        `${path} cannot be written over: ${why}; remove it, or name another --out`,
      )
    }
  }
}

/** The files of this replay, and those that the one before it left in another format. */
function resultFiles(folder: string, { plan, format }: Formatted): string[] {
  const formats = new Set([format, formatBefore(folder)])
  const topics = writtenNames(plan).flatMap((name) => [...formats].map((own) => `${name}.${own}`))
  return [...topics, DEAD_LETTERS, DIGEST, SUMMARY, REPORT, ORIGIN].map((name) =>
    join(folder, name),
  )
}

/** What the summary in the folder says; JSON lines where none does. */
function formatBefore(folder: string): TopicFormat {
  const path = join(folder, SUMMARY)
  if (!existsSync(path)) return 'jsonl'
  const said = /^ {2}"format": "(\w+)"/m.exec(readFileSync(path, 'utf8'))?.[1]
  return FORMATS.find((format) => format === said) ?? 'jsonl'
}

/** What is written of a replay. */
type Formatted = Pick<Replayed, 'plan' | 'format'>

export interface Results {
  readonly summary: unknown
  readonly tally: LetterTally
  readonly report: ReportData
}

/** Writes the files, over those of an earlier replay; returns the summary. */
export async function writeResults(folder: string, replayed: Replayed): Promise<Results> {
  const { plan, outcome, format } = replayed
  const watch = watchResults(plan)
  for (const [name, { records }] of outcome.written) {
    const topic = plan.topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    const see = watch.written(topic)
    const seen = mapped(records(), (record) => {
      see?.(record)
      return record
    })
    await writeTopic(join(folder, `${name}.${format}`), { topic, format }, seen)
  }
  const tally = new LetterTally()
  const toLine = letterLine(plan)
  const letters = mapped(outcome.deadLetters(), (letter) => {
    tally.add(letter)
    return toLine(letter)
  })
  const { lines } = await writeJsonl(join(folder, DEAD_LETTERS), letters)
  if (lines === 0) rmSync(join(folder, DEAD_LETTERS))
  const report = await writeReport(folder, replayed, { tally, watch })
  writeJson(join(folder, DIGEST), digestOf(replayed))
  const summary = summaryOf(replayed, tally)
  writeJson(join(folder, SUMMARY), summary)
  writeOrigin(folder, { ...replayed, fullHash: plan.fullHash })
  return { summary, tally, report }
}

async function* mapped<T, R>(
  portions: AsyncIterable<readonly T[]>,
  change: (each: T) => R,
): AsyncGenerator<readonly R[], void, undefined> {
  for await (const portion of portions) yield portion.map(change)
}

function letterLine(plan: Plan) {
  const converters = new Map<string, ((value: never) => unknown) | undefined>()
  return (dead: DeadLetter) => {
    const { step, fate, reason, stream, key, time, available, place, original, value } = dead
    const id = JSON.stringify([step, stream])
    if (value && !converters.has(id)) {
      const record = recordOf(stream, step, plan)
      converters.set(id, record && valueToJson(record))
    }
    const shown = value ? (converters.get(id)?.(value as never) ?? null) : null
    const about = { step, fate, reason, stream, key, time, available, place, original }
    return { ...about, value: shown }
  }
}

/** The type of what a dead letter holds: the record that the step was given. */
function recordOf(stream: string, step: string, plan: Plan): RecordType | undefined {
  const reader = plan.steps.find(({ id }) => id === step)
  const input = reader?.inputs.find((each) => each.stream === stream)
  return input?.type.record ?? plan.topics.get(stream)?.record
}

function digestOf({ plan, outcome }: Replayed) {
  const topics = [...outcome.written].map(([name, { digest }]) => [
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

function summaryOf(replayed: Replayed, tally: LetterTally) {
  const { plan, engine, format, histories, outcome, from, to, elapsedMs } = replayed
  const records = [...outcome.inputs.values()].reduce((sum, each) => sum + each, 0)
  const inputs = [...histories].map(([name, { files, firstTime, lastTime, ignored }]) => {
    const bad = outcome.steps.get(name)?.fates.bad ?? 0
    const [read, outside] = [outcome.inputs.get(name) ?? 0, outcome.outside.get(name) ?? 0]
    const about = { files, records: read, bad, outsideRange: outside, firstTime, lastTime }
    return [name, { ...about, ignored: Object.fromEntries(ignored) }]
  })
  const steps = plan.steps.map(({ id }) => {
    const counts = outcome.steps.get(id)
    const reasons = [...(counts?.held ?? [])].toSorted(byName)
    const held = Object.fromEntries(reasons) as Record<string, number>
    return [id, { ...counts, held }]
  })
  return {
    ...digestOf(replayed),
    engine,
    format,
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
    deadLetters: tally.letters,
    elapsedMs: Math.round(elapsedMs),
    recordsPerSecond: Math.round((records * 1000) / Math.max(elapsedMs, 1)),
  }
}

function writeJson(path: string, content: unknown): void {
  writeWhole(path, `${JSON.stringify(content, null, 2)}\n`)
}
