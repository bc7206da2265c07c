// Text to syntax tree: a Pratt parser of CEL's grammar without maps, methods and `?:`. It stops at
// the first mistake and never overflows the stack: length, nesting and height of the tree are
// limited.
import type { Ast, BinaryOperator, Range } from './ast.ts'
import { type Token, tokenize } from './lexer.ts'
import { type Problem, Refusal, refuse } from './problem.ts'

export type Parsed =
  | { readonly ast: Ast; readonly problem?: never }
  | { readonly problem: Problem; readonly ast?: never }

const LONGEST = 10_000
const DEEPEST = 200
/** Levels of the tree; `a + b + c` has three. Everything behind the parser recurses over them. */
const HIGHEST = 500

const BINDING: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ...['==', '!=', '<', '<=', '>', '>=', 'in'].map((each) => [each, 3] as const),
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
])
const COMPARISON = 3

/** `Ast` without its range, spread over the union. */
type Bare<T> = T extends Range ? Omit<T, 'start' | 'end'> : never
type NameToken = Extract<Token, { kind: 'name' }>

interface Parser {
  readonly tokens: readonly Token[]
  at: number
  depth: number
  readonly heights: Map<Ast, number>
  /** Comparisons that stand in brackets, which may be compared again. */
  readonly bracketed: Set<Ast>
}

export function parse(text: string): Parsed {
  try {
    if (text.length > LONGEST) {
      refuse(
        `an expression has at most ${LONGEST} characters, this one has ${text.length}`,
        0,
        LONGEST,
        'name parts of it in entries of their own',
      )
    }
    const tokens = tokenize(text)
    const parser = { tokens, at: 0, depth: 0, heights: new Map(), bracketed: new Set<Ast>() }
    const ast = parseBinary(parser, 1)
    if (peek(parser).kind !== 'end') refuseRest(parser)
    return { ast }
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.problem }
    throw error
  }
}

function peek(parser: Parser): Token {
  const token = parser.tokens[parser.at]
  if (token === undefined) throw new Error('the parser ran past the end of its tokens')
  return token
}

function isMark(token: Token, text: string): boolean {
  return token.kind === 'mark' && token.text === text
}

function takeMark(parser: Parser, text: string): Token | undefined {
  const token = peek(parser)
  if (!isMark(token, text)) return undefined
  parser.at += 1
  return token
}

/** Names a token as the author wrote it. */
function show(token: Token): string {
  if (token.kind === 'end') return 'the expression ends'
  if (token.kind === 'name') return `"${token.name}" stands`
  if (token.kind === 'mark') return `"${token.text}" stands`
  return `a ${token.kind} stands`
}

function make(parser: Parser, bare: Bare<Ast>, start: number, end: number): Ast {
  const node: Ast = { ...bare, start, end }
  let height = 0
  for (const child of childrenOf(node)) {
    height = Math.max(height, parser.heights.get(child) ?? 0)
  }
  if (height >= HIGHEST) refuseDepth(start, end)
  parser.heights.set(node, height + 1)
  return node
}

/** The nodes directly below a node, in the order of the text. */
export function childrenOf(node: Ast): readonly Ast[] {
  switch (node.kind) {
    case 'list':
      return node.items
    case 'member':
      return [node.object]
    case 'index':
      return [node.object, node.index]
    case 'unary':
      return [node.operand]
    case 'binary':
      return [node.left, node.right]
    case 'call':
      return node.arguments
    default:
      return []
  }
}

function refuseDepth(start: number, end: number): never {
  return refuse(
    'the expression is nested too deeply',
    start,
    end,
    'name parts of it in entries of their own',
  )
}

function parseBinary(parser: Parser, least: number): Ast {
  parser.depth += 1
  if (parser.depth > DEEPEST) {
    const { start, end } = peek(parser)
    refuseDepth(start, end)
  }
  let left = parseUnary(parser)
  for (;;) {
    const token = peek(parser)
    const operator = operatorOf(token)
    const binding = BINDING.get(operator)
    if (binding === undefined || binding < least) break
    if (binding === COMPARISON && isComparison(left) && !parser.bracketed.has(left)) {
      const repair = 'join two comparisons with &&, or put the first in brackets'
      refuse('comparisons do not chain', token.start, token.end, repair)
    }
    parser.at += 1
    const right = parseBinary(parser, binding + 1)
    const bare = { kind: 'binary', operator: operator as BinaryOperator, left, right } as const
    left = make(parser, bare, left.start, right.end)
  }
  parser.depth -= 1
  return left
}

function operatorOf(token: Token): string {
  if (token.kind === 'mark') return token.text
  return token.kind === 'name' && token.name === 'in' ? 'in' : ''
}

function isComparison(node: Ast): boolean {
  return node.kind === 'binary' && BINDING.get(node.operator) === COMPARISON
}

function parseUnary(parser: Parser): Ast {
  const token = peek(parser)
  if (token.kind !== 'mark' || (token.text !== '-' && token.text !== '!')) {
    return parsePostfix(parser)
  }
  parser.at += 1
  parser.depth += 1
  if (parser.depth > DEEPEST) refuseDepth(token.start, token.end)
  const operand = parseUnary(parser)
  parser.depth -= 1
  return make(parser, { kind: 'unary', operator: token.text, operand }, token.start, operand.end)
}

