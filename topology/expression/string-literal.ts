// Reads a string between ' or ", with CEL's escapes.
import { refuse } from './problem.ts'

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  '"': '"',
  "'": "'",
  '`': '`',
}
const DIGITS_OF: Readonly<Record<string, number>> = { x: 2, X: 2, u: 4, U: 8 }

/** Reads the string whose quote stands at `start`; `end` is behind the closing quote. */
export function readString(text: string, start: number): { value: string; end: number } {
  const quote = text[start]
  let value = ''
  let at = start + 1
  for (;;) {
    const character = text[at]
    if (character === undefined || character === '\n' || character === '\r') {
      return refuse('a string is not closed', start, at, `close it with ${quote ?? "'"}`)
    }
    if (character === quote) return { value, end: at + 1 }
    if (character === '\\') {
      const escape = readEscape(text, at)
      value += escape.value
      at = escape.end
    } else {
      value += character
      at += 1
    }
  }
}

function readEscape(text: string, start: number): { value: string; end: number } {
  const letter = text[start + 1] ?? ''
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined
  if (simple !== undefined) return { value: simple, end: start + 2 }
  const octal = /^[0-3][0-7]{2}/.exec(text.slice(start + 1, start + 4))?.[0]
  if (octal !== undefined) {
    return { value: String.fromCharCode(Number.parseInt(octal, 8)), end: start + 4 }
  }
  const digits = Object.hasOwn(DIGITS_OF, letter) ? (DIGITS_OF[letter] ?? 0) : 0
  const end = start + 2 + digits
  const code = text.slice(start + 2, end)
  if (digits > 0 && code.length === digits && /^[0-9a-fA-F]+$/.test(code)) {
    const point = Number.parseInt(code, 16)
    const isScalar = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
    if (isScalar) return { value: String.fromCodePoint(point), end }
  }
  const shown = text.slice(start, start + 2)
  return refuse(
    `"${shown}" is no escape`,
    start,
    start + shown.length,
    'a backslash is written \\\\',
  )
}
