// The histories that a replay reads: files by topic, in the order in which they were given.
import { basename } from 'node:path'
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { suggest } from '../../topology/suggest.ts'
import { readFiles, requireFile } from '../history-files.ts'
import { FileProblem } from '../load-topology.ts'

/** What the files of a topic hold. */
export interface TopicHistory {
  readonly files: readonly string[]
  /** Records, heartbeats and what could not be read. */
  readonly items: number
  /** The first and the last event time, in microseconds; null where there is no record. */
  readonly firstTime: number | null
  readonly lastTime: number | null
  /** Columns and fields that the schema lacks, with the records that carry them. */
  readonly ignored: ReadonlyMap<string, number>
}

/** Files by topic from `TOPIC=PATH` arguments; a topic may be given several files. */
export function filesByTopic(pairs: readonly string[], plan: Plan): Map<string, string[]> {
  const known = [...plan.topics.values()].filter(({ isInput }) => isInput).map(({ name }) => name)
  const files = new Map<string, string[]>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at <= 0) throw new FileProblem(`--input "${pair}" is not of the form TOPIC=PATH`)
    const topic = pair.slice(0, at)
    if (!known.includes(topic)) throw new FileProblem(unknownTopic(topic, known, plan))
    const path = pair.slice(at + 1)
    requireFile(path, ` for topic "${topic}"`)
    files.set(topic, [...(files.get(topic) ?? []), path])
  }
  return files
}

function unknownTopic(topic: string, known: readonly string[], plan: Plan): string {
  if (plan.topics.has(topic))
    return `topic "${topic}" is written by the topology and takes no input`
  const close = suggest(topic, known)
  const hint = close === undefined ? `inputs: ${known.join(', ')}` : `did you mean "${close}"?`
  return `the topology reads no topic "${topic}"; ${hint}`
}

/** Reads all files of a topic, handing on one batch after the other. */
export async function readHistory(
  topic: PlannedTopic,
  files: readonly string[],
  take: (items: readonly InputItem[]) => Promise<void> | void,
): Promise<TopicHistory> {
  const ignored = new Map<string, number>()
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let count = 0
  for await (const items of readFiles(files, topic, ignored)) {
    count += items.length
    for (const item of items) {
      if (item.kind !== 'record') continue
      if (item.time < first) first = item.time
      if (item.time > last) last = item.time
    }
    await take(items)
  }
  const [firstTime, lastTime] = first > last ? [null, null] : [first, last]
  const names = files.map((file) => basename(file))
  return { files: names, items: count, firstTime, lastTime, ignored }
}

/** Tells who sits at a terminal how far reading is. */
export function readingProgress(io: {
  readonly isTerminal: boolean
  readonly err: (text: string) => void
}): { readonly add: (records: number) => void; readonly close: () => void } {
  let records = 0
  return {
    add: (more) => {
      records += more
      if (io.isTerminal) io.err(`\rread ${records.toLocaleString('en')} records`)
    },
    close: () => {
      if (io.isTerminal) io.err('\r\u001b[K')
    },
  }
}
