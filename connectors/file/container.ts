// Avro object container files, cut into blocks: magic, a map of metadata, a sync marker; then
// blocks of a count, a size, data and the marker again. Unlike avsc's own decoder it refuses files
// that end too early, and bounds what a block unfolds to.
// https://avro.apache.org/docs/1.12.0/specification/#object-container-files
import { Buffer } from 'node:buffer'
import { inflateRawSync } from 'node:zlib'
import avro from 'avsc'
import { fault } from './open-file.ts'

export interface Block {
  /** How many records the data holds. */
  readonly count: number
  /** Unpacked. */
  readonly data: Buffer
}

export interface Container {
  /** The writer's schema, parsed. */
  readonly schema: unknown
  readonly blocks: AsyncIterable<Block>
}

/** Writers make blocks of some 64 KiB; more than this is damage or malice. */
const LARGEST_BLOCK = 1 << 26
const LARGEST_HEADER = 1 << 24
const MARKER = 16
/** Two longs of ten bytes each. */
const LONGEST_START = 20

/** What every such file starts with. */
export const MAGIC = Buffer.from('Obj\x01', 'latin1')
export const HEADER = avro.Type.forSchema({
  type: 'record',
  name: 'Header',
  fields: [
    { name: 'magic', type: { type: 'fixed', name: 'Magic', size: 4 } },
    { name: 'meta', type: { type: 'map', values: 'bytes' } },
    { name: 'sync', type: { type: 'fixed', name: 'Sync', size: MARKER } },
  ],
})
export const BLOCK_START = avro.Type.forSchema({
  type: 'record',
  name: 'BlockStart',
  fields: [
    { name: 'count', type: 'long' },
    { name: 'size', type: 'long' },
  ],
})

interface Header {
  readonly meta: Readonly<Record<string, Buffer | undefined>>
  readonly sync: Buffer
}

/**
 * Reads the header; the blocks follow as they are iterated. Throws an EngineError for a file that
 * is not whole.
 */
export async function readContainer(
  path: string,
  chunks: AsyncIterator<Buffer, void, undefined>,
): Promise<Container> {
  let rest: Buffer = Buffer.alloc(0)
  /** Waits for more bytes; false at the end of the file. */
  const more = async (wanted = 0): Promise<boolean> => {
    const parts = [rest]
    let size = rest.length
    do {
      const next = await chunks.next()
      if (next.done) break
      parts.push(next.value)
      size += next.value.length
    } while (size < wanted)
    const grew = parts.length > 1
    rest = Buffer.concat(parts)
    return grew
  }
  const { header, end } = await readHeader(path, () => rest, more)
  rest = rest.subarray(end)
  const unpack = unpacker(path, header.meta['avro.codec']?.toString() ?? 'null')
  async function* blocks(): AsyncGenerator<Block, void, undefined> {
    for (;;) {
      const start = decode(BLOCK_START, rest)
      if (!start) {
        if (rest.length >= LONGEST_START) throw damaged(path)
        if (await more()) continue
        if (rest.length === 0) return
        throw endsEarly(path)
      }
      const { count, size } = start.value as { count: number; size: number }
      if (count < 0 || size < 0 || size > LARGEST_BLOCK) throw damaged(path)
      const whole = start.offset + size + MARKER
      if (rest.length < whole && !(await more(whole))) throw endsEarly(path)
      if (rest.length < whole) throw endsEarly(path)
      if (!rest.subarray(whole - MARKER, whole).equals(header.sync)) throw damaged(path)
      const data = unpack(rest.subarray(start.offset, whole - MARKER))
      rest = rest.subarray(whole)
      yield { count, data }
    }
  }
  return { schema: schemaOf(path, header), blocks: blocks() }
}

async function readHeader(
  path: string,
  held: () => Buffer,
  more: () => Promise<boolean>,
): Promise<{ readonly header: Header; readonly end: number }> {
  for (;;) {
    const grew = await more()
    const bytes = held()
    if (bytes.length === 0) throw fault('file-empty', path, 'it is empty; fetch it again')
    if (bytes.length >= 4 && !bytes.subarray(0, 4).equals(MAGIC)) {
      throw fault(
        'file-damaged',
        path,
        'it does not start as an Avro object container file does; rename it to what it is',
      )
    }
    const found = decode(HEADER, bytes)
    if (found) return { header: found.value as Header, end: found.offset }
    if (!grew) throw endsEarly(path)
    if (bytes.length > LARGEST_HEADER) throw damaged(path)
  }
}

interface Decoded {
  readonly value: unknown
  readonly offset: number
}

/** The value and where it ends; undefined when the bytes end before. */
function decode(type: avro.Type, bytes: Buffer): Decoded | undefined {
  try {
    const decoded: Decoded = type.decode(bytes, 0)
    return decoded.offset < 0 ? undefined : decoded
  } catch (error) {
    // avsc reads nonsense beyond the end before it looks; a long that is cut may come out as one
    // that is too large.
    if (error instanceof Error) return undefined
    throw error
  }
}

function schemaOf(path: string, header: Header): unknown {
  const text = header.meta['avro.schema']?.toString('utf8')
  if (text === undefined) throw damaged(path)
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw fault('file-damaged', path, 'its schema is not JSON; fetch it again', cause)
  }
}

function unpacker(path: string, codec: string): (packed: Buffer) => Buffer {
  if (codec === 'null') return (packed) => packed
  if (codec !== 'deflate') {
    throw fault(
      'file-codec-unknown',
      path,
      `its blocks are packed with "${codec}"; write it again with the codec deflate or null`,
    )
  }
  return (packed) => {
    try {
      return inflateRawSync(packed, { maxOutputLength: LARGEST_BLOCK })
    } catch (cause) {
      throw fault('file-damaged', path, 'a block cannot be unpacked; fetch it again', cause)
    }
  }
}

function endsEarly(path: string): Error {
  return fault('file-damaged', path, 'it ends in the middle of a block; fetch it again')
}

function damaged(path: string): Error {
  return fault('file-damaged', path, 'a block of it is damaged; fetch it again')
}
