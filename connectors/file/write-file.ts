// Writes a file piece by piece. It appears under its name when it is whole and durable, so that
// nobody reads half of it.
import { open, rename, rm } from 'node:fs/promises'
import { EngineError } from '../../topology/engine-error.ts'

/**
 * Throws an EngineError when the disk does; then, and when the pieces throw, the file stays as it
 * was.
 */
export async function writeFileWhole(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: number }> {
  const partial = `${path}.partial`
  const tried = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (cause) {
      throw writeFault(path, cause)
    }
  }
  const handle = await tried(open(partial, 'w'))
  try {
    let bytes = 0
    try {
      for await (const piece of pieces) {
        bytes += piece.length
        await tried(handle.writeFile(piece))
      }
      await tried(handle.sync())
    } finally {
      await handle.close()
    }
    await tried(rename(partial, path))
    return { bytes }
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
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
