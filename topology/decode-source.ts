// Bytes of a file become a source: UTF-8, with or without a byte order mark, and nothing else.
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import type { Source } from './source.ts'

/** Reports `yaml-valid` and returns undefined when the bytes are not UTF-8. */
export function decodeSource(bytes: Uint8Array, path: string, report: Report): Source | undefined {
  const text = new TextDecoder().decode(bytes)
  const source = { path, text }
  const mistake = firstMistake(bytes, text)
  if (mistake === undefined) return source
  reporter(
    'yaml-valid',
    report,
  )({
    message: 'the file is not UTF-8 text',
    span: { source, start: mistake.offset, end: mistake.offset + 1 },
    repair: `byte ${mistake.byte} cannot be read`,
    notes: ['save it with the encoding UTF-8'],
  })
  return undefined
}

/** What was read in place of a wrong byte encodes to other bytes than the file's. */
function firstMistake(
  bytes: Uint8Array,
  text: string,
): { offset: number; byte: number } | undefined {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const read = new TextEncoder().encode(text)
  const given = bytes.subarray(mark)
  let at = read.findIndex((byte, index) => byte !== given[index])
  if (at < 0) {
    if (read.length === given.length) return undefined
    at = read.length
  }
  while (at > 0 && ((read[at] ?? 0) & 0xc0) === 0x80) at -= 1
  return { offset: new TextDecoder().decode(read.subarray(0, at)).length, byte: at + mark }
}
