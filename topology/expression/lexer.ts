// Cuts an expression into tokens: the first step of parsing. Spellings of other languages are
// refused here, each with the spelling of this one.
import type { Range, Unit } from './ast.ts'
import { readNumber } from './number-literal.ts'
import { refuse } from './problem.ts'
import { readString } from './string-literal.ts'

export type Token = Range &
  (
    | {
        readonly kind: 'number'
        readonly value: number
        readonly unit: Unit
        readonly percent: boolean
      }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'mark'; readonly text: string }
    | { readonly kind: 'end' }
  )

/** Marks of the language, longer ones first. */
const MARKS = [
  '||',
  '&&',
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '!',
  '(',
  ')',
  '[',
  ']',
  ',',
  '.',
  '?',
  ':',
]

/**
 * What other languages write, and what to write here. Looked up before the marks, longer ones
 * first.
 */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['===', 'write =='],
  ['!==', 'write !='],
  ['**', 'write pow(x, y)'],
  ['<>', 'write !='],
  ['=>', 'write >='],
  ['=<', 'write <='],
  ['??', 'write orElse(x, y)'],
]

const ALONE: ReadonlyMap<string, string> = new Map([
  ['=', 'write == to compare'],
  ['&', 'write &&'],
  ['|', 'write ||'],
  ['^', 'write pow(x, y)'],
  ['{', 'there are no map literals'],
  ['}', 'there are no map literals'],
  [';', 'an expression is a single value'],
  ['“', 'write "'],
  ['”', 'write "'],
  ['‘', "write '"],
  ['’', "write '"],
  ['−', 'write -'],
  ['×', 'write *'],
  ['÷', 'write /'],
  ['≤', 'write <='],
  ['≥', 'write >='],
  ['≠', 'write !='],
])

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const SPACE = /[ \t\r\n\f]/
const DIGIT = /[0-9]/

export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    while (SPACE.test(text[at] ?? '')) at += 1
    const token = readToken(text, at)
    tokens.push(token)
    if (token.kind === 'end') return tokens
    at = token.end
  }
}

function readToken(text: string, start: number): Token {
  const first = text[start]
  if (first === undefined) return { kind: 'end', start, end: start }
  if (DIGIT.test(first) || (first === '.' && DIGIT.test(text[start + 1] ?? ''))) {
    const literal = readNumber(text, start)
    return { kind: 'number', start, ...literal, percent: text[literal.end - 1] === '%' }
  }
  if (first === '"' || first === "'") return { kind: 'string', start, ...readString(text, start) }
  NAME.lastIndex = start
  const name = NAME.exec(text)?.[0]
  if (name !== undefined) return { kind: 'name', name, start, end: start + name.length }
  for (const [foreign, repair] of FOREIGN) {
    if (text.startsWith(foreign, start)) {
      refuse(`"${foreign}" is not an operator here`, start, start + foreign.length, repair)
    }
  }
  const mark = MARKS.find((each) => text.startsWith(each, start))
  if (mark !== undefined) return { kind: 'mark', text: mark, start, end: start + mark.length }
  return refuseCharacter(text, start)
}

function refuseCharacter(text: string, start: number): never {
  const point = text.codePointAt(start) ?? 0
  const character = String.fromCodePoint(point)
  const end = start + character.length
  const repair = ALONE.get(character)
  if (repair !== undefined) refuse(`"${character}" is not an operator here`, start, end, repair)
  const isVisible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character)
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
  const shown = isVisible ? `"${character}" (${code})` : `the character ${code}`
  return refuse(`${shown} has no meaning in an expression`, start, end)
}
