// The histories that a replay reads: files by topic, in the order in which they were given.
import { basename } from 'node:path'
import type { HistoryItem } from '../../runtime/reference/history.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { suggest } from '../../topology/suggest.ts'
import { readFiles, requireFile } from '../history-files.ts'
import { FileProblem } from '../load-topology.ts'

export interface TopicHistory {
  readonly files: readonly string[]
  readonly items: readonly HistoryItem[]
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

/** Reads all files of a topic into memory. `progress` is told of every batch's records. */
export async function readHistory(
  topic: PlannedTopic,
  files: readonly string[],
  progress: (records: number) => void,
): Promise<TopicHistory> {
  const items: HistoryItem[] = []
  const ignored = new Map<string, number>()
  for await (const batch of readFiles(files, topic, ignored)) {
    for (const item of batch) items.push(item)
    progress(batch.length)
  }
  return { files: files.map((file) => basename(file)), items, ignored }
}
