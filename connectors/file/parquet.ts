// Reads Parquet, a row group after the other: columns match the schema's fields by name, and a
// record in a field also by columns with its name before theirs. What the sink `parquet` and
// `replay --format parquet` write beside the fields is known: times, and keys that were deleted.
import type { FileHandle } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type AsyncBuffer, type FileMetaData, type SchemaElement, type SchemaTree } from 'hyparquet'
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { InputProblem } from './input-problem.ts'
import type { InputItem, InputTopic } from './input-record.ts'
import { fault, openFile, shortName } from './open-file.ts'
import { cellKind, nanosToMicros } from './parquet-cells.ts'
import { type ParquetRow, rowReader } from './parquet-rows.ts'
import type { Ignored } from './read-json.ts'

/** Rows that are handed on at once. */
const PORTION = 4096

const unpacked = (bytes: Uint8Array, length: number): Uint8Array => {
  if (bytes.length !== length) throw new Error(`a page unfolds to ${String(bytes.length)} bytes`)
  return bytes
}
const limit = (length: number) => ({ maxOutputLength: Math.max(length, 1) })
const COMPRESSORS = {
  GZIP: (input: Uint8Array, size: number) => unpacked(gunzipSync(input, limit(size)), size),
  ZSTD: (input: Uint8Array, size: number) => unpacked(zstdDecompressSync(input, limit(size)), size),
  BROTLI: (input: Uint8Array, size: number) =>
    unpacked(brotliDecompressSync(input, limit(size)), size),
}
/** Times below the first level, and those of INT96, in microseconds. */
const PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => Number(millis) * 1000,
  timestampFromMicroseconds: Number,
  timestampFromNanoseconds: nanosToMicros,
  dateFromDays: (days: number) => days * 86_400_000_000,
}

/**
 * The items of a Parquet file. Memory is bounded by a row group. Throws an InputProblem when its
 * columns do not fit the topic.
 */
export async function* readParquet(
  path: string,
  topic: InputTopic,
  ignored: Ignored,
): AsyncGenerator<readonly InputItem[], void, undefined> {
  if (/\.(?:gz|br)$/i.test(path)) {
    throw fault('file-format-unknown', path, 'Parquet is packed inside; unpack the file around it')
  }
  const handle = await openFile(path)
  try {
    const file = await bufferOf(handle)
    if (file.byteLength === 0) throw fault('file-empty', path, 'it is empty; fetch it again')
    const metadata = await intact(path, () => parquetMetadataAsync(file, { geoparquet: false }))
    const { children } = parquetSchema(metadata)
    const reader = rowReader(children, topic, { file: shortName(path), ignored })
    const physical = withoutConversions(metadata)
    let before = 0
    for (const { num_rows } of metadata.row_groups) {
      const range = { rowStart: before, rowEnd: before + Number(num_rows) }
      const about = { file, metadata: physical, columns: [...reader.columns], ...range }
      const rows = await intact(path, () =>
        parquetReadObjects({
          ...about,
          ...{ compressors: COMPRESSORS, parsers: PARSERS, utf8: false, geoparquet: false },
        }),
      )
      for (let at = 0; at < rows.length; at += PORTION) {
        const portion: readonly ParquetRow[] = rows.slice(at, at + PORTION)
        yield portion.map((row, place) => reader.read(row, before + at + place + 1))
      }
      before += Number(num_rows)
      for (const name of reader.extra) {
        ignored.set(name, (ignored.get(name) ?? 0) + Number(num_rows))
      }
    }
  } finally {
    await handle.close()
  }
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat()
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const length = Math.max(end - start, 0)
      const bytes = new Uint8Array(length)
      const { bytesRead } = await handle.read(bytes, 0, length, start)
      if (bytesRead < length) throw new Error('it ends too early')
      return bytes.buffer
    },
  }
}

/** Whatever the library throws is about the file; our own is passed on. */
async function intact<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof InputProblem) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (reason.includes('unsupported compression codec')) {
      const repair = 'write it again with snappy, zstd, gzip or none'
      throw fault(
        'file-codec-unknown',
        path,
        `its pages are packed in a way that is not read; ${repair}`,
      )
    }
    throw fault(
      'file-damaged',
      path,
      `it is no whole Parquet file (${reason}); fetch it again`,
      cause,
    )
  }
}

/** So that the library hands on what stands in the file. */
function withoutConversions(metadata: FileMetaData): FileMetaData {
  const plain = new Set(
    parquetSchema(metadata)
      .children.filter((tree: SchemaTree) => cellKind(tree).kind !== 'plain')
      .map(({ element }) => element),
  )
  const schema = metadata.schema.map((element) => {
    if (!plain.has(element)) return element
    const { name, type, type_length, repetition_type } = element
    return { name, type, type_length, repetition_type } as SchemaElement
  })
  return { ...metadata, schema }
}
