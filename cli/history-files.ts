// The files of one topic's history, one after another: what a replay reads and a feed brings in.
import type { InputItem, InputTopic } from '../connectors/file/input-record.ts'
import { readRecords } from '../connectors/file/read-records.ts'
import { FileProblem, lookAt } from './load-topology.ts'

/**
 * Refuses a path that no history can be read from before anything is begun. `purpose` stands behind
 * the path: ` for topic "quotes"`.
 */
export function requireFile(path: string, purpose = ''): void {
  const stat = lookAt(path)
  if (typeof stat === 'string') {
    throw new FileProblem(`${path}${purpose} cannot be read: ${stat}; correct the path`)
  }
  if (!stat) throw new FileProblem(`there is no file ${path}${purpose}`)
  const what = stat.isDirectory() ? ' but a folder' : ''
  if (!stat.isFile()) throw new FileProblem(`${path}${purpose} is no ordinary file${what}`)
}

/**
 * Batches of the files in the order given. `ignored` counts the columns and fields that the schema
 * lacks; it is complete for each file that has been read.
 */
export async function* readFiles(
  files: readonly string[],
  topic: InputTopic,
  ignored: Map<string, number>,
): AsyncGenerator<readonly InputItem[], void, undefined> {
  for (const file of files) {
    const input = readRecords(file, topic)
    yield* input
    for (const [name, count] of input.ignored) ignored.set(name, (ignored.get(name) ?? 0) + count)
  }
}
