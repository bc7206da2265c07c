// What the YAML package finds wrong, said in our words at the token that is at fault.
import type { YAMLError } from 'yaml'
import { quoted } from './printable.ts'

export interface YamlMistake {
  readonly start: number
  readonly end: number
  readonly message: string
  readonly repair?: string
  readonly cause?: { readonly start: number; readonly end: number; readonly label: string }
  /** `yaml-valid` unless stated. */
  readonly code?: string
  /** Whether the tree around it is a guess, so that nothing more can be said about the file. */
  readonly breaks: boolean
}

/** What the scanner knows of places. */
interface Brackets {
  readonly isInFlow: (offset: number) => boolean
  readonly isAstray: (offset: number) => boolean
}

/** Errors of one file that are looked at: each costs a look at the text around it. */
const MOST_ERRORS = 2_000
/** Characters of a token that are looked at. */
const LONGEST_TOKEN = 80

/** A token of the text. */
interface Place {
  readonly start: number
  readonly end: number
  readonly word: string
}

interface Saying {
  readonly code: string
  /** Part of the package's own message. */
  readonly when?: string
  /** Undefined: said already by the scanner. */
  readonly say?: (place: Place) => { readonly message: string; readonly repair: string }
  readonly harmless?: true
}

const IN_QUOTES = 'put the whole value in quotes'

/** The first that fits is taken. */
const SAYINGS: readonly Saying[] = [
  { code: 'BAD_INDENT', when: 'must be sufficiently indented' },
  { code: 'MISSING_CHAR', when: 'must end with a' },
  { code: 'MISSING_CHAR', when: 'Missing closing' },
  { code: 'UNEXPECTED_TOKEN', when: 'flow-map-end' },
  { code: 'UNEXPECTED_TOKEN', when: 'flow-seq-end' },
  // Tags are kept on their scalars, or refused on what is none.
  { code: 'MISSING_CHAR', when: 'Tags and anchors must be separated' },
  { code: 'MISSING_CHAR', when: 'Missing newline after block sequence props' },
  { code: 'MULTIPLE_TAGS' },
  { code: 'TAG_RESOLVE_FAILED' },
  { code: 'MULTIPLE_ANCHORS' },
  { code: 'BAD_ALIAS' },
  { code: 'ALIAS_PROPS' },
  {
    code: 'TAB_AS_INDENT',
    say: () => ({ message: 'a tab indents this line', repair: 'indent with spaces' }),
  },
  {
    code: 'BAD_INDENT',
    say: ({ word }) => ({
      message: `${quoted(word)} does not line up with what stands above it`,
      repair: 'begin it in the column of its neighbours',
    }),
  },
  {
    code: 'MISSING_CHAR',
    when: 'Implicit map keys',
    say: ({ word }) => ({
      message: `${quoted(word)} stands where a key should, with no ":" behind it`,
      repair: 'write a key, ":", a space and the value',
    }),
  },
  {
    code: 'MISSING_CHAR',
    when: 'Missing , ',
    say: ({ word }) => ({
      message: `no "," stands before ${quoted(word)}`,
      repair: 'separate with ",", or put the value in quotes',
    }),
  },
  {
    code: 'MISSING_CHAR',
    when: 'Missing space after :',
    say: () => ({ message: 'no space stands behind ":"', repair: 'write ": "' }),
  },
  {
    code: 'MISSING_CHAR',
    when: 'Comments must be separated',
    harmless: true,
    say: () => ({ message: 'a comment begins without a space before "#"', repair: 'write " #"' }),
  },
  {
    code: 'MISSING_CHAR',
    when: 'Sequence item without',
    say: ({ word }) => ({
      message: `${quoted(word)} stands in a list without "- "`,
      repair: 'write "- " before it',
    }),
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    when: 'Nested mappings',
    say: () => ({ message: 'a value holds ": " outside quotes', repair: IN_QUOTES }),
  },
  {
    code: 'BLOCK_IN_FLOW',
    say: () => ({
      message: 'a value in brackets holds ": " outside quotes',
      repair: 'write "," between entries, or put the value in quotes',
    }),
  },
  {
    code: 'BAD_SCALAR_START',
    say: ({ word }) => ({
      message: `a value begins with ${quoted(word.charAt(0))}`,
      repair: IN_QUOTES,
    }),
  },
  {
    code: 'BAD_DQ_ESCAPE',
    harmless: true,
    say: ({ word }) => ({
      message: `${quoted(word)} is no escape of a double-quoted text`,
      repair: 'write the backslash twice, or use single quotes',
    }),
  },
  {
    code: 'KEY_OVER_1024_CHARS',
    say: () => ({ message: 'a key is longer than 1024 characters', repair: 'write a shorter one' }),
  },
  {
    code: 'UNEXPECTED_TOKEN',
    when: 'Unexpected , in',
    say: () => ({ message: '"," has nothing before it', repair: 'leave it out' }),
  },
  {
    code: 'UNEXPECTED_TOKEN',
    when: 'Unexpected empty item',
    say: () => ({ message: 'an item between commas is empty', repair: 'leave one "," out' }),
  },
  {
    code: 'UNEXPECTED_TOKEN',
    when: 'at node end',
    say: ({ word }) => ({
      message: `${quoted(word)} stands behind a value that has ended`,
      repair: 'put the whole value in one pair of quotes',
    }),
  },
  {
    code: 'UNEXPECTED_TOKEN',
    when: 'Block scalar header',
    say: ({ word }) => ({
      message: `${quoted(word)} stands on the line that begins a block of text`,
      repair: 'put the value in quotes, or begin it on the next line',
    }),
  },
  {
    code: 'UNEXPECTED_TOKEN',
    when: 'block-seq-ind',
    say: () => ({ message: 'a list begins on the line of its key', repair: 'begin a new line' }),
  },
]

