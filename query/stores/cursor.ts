// Where a page ended, as a text that only this API needs to understand.
import { Problem } from '../problem.ts'

/**
 * Where a page of entries ended. Several partitions may each have an entry of the same name: they
 * are in the order of names, then of partitions.
 */
export interface PageEnd {
  /** See runtime/query/read-store.ts. */
  readonly name: string
  readonly partition: number
}

const FORM = 1
const PAGE_END = /^(\d{1,9})\/(.*)$/s

export function writePageEnd({ name, partition }: PageEnd): string {
  return writeCursor(`${partition}/${name}`)
}

/** @throws Problem `cursor-malformed`. */
export function readPageEnd(cursor: string): PageEnd {
  const [, partition, name] = PAGE_END.exec(readCursor(cursor)) ?? []
  if (partition === undefined || name === undefined) throw malformed()
  return { name, partition: Number(partition) }
}

/** Of a text that says which item of a list was given last. */
export function writeCursor(last: string): string {
  return Buffer.from(JSON.stringify([FORM, last])).toString('base64url')
}

/** @throws Problem `cursor-malformed`. */
export function readCursor(cursor: string): string {
  const read = parsed(Buffer.from(cursor, 'base64url').toString('utf8'))
  const [form, last] = Array.isArray(read) ? (read as unknown[]) : []
  if (form === FORM && typeof last === 'string') return last
  throw malformed()
}

function malformed(): Problem {
  return new Problem('cursor-malformed', 'pass on the `next` of the page before, unchanged')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
