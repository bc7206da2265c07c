// What a report says of the files that were read: how many records, from when to when, and a hash
// by which anyone can tell whether they have the same.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { EngineError } from '../../../topology/engine-error.ts'
import type { Inputs } from '../input-words.ts'
import type { Replayed } from '../replayed.ts'
import type { ReportFile, ReportInput } from './report-data.ts'

export async function inputFacts(
  replayed: Pick<Replayed, 'plan' | 'histories' | 'inputs' | 'outcome'>,
): Promise<readonly ReportInput[]> {
  const { plan, histories, inputs, outcome } = replayed
  const hashes = new Map<string, string>()
  const facts: ReportInput[] = []
  for (const [topic, { parts }] of histories) {
    const paths = pathsOf(topic, inputs)
    const names = paths.map((path) => basename(path))
    const files: ReportFile[] = []
    for (const path of paths) {
      const name = basename(path)
      const sha256 = hashes.get(path) ?? (await hashOf(path))
      hashes.set(path, sha256)
      const isAlone = names.indexOf(name) === names.lastIndexOf(name)
      const part = parts.get(name) ?? { records: 0, firstTime: null, lastTime: null }
      const known = isAlone ? part : { records: null, firstTime: null, lastTime: null }
      files.push({ name, sha256, ...known })
    }
    facts.push({
      topic,
      schema: plan.topics.get(topic)?.record.name ?? '',
      isTable: plan.topics.get(topic)?.table !== undefined,
      records: outcome.inputs.get(topic) ?? 0,
      bad: outcome.steps.get(topic)?.fates.bad ?? 0,
      outside: outcome.outside.get(topic) ?? 0,
      files,
    })
  }
  return facts
}

/** The files of a topic, then the captures that fill it among others. */
function pathsOf(topic: string, { files, captures }: Inputs): readonly string[] {
  const filling = captures.filter(({ topics }) =>
    [...topics.values()].flat().some(({ name }) => name === topic),
  )
  return [...(files.get(topic) ?? []), ...filling.map(({ path }) => path)]
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  } catch (cause) {
    const message = `${path}: it was read, and cannot be read again for its hash`
    throw new EngineError('file-unreadable', message, { coordinates: { file: path }, cause })
  }
  return hash.digest('hex')
}
