// The bytes of a file, unpacked on the way, in chunks: memory stays bounded however much a packed
// file unfolds to. Whatever is wrong with the file itself is an EngineError that says what to do.
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { EngineError } from '../../topology/engine-error.ts'

export type Format = 'csv' | 'jsonl' | 'avro' | 'parquet'

const CHUNK = 1 << 18
const SIZES = { chunkSize: CHUNK }
const FORMATS: Readonly<Record<string, Format>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  avro: 'avro',
  parquet: 'parquet',
}

/** The format that a file's name states. Throws an EngineError for a name that states none. */
export function formatOf(path: string): Format {
  const name = path.replace(/\.(?:gz|br)$/i, '')
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const format = Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined
  if (format !== undefined) return format
  throw fault(
    'file-format-unknown',
    path,
    'its name ends in none of .csv, .jsonl, .ndjson, .avro (each also with .gz or .br), ' +
      '.parquet; rename it',
  )
}

/**
 * The file's bytes, unpacked if they start as gzip does, or if the name ends in .br: Brotli has no
 * mark of its own. Throws an EngineError, also in the middle.
 */
export async function* readBytes(path: string): AsyncGenerator<Buffer, void, undefined> {
  const handle = await openFile(path)
  const isGzip = await startsAsGzip(handle, path)
  const isBrotli = !isGzip && /\.br$/i.test(path)
  const { size } = await handle.stat()
  const unpacker = isGzip
    ? createGunzip(SIZES)
    : isBrotli
      ? createBrotliDecompress(SIZES)
      : undefined
  const raw = handle.createReadStream({ start: 0, highWaterMark: CHUNK })
  const unpacked = unpacker === undefined ? raw : pipeline(raw, unpacker, ignoreOutcome)
  try {
    for await (const chunk of unpacked) yield chunk as Buffer
    // What stands behind the end of Brotli's data is left unread, and no error says so.
    if (isBrotli && unpacker !== undefined && unpacker.bytesWritten < size) throw trailing(path)
  } catch (cause) {
    throw readFault(path, cause)
  } finally {
    raw.destroy()
  }
}

/** An error of the pipeline destroys its last stream, whose reader then throws it. */
function ignoreOutcome(): void {
  return undefined
}

/** Opens a plain file. @throws EngineError for what is none, or cannot be opened. */
export async function openFile(path: string): Promise<FileHandle> {
  let handle: FileHandle
  try {
    handle = await open(path)
  } catch (cause) {
    throw readFault(path, cause)
  }
  const stat = await handle.stat()
  if (stat.isFile()) return handle
  await handle.close()
  const what = stat.isDirectory() ? 'a folder' : 'no plain file'
  throw fault('file-not-a-file', path, `it is ${what}; name the file that holds the records`)
}

async function startsAsGzip(handle: FileHandle, path: string): Promise<boolean> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
  const isGzip = bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b
  if (isGzip || !/\.gz$/i.test(path)) return isGzip
  await handle.close()
  throw fault(
    'file-damaged',
    path,
    bytesRead === 0
      ? 'it is empty, which no .gz file is; fetch it again'
      : 'it does not start as gzip does; drop .gz from its name, or fetch it again',
  )
}

function trailing(path: string): EngineError {
  return fault('file-damaged', path, 'more stands behind the end of its packed data; pack it anew')
}

function readFault(path: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause
  const { code, message } = cause as { code?: unknown; message?: unknown }
  switch (code) {
    case 'ENOENT':
      return fault('file-missing', path, 'there is no such file; correct the path', cause)
    case 'EACCES':
    case 'EPERM':
      return fault('file-forbidden', path, 'reading it is not permitted; change its mode', cause)
    case 'Z_BUF_ERROR':
      return fault('file-damaged', path, 'its packed data ends too early; fetch it again', cause)
    case 'Z_DATA_ERROR':
      return fault('file-damaged', path, 'its packed data is damaged; fetch it again', cause)
    default:
      // Brotli's own: ERR__ERROR_FORMAT_PADDING_1 and two dozen like it.
      if (String(code).startsWith('ERR__ERROR_FORMAT')) {
        return fault('file-damaged', path, 'its packed data is damaged; fetch it again', cause)
      }
      return fault('file-unreadable', path, `it cannot be read: ${String(message)}`, cause)
  }
}

/** An error about a file. The message is led by its path. */
export function fault(code: string, path: string, sentence: string, cause?: unknown): EngineError {
  return new EngineError(code, `${path}: ${sentence}`, { coordinates: { file: path }, cause })
}

/** The file's name without its folders, as places in it are shown. */
export function shortName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}
