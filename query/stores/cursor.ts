// Where a page of entries ended, as a text that only this API needs to understand.
import { Problem } from '../problem.ts'

const FORM = 1

/** `name` is that of the last entry given, see runtime/query/read-store.ts. */
export function writeCursor(name: string): string {
  return Buffer.from(JSON.stringify([FORM, name])).toString('base64url')
}

/** @throws Problem `cursor-malformed`. */
export function readCursor(cursor: string): string {
  const read = parsed(Buffer.from(cursor, 'base64url').toString('utf8'))
  const [form, name] = Array.isArray(read) ? (read as unknown[]) : []
  if (form === FORM && typeof name === 'string') return name
  throw new Problem('cursor-malformed', 'pass on the `next` of the page before, unchanged')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
