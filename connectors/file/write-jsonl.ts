// Writes output lines to a file. The file appears under its name when it is whole, so that nobody
// reads half of it.
import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { EngineError } from '../../topology/engine-error.ts'

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
  const partial = `${path}.partial`
  const handle = await open(partial, 'w').catch((cause: unknown) => {
    throw writeFault(path, cause)
  })
  try {
    const written = await writeAll(path, handle, lines)
    await rename(partial, path).catch((cause: unknown) => {
      throw writeFault(path, cause)
    })
    return written
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

async function writeAll(
  path: string,
  handle: FileHandle,
  lines: Iterable<unknown> | AsyncIterable<readonly unknown[]>,
): Promise<Written> {
  let portion = ''
  let [count, bytes] = [0, 0]
  const flush = async (): Promise<void> => {
    const data = Buffer.from(portion, 'utf8')
    portion = ''
    bytes += data.length
    await handle.writeFile(data).catch((cause: unknown) => {
      throw writeFault(path, cause)
    })
  }
  try {
    for await (const some of Symbol.iterator in lines ? [lines] : lines) {
      for (const line of some) {
        portion += `${JSON.stringify(line)}\n`
        count += 1
        if (portion.length >= PORTION) await flush()
      }
    }
    await flush()
    await handle.sync().catch((cause: unknown) => {
      throw writeFault(path, cause)
    })
  } finally {
    await handle.close()
  }
  return { lines: count, bytes }
}

export function writeFault(path: string, cause: unknown): EngineError {
  const { code, message } = cause as { code?: unknown; message?: unknown }
  const reason =
    code === 'ENOSPC'
      ? 'the disk is full; make room'
      : code === 'ENOENT'
        ? 'its folder does not exist; create it'
        : String(message)
  return new EngineError('file-unwritable', `${path}: it cannot be written: ${reason}`, {
    coordinates: { file: path },
    cause,
  })
}
