// Names and texts as SQL and the line protocol of QuestDB take them. A name reaches either only
// after `nameProblem` has found nothing in it: then none can end its own quotes.

/** As QuestDB is set by default; it counts the bytes of a file's name. */
const LONGEST = 127
// From TableUtils.isValidTableName and isValidColumnName of QuestDB.
const NEVER = /[\0-\x0f\x7f\ufeff?,'"\\/:()+*%~]/
const NEVER_IN_COLUMNS = /[.-]/

/** Why QuestDB takes no table or column of that name, in words that follow it; or undefined. */
export function nameProblem(what: 'table' | 'column', name: string): string | undefined {
  if (name === '') return 'is empty'
  if (Buffer.byteLength(name) > LONGEST) return `has more than ${LONGEST} bytes`
  const found = NEVER.exec(name) ?? (what === 'column' ? NEVER_IN_COLUMNS.exec(name) : null)
  if (found) return `holds ${JSON.stringify(found[0])}, which QuestDB takes in no ${what}'s name`
  if (/^\s|\s$/.test(name)) return 'begins or ends with a blank'
  return /^\.|\.$|\.\./.test(name) ? 'has a dot at its edge, or two side by side' : undefined
}

/** QuestDB tells no two names apart by their case. */
export const folded = (name: string): string => name.toLowerCase()

/** A name in SQL. */
export const sqlName = (name: string): string => `"${name}"`

/** A text in SQL. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

const MUST_ESCAPE = /[ ,=\n\r\\]/
const ESCAPED = /[ ,=\n\r\\]/g

/** A name or a symbol in a line. */
export function lineWord(text: string): string {
  return MUST_ESCAPE.test(text) ? text.replace(ESCAPED, '\\$&') : text
}

const MUST_ESCAPE_IN_QUOTES = /["\n\r\\]/
const ESCAPED_IN_QUOTES = /["\n\r\\]/g

/** A text in a line, with its quotes. */
export function lineText(text: string): string {
  return MUST_ESCAPE_IN_QUOTES.test(text)
    ? `"${text.replace(ESCAPED_IN_QUOTES, '\\$&')}"`
    : `"${text}"`
}