/** What comes of a line being in the wrong column. */
const OF_INDENTATION = ['BAD_INDENT', 'MULTILINE_IMPLICIT_KEY', 'BLOCK_AS_IMPLICIT_KEY']

/** Errors cascade: what only follows from another one is not said. */
export function inWords(
  errors: readonly YAMLError[],
  text: string,
  brackets: Brackets,
): readonly YamlMistake[] {
  const looked = errors.slice(0, MOST_ERRORS)
  const hasTabs = looked.some((error) => error.code === 'TAB_AS_INDENT')
  const multiline = new Set(
    looked.filter(({ code }) => code === 'MULTILINE_IMPLICIT_KEY').map(({ pos }) => pos[0]),
  )
  return looked.flatMap((error) => {
    const { code, pos } = error
    if (brackets.isAstray(pos[0])) return []
    if (hasTabs && OF_INDENTATION.includes(code)) return []
    if (code === 'MULTILINE_IMPLICIT_KEY') {
      return multilineKey(error, text, brackets.isInFlow(pos[0])) ?? []
    }
    return multiline.has(pos[0]) ? [] : (mistakeOf(error, text) ?? [])
  })
}

function mistakeOf(error: YAMLError, text: string): YamlMistake | undefined {
  const saying = SAYINGS.find(
    ({ code, when }) => code === error.code && (!when || error.message.includes(when)),
  )
  if (saying && !saying.say) return undefined
  const place = placeOf(error, text)
  const { word, ...span } = place
  // Nothing stands there: the consequence of a mistake further up.
  if (word === '' && error.code === 'MISSING_CHAR') return undefined
  const words = saying?.say?.(place) ?? {
    message: `${quoted(word)} cannot stand here`,
    repair: 'put a value with special characters in quotes',
  }
  return { ...span, ...words, breaks: saying?.harmless !== true }
}

/**
 * YAML took several lines for one key. Inside brackets a comma is missing at a line's end; behind a
 * key the next line is indented too deep; else the first line is no `key: value`.
 */
function multilineKey(error: YAMLError, text: string, isInFlow: boolean): YamlMistake | undefined {
  const [start, end] = error.pos
  const key = text.slice(start, end)
  const lastLine = start + key.lastIndexOf('\n') + 1
  if (key.trim() === '' || lastLine === start) return undefined
  const last = tokenAt(text, lastLine)
  if (isInFlow) {
    const message = `no "," stands before ${quoted(last.word)}`
    return { start: last.start, end: last.end, message, repair: 'separate with ","', breaks: true }
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  if (text.slice(lineStart, start).includes(':')) {
    const message = `${quoted(last.word)} is indented deeper than what stands above it`
    const repair = 'begin it in the column of its neighbours'
    return { start: last.start, end: last.end, message, repair, breaks: true }
  }
  const [first = ''] = key.split(/\r?\n/, 1)
  const message = `${quoted(first.trim())} is no key with a value`
  const repair = /:\S/.test(first) ? 'write a space behind ":"' : 'write ":" behind the key'
  return { start, end: start + first.trimEnd().length, message, repair, breaks: true }
}

/** The package's own range where that is the token; the rest of the line; or the next token. */
function placeOf({ code, message, pos }: YAMLError, text: string): Place {
  const [start, end] = pos
  if (code === 'TAB_AS_INDENT') return { start, end, word: '' }
  if (message.startsWith('Comments')) return { start, end: start + 1, word: '#' }
  if (code === 'BAD_DQ_ESCAPE') {
    return { start, end: start + 2, word: text.slice(start, start + 2) }
  }
  if (code !== 'BLOCK_IN_FLOW' && !message.startsWith('Nested mappings')) {
    return tokenAt(text, start)
  }
  const limit = code === 'BLOCK_IN_FLOW' ? end : start + LONGEST_TOKEN
  const [rest = ''] = text.slice(start, limit).split(/\r?\n| #/, 1)
  return { start, end: start + rest.trimEnd().length, word: rest.trimEnd() }
}

/** The next token at or behind an offset; blanks, line breaks and comments are passed over. */
function tokenAt(text: string, offset: number): Place {
  const gap = /(?:[ \t\r\n]+|#.*)*/y
  gap.lastIndex = offset
  gap.exec(text)
  const start = gap.lastIndex
  const [word] = /^[^\s,[\]{}:]+|^/.exec(text.slice(start, start + LONGEST_TOKEN)) ?? ['']
  if (word !== '') return { start, end: start + word.length, word }
  if (start < text.length) return { start, end: start + 1, word: text.charAt(start) }
  return { start: offset, end: Math.min(offset + 1, text.length), word: '' }
}
