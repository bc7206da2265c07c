// How names and texts stand in SQL. Whatever a topology calls a table, a column or a key, it stays
// a name: everything that becomes part of a statement goes through here, or is a parameter.
import { createHash } from 'node:crypto'

/** Postgres cuts longer names, in silence. */
const LONGEST_NAME_BYTES = 63

/** Columns that every table has already. */
const SYSTEM_COLUMNS = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'])

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A list of names, as keys and indexes have it. */
export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(', ')
}

/** Every connection has `standard_conforming_strings` on: a backslash is itself. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Why nothing can have this name, as the end of a sentence, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name.includes('\0')) return 'holds a NUL'
  const bytes = Buffer.byteLength(name)
  return bytes > LONGEST_NAME_BYTES
    ? `is ${bytes} bytes long, where Postgres takes ${LONGEST_NAME_BYTES}`
    : undefined
}

/** The same of a column. */
export function columnNameProblem(name: string): string | undefined {
  return SYSTEM_COLUMNS.has(name) ? 'is one of Postgres’s own columns' : nameProblem(name)
}

/** The same for equal columns of a table, so that no index is made twice. */
export function indexName(table: string, columns: readonly string[]): string {
  const name = `${[table, ...columns].join('_')}_idx`
  if (nameProblem(name) === undefined) return name
  const hash = createHash('sha256').update(JSON.stringify([table, ...columns]))
  return `millrace_${hash.digest('hex').slice(0, 16)}_idx`
}
