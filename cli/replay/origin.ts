// Which topology a replay's folder is of, so that it can be served later: its file, as seen from
// the folder, the parameters that were set, and the hash of the plan that they gave.
import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { writeWhole } from '../../connectors/file/write-whole.ts'
import { FileProblem } from '../load-topology.ts'

export const ORIGIN = 'replayed.json'

export interface Origin {
  readonly file: string
  readonly set: Readonly<Record<string, string>>
  readonly fullHash: string
}

export function writeOrigin(folder: string, { file, set, fullHash }: Origin): void {
  const origin = { file: relative(resolve(folder), resolve(file)), set, fullHash }
  writeWhole(join(folder, ORIGIN), `${JSON.stringify(origin, null, 2)}\n`)
}

/**
 * The file's path as seen from the working folder.
 * @throws FileProblem where no replay has come to its end.
 */
export function readOrigin(folder: string): Origin {
  let text: string
  try {
    text = readFileSync(join(folder, ORIGIN), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new FileProblem(
      `${folder} holds no finished replay: name the folder that \`replay --out\` was given`,
    )
  }
  const { file, ...rest } = JSON.parse(text) as Origin
  return { ...rest, file: relative('.', resolve(folder, file)) }
}
