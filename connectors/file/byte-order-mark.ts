// What the first bytes of a text file say about its encoding.
import { fault } from './open-file.ts'

/**
 * The chunk without a UTF-8 byte order mark. Throws an EngineError when the file starts as UTF-16
 * does.
 */
export function withoutByteOrderMark(chunk: Buffer, path: string): Buffer {
  const [first, second, third] = chunk
  if (first === 0xef && second === 0xbb && third === 0xbf) return chunk.subarray(3)
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw fault('file-encoding', path, 'it is UTF-16; save it as UTF-8')
  }
  return chunk
}
