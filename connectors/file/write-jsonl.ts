// Writes output lines to a file.
import { writeFileWhole } from './write-file.ts'

export { valueToJson } from '../../schemas/value-to-json.ts'

export interface Written {
  readonly lines: number
  readonly bytes: number
}

/** Characters collected before they are handed to the system. */
const PORTION = 1 << 18

/**
 * Writes each line as JSON.stringify gives it, in the order given: `{"key":..., "time":...,
 * "value":{...}}` for a topic's records. What has to be awaited is given in portions. Throws an
 * EngineError when the disk does; then, and when the lines themselves throw, the file stays as it
 * was.
 */
export async function writeJsonl(
  path: string,
  lines: Iterable<unknown> | AsyncIterable<readonly unknown[]>,
): Promise<Written> {
  let count = 0
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    let portion = ''
    for await (const some of Symbol.iterator in lines ? [lines] : lines) {
      for (const line of some) {
        portion += `${JSON.stringify(line)}\n`
        count += 1
        if (portion.length < PORTION) continue
        yield Buffer.from(portion, 'utf8')
        portion = ''
      }
    }
    yield Buffer.from(portion, 'utf8')
  }
  const { bytes } = await writeFileWhole(path, pieces())
  return { lines: count, bytes }
}
