// Looks at YAML's tokens as they are read, and finds what the package would report at the end of
// the file or not at all: brackets and quotes that stay open, anchors, aliases and directives. Each
// is reported where it begins.
import { CST } from 'yaml'
import type { YamlMistake } from './yaml-mistakes.ts'

export interface Scanner {
  readonly mistakes: YamlMistake[]
  /** Takes the next token of the lexer and its offset. */
  readonly take: (lexeme: string, offset: number) => void
  /** The end of the text: what is open now stays open. */
  readonly end: (offset: number) => void
  /** Whether a place stands inside `{ }` or `[ ]`. */
  readonly isInFlow: (offset: number) => boolean
  /**
   * Whether a place stands behind a bracket that stays open, up to the one that would have closed
   * it.
   */
  readonly isAstray: (offset: number) => boolean
}

interface Range {
  readonly start: number
  readonly end: number
}

interface Opened {
  readonly bracket: string
  readonly offset: number
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' }
/**
 * The lexer's mark in front of the text of a plain or block scalar, which is not a token by its
 * looks.
 */
const SCALAR_MARK = '\x1f'

export function createScanner(): Scanner {
  const mistakes: YamlMistake[] = []
  const brackets = createBrackets(mistakes)
  let previous = ''
  /** On the line of `|` or `>`, whose rest is one token whatever it looks like. */
  let isInHeader = false
  const take = (lexeme: string, offset: number): void => {
    const type = previous === SCALAR_MARK ? undefined : CST.tokenType(lexeme)
    if (type === 'block-scalar-header') isInHeader = true
    else if (type === 'newline') isInHeader = false
    else if (isInHeader) return
    // What stands there is the rest of an expression, which is reported for what stands before it.
    const isRest = /^[!"'\]}]/.test(previous)
    if (type !== 'space' && type !== 'newline' && type !== 'comment') previous = lexeme
    if (type === 'flow-map-start' || type === 'flow-seq-start') brackets.open(lexeme, offset)
    else if (type === 'flow-map-end' || type === 'flow-seq-end') brackets.close(lexeme, offset)
    else if (type === 'flow-error-end') brackets.abandon(offset)
    else if (type !== 'anchor' || !isRest) {
      const mistake = mistakeOf(type, lexeme, offset)
      if (mistake) mistakes.push(mistake)
    }
  }
  const { abandon, isInFlow, isAstray } = brackets
  return { mistakes, take, end: abandon, isInFlow, isAstray }
}

function mistakeOf(
  type: CST.TokenType | undefined | null,
  lexeme: string,
  start: number,
): YamlMistake | undefined {
  const span = { start, end: start + lexeme.length }
  const code = 'yaml-plain'
  switch (type) {
    case 'single-quoted-scalar':
    case 'double-quoted-scalar': {
      const quote = lexeme.charAt(0)
      if (lexeme.length > 1 && lexeme.endsWith(quote)) return undefined
      const repair = `close it with ${quote} on this line`
      return { start, end: start + 1, message: 'a quote is never closed', repair, breaks: true }
    }
    case 'anchor':
      return { ...span, code, ...anchorWords(lexeme, 'an anchor'), breaks: false }
    case 'alias':
      return { ...span, code, ...anchorWords(lexeme, 'an alias'), breaks: true }
    case 'directive-line': {
      const message = `"${lexeme}" is a directive of YAML, not of the language`
      return { ...span, code, message, repair: 'leave it out', breaks: false }
    }
    default:
      return undefined
  }
}

function anchorWords(lexeme: string, what: string): { message: string; repair: string } {
  return {
    message: `"${lexeme}" is ${what} of YAML, not of the language`,
    repair: /^[&*][A-Za-z_]/.test(lexeme)
      ? 'write the value out where it is used, or put an expression in quotes'
      : 'put an expression that begins with it in quotes',
  }
}

function createBrackets(mistakes: YamlMistake[]) {
  const opened: Opened[] = []
  /** Outermost pairs, in order. */
  const flows: Range[] = []
  /**
   * Where brackets were given up, by the bracket that may still come and is then no second
   * mistake.
   */
  const orphans: Record<string, number[]> = { '}': [], ']': [] }
  const astray: Range[] = []
  return {
    open: (bracket: string, offset: number): void => {
      opened.push({ bracket, offset })
    },
    close: (bracket: string, offset: number): void => {
      const last = opened.pop()
      if (last) {
        if (CLOSING[last.bracket] !== bracket) mistakes.push(mismatch(last, bracket, offset))
        if (opened.length === 0) flows.push({ start: last.offset, end: offset + 1 })
        return
      }
      const start = orphans[bracket]?.pop()
      if (start !== undefined) {
        astray.push({ start, end: offset + 1 })
        return
      }
      const message = `"${bracket}" closes nothing`
      const repair = 'leave it out, or put the value in quotes'
      mistakes.push({ start: offset, end: offset + 1, message, repair, breaks: true })
    },
    abandon: (end: number): void => {
      if (opened[0]) {
        flows.push({ start: opened[0].offset, end })
        astray.push({ start: opened[0].offset, end })
      }
      for (const { bracket, offset } of opened.splice(0)) {
        const wanted = CLOSING[bracket] ?? ''
        orphans[wanted]?.push(end)
        const message = `"${bracket}" is never closed`
        const repair = `close it with "${wanted}", and indent what is inside`
        mistakes.push({ start: offset, end: offset + 1, message, repair, breaks: true })
      }
    },
    isInFlow: (offset: number): boolean => holds(flows, offset),
    isAstray: (offset: number): boolean => holds(astray, offset),
  }
}

/** The ranges are in the order of their ends. */
function holds(ranges: readonly Range[], offset: number): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.end ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  const range = ranges[low]
  return range !== undefined && range.start <= offset
}

function mismatch(opened: Opened, bracket: string, offset: number): YamlMistake {
  return {
    start: offset,
    end: offset + 1,
    message: `"${opened.bracket}" is closed by "${bracket}"`,
    repair: `write "${CLOSING[opened.bracket] ?? ''}"`,
    cause: { start: opened.offset, end: opened.offset + 1, label: 'it is opened here' },
    breaks: true,
  }
}