function parsePostfix(parser: Parser): Ast {
  let object = parsePrimary(parser)
  for (;;) {
    if (takeMark(parser, '.')) {
      object = parseMember(parser, object)
    } else if (takeMark(parser, '[')) {
      const index = parseBinary(parser, 1)
      const close = closing(parser, ']')
      object = make(parser, { kind: 'index', object, index }, object.start, close.end)
    } else {
      return object
    }
  }
}

function parseMember(parser: Parser, object: Ast): Ast {
  const token = peek(parser)
  if (token.kind !== 'name') {
    return refuse(`${show(token)} where a field's name is expected`, token.start, token.end)
  }
  parser.at += 1
  if (isMark(peek(parser), '(')) {
    const repair = `write ${token.name}(x, ...)`
    refuse(`"${token.name}" is called like a method`, token.start, token.end, repair)
  }
  const nameRange = { start: token.start, end: token.end }
  const bare = { kind: 'member', object, name: token.name, nameRange } as const
  return make(parser, bare, object.start, token.end)
}

function parsePrimary(parser: Parser): Ast {
  const token = peek(parser)
  const { start, end } = token
  parser.at += 1
  if (token.kind === 'number') {
    return make(parser, { kind: 'number', value: token.value, unit: token.unit }, start, end)
  }
  if (token.kind === 'string') {
    return make(parser, { kind: 'string', value: token.value }, start, end)
  }
  if (token.kind === 'name') return parseName(parser, token)
  if (isMark(token, '(')) return parseBrackets(parser, start)
  if (isMark(token, '[')) {
    const list = parseItems(parser, ']')
    return make(parser, { kind: 'list', items: list.items }, start, list.end)
  }
  return refuse(`${show(token)} where a value is expected`, start, end)
}

function parseBrackets(parser: Parser, start: number): Ast {
  const inner = parseBinary(parser, 1)
  const close = closing(parser, ')')
  const node = make(parser, inner, start, close.end)
  parser.bracketed.add(node)
  return node
}

function parseName(parser: Parser, token: NameToken): Ast {
  const { name, start, end } = token
  if (name === 'true' || name === 'false') {
    return make(parser, { kind: 'boolean', value: name === 'true' }, start, end)
  }
  if (name === 'null') return make(parser, { kind: 'null' }, start, end)
  if (name === 'in') refuse('"in" stands where a value is expected', start, end)
  const next = peek(parser)
  const negates = next.kind === 'name' && next.name !== 'in' && name === 'not'
  if (negates || (name === 'not' && isMark(next, '('))) {
    refuse('"not" is not an operator here', start, end, 'write !')
  }
  if (!takeMark(parser, '(')) return make(parser, { kind: 'name', name }, start, end)
  const list = parseItems(parser, ')')
  const bare = { kind: 'call', name, nameRange: { start, end }, arguments: list.items } as const
  return make(parser, bare, start, list.end)
}

/** Values between commas up to the closing mark; a list may end with a comma. */
function parseItems(parser: Parser, close: ')' | ']'): { items: readonly Ast[]; end: number } {
  const items: Ast[] = []
  const empty = takeMark(parser, close)
  if (empty) return { items, end: empty.end }
  for (;;) {
    items.push(parseBinary(parser, 1))
    const comma = takeMark(parser, ',')
    if (comma === undefined) return { items, end: closing(parser, close).end }
    const end = close === ']' ? takeMark(parser, close) : undefined
    if (end) return { items, end: end.end }
  }
}

function closing(parser: Parser, close: ')' | ']'): Token {
  const token = takeMark(parser, close)
  if (token) return token
  const next = peek(parser)
  if (next.kind !== 'end') refuseForeign(parser)
  return refuse(`${show(next)} where "${close}" is expected`, next.start, next.end)
}

function refuseRest(parser: Parser): never {
  refuseForeign(parser)
  const token = peek(parser)
  const { start, end } = token
  if (isMark(token, ')') || isMark(token, ']')) {
    refuse(`${show(token)} without its opening bracket`, start, end)
  }
  return refuse(`${show(token)} where an operator or the end is expected`, start, end)
}

/** Words that other languages have for operators. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['and', 'write &&'],
  ['or', 'write ||'],
  ['mod', 'write %'],
  ['is', 'write =='],
])

/** Refuses what another language would write between two values. */
function refuseForeign(parser: Parser): void {
  const token = peek(parser)
  const { start, end } = token
  if (isMark(token, '?') || isMark(token, ':')) {
    refuse('there is no "? :" here', start, end, 'write if(c, a, b)')
  }
  const before = parser.tokens[parser.at - 1]
  const isOperand = token.kind === 'number' || token.kind === 'name' || isMark(token, '(')
  if (token.kind === 'name') {
    const word = token.name.toLowerCase()
    const repair = WORDS.get(word)
    if (repair !== undefined) refuse(`"${token.name}" is not an operator here`, start, end, repair)
    if (word === 'not') refuse('"not" is not an operator here', start, end, 'write !(x in y)')
  }
  if (isOperand && before?.kind === 'number' && before.percent) {
    const repair = 'put spaces around "%" for modulo'
    refuse('a percentage stands before another value', before.start, before.end, repair)
  }
}
