import { expect, test } from 'vitest'
import type { Ast } from './ast.ts'
import { parse } from './parser.ts'

/** A tree as an s-expression. */
function show(node: Ast): string {
  switch (node.kind) {
    case 'number':
      return node.unit === 'none' ? String(node.value) : `${node.value}:${node.unit}`
    case 'string':
      return JSON.stringify(node.value)
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
    case 'name':
      return node.name
    case 'list':
      return `[${node.items.map(show).join(' ')}]`
    case 'member':
      return `(. ${show(node.object)} ${node.name})`
    case 'index':
      return `(at ${show(node.object)} ${show(node.index)})`
    case 'unary':
      return `(${node.operator} ${show(node.operand)})`
    case 'binary':
      return `(${node.operator} ${show(node.left)} ${show(node.right)})`
    case 'call':
      return `(${[node.name, ...node.arguments.map(show)].join(' ')})`
  }
}

/** Carets to stand below the text, the message, and the repair if there is one. */
function showProblem(text: string): readonly string[] {
  const { problem } = parse(text)
  if (!problem) return []
  const { start, end } = problem.range
  const carets = `${' '.repeat(start)}${'^'.repeat(Math.max(1, end - start))}`
  return [carets, problem.message, ...(problem.repair === undefined ? [] : [problem.repair])]
}

test.each([
  ['a + b * c', '(+ a (* b c))'],
  ['a - b - c', '(- (- a b) c)'],
  ['(a - b) * c', '(* (- a b) c)'],
  ['a || b && c == d', '(|| a (&& b (== c d)))'],
  ['-a.b', '(- (. a b))'],
  ['!a && !b', '(&& (! a) (! b))'],
  ['- -2', '(- (- 2))'],
  ['a - -b', '(- a (- b))'],
  ['macd(close, 12, 26, 9).signal', '(. (macd close 12 26 9) signal)'],
  ['a.b[0].c', '(. (at (. a b) 0) c)'],
  ['x in [\'a\', "b",]', '(in x ["a" "b"])'],
  ['f()', '(f)'],
  ['[]', '[]'],
  ['if(c, 1, null)', '(if c 1 null)'],
  ['(a < b) == (c < d)', '(== (< a b) (< c d))'],
  ['a.in', '(. a in)'],
  ['  a\n +\tb ', '(+ a b)'],
  ['true || false', '(|| true false)'],
])('it parses %s', (text, expected) => {
  const { ast, problem } = parse(text)
  expect(problem).toBeUndefined()
  expect(ast && show(ast)).toBe(expected)
})

test.each([
  ['1', '1'],
  ['1.5e3', '1500'],
  ['.5', '0.5'],
  ['10%', '0.1'],
  ['0.3%', '0.003'],
  ['5bp', '0.0005'],
  ['1e-2%', '0.0001'],
  ['5m', '300000000:duration'],
  ['1.5s', '1500000:duration'],
  ['1h30m', '5400000000:duration'],
  ['250us', '250:duration'],
  ['500ms', '500000:duration'],
  ['1d', '86400000000:duration'],
  ['2pip', '2:pip'],
  ['1tick', '1:tick'],
  ['10 % 3', '(% 10 3)'],
  ['x %3', '(% x 3)'],
  ['x%3', '(% x 3)'],
  ['10%+1', '(+ 0.1 1)'],
  ['f(10%)', '(f 0.1)'],
  ['20% < x', '(< 0.2 x)'],
])('it reads the number %s', (text, expected) => {
  const { ast } = parse(text)
  expect(ast && show(ast)).toBe(expected)
})

test.each([
  [String.raw`'it\'s'`, "it's"],
  [String.raw`"a\tb\n\\"`, 'a\tb\n\\'],
  [String.raw`'\x41\u00e9\U0001F600'`, 'Aé😀'],
  [String.raw`'\101'`, 'A'],
  ['"日本"', '日本'],
])('it reads the string %s', (text, value) => {
  expect(parse(text).ast).toMatchObject({ kind: 'string', value })
})

test.each<[string, ...string[]]>([
  ['', '^', 'the expression ends where a value is expected'],
  ['a +', '   ^', 'the expression ends where a value is expected'],
  ['f(a', '   ^', 'the expression ends where ")" is expected'],
  ['f(a,)', '    ^', '")" stands where a value is expected'],
  ['a)', ' ^', '")" stands without its opening bracket'],
  ['a b', '  ^', '"b" stands where an operator or the end is expected'],
  [
    '10%3',
    '  ^',
    '"%" stands between two values without spaces',
    'put spaces around it: "10 % ..." is modulo, "10%" is percent',
  ],
  [
    '10%x',
    '  ^',
    '"%" stands between two values without spaces',
    'put spaces around it: "10 % ..." is modulo, "10%" is percent',
  ],
  ['10% 3', '^^^', 'a percentage stands before another value', 'put spaces around "%" for modulo'],
  ['a ? b : c', '  ^', 'there is no "? :" here', 'write if(c, a, b)'],
  ['f(a ? b : c)', '    ^', 'there is no "? :" here', 'write if(c, a, b)'],
  ['a and b', '  ^^^', '"and" is not an operator here', 'write &&'],
  ['a OR b', '  ^^', '"OR" is not an operator here', 'write ||'],
  ['not a', '^^^', '"not" is not an operator here', 'write !'],
  ['not (a)', '^^^', '"not" is not an operator here', 'write !'],
  ['a = b', '  ^', '"=" is not an operator here', 'write == to compare'],
  ['a === b', '  ^^^', '"===" is not an operator here', 'write =='],
  ['a & b', '  ^', '"&" is not an operator here', 'write &&'],
  ['a | b', '  ^', '"|" is not an operator here', 'write ||'],
  ['a ** b', '  ^^', '"**" is not an operator here', 'write pow(x, y)'],
  ['a ^ b', '  ^', '"^" is not an operator here', 'write pow(x, y)'],
  [
    'a < b < c',
    '      ^',
    'comparisons do not chain',
    'join two comparisons with &&, or put the first in brackets',
  ],
  [
    'a.startsWith(b)',
    '  ^^^^^^^^^^',
    '"startsWith" is called like a method',
    'write startsWith(x, ...)',
  ],
  ['a.1', ' ^^', 'a number stands where an operator or the end is expected'],
  ['5x', ' ^', '"x" is not a unit', 'the units are %, bp, us, ms, s, m, h, d, tick and pip'],
  ['1_000', ' ^^^^', '"_000" is not a unit', 'write 1000'],
  ['30m1h', '    ^', '"h" may not stand here', 'largest unit first: 1h30m'],
  ['0.5us', '^^^^^', 'a duration is a whole number of microseconds below 285 years'],
  ['1e999', '^^^^^', 'this number is too large for a double'],
  ["'a", '^^', 'a string is not closed', "close it with '"],
  [
    String.raw`'\q'`,
    String.raw` ^^`,
    String.raw`"\q" is no escape`,
    String.raw`a backslash is written \\`,
  ],
  ['a “b”', '  ^', '"“" is not an operator here', 'write "'],
  ['a − b', '  ^', '"−" is not an operator here', 'write -'],
  ['{}', '^', '"{" is not an operator here', 'there are no map literals'],
  ['a # b', '  ^', '"#" (U+0023) has no meaning in an expression'],
  ['a\u0000', ' ^', 'the character U+0000 has no meaning in an expression'],
  ['a\u00a0+ b', ' ^', 'the character U+00A0 has no meaning in an expression'],
  ['a + 😀', '    ^^', '"😀" (U+1F600) has no meaning in an expression'],
  ['preis_in_€', '         ^', '"€" (U+20AC) has no meaning in an expression'],
])('it refuses %j at the right place', (text, ...expected) => {
  expect(showProblem(text)).toEqual(expected)
})

test.each([
  [
    '100,000 brackets',
    '('.repeat(100_000),
    'an expression has at most 10000 characters, this one has 100000',
  ],
  [
    'a megabyte',
    'a + '.repeat(262_144) + 'a',
    'an expression has at most 10000 characters, this one has 1048577',
  ],
  ['nested brackets', '('.repeat(5_000), 'the expression is nested too deeply'],
  ['nested lists', '['.repeat(5_000), 'the expression is nested too deeply'],
  ['nested calls', 'f('.repeat(4_000), 'the expression is nested too deeply'],
  ['many signs', '-'.repeat(9_000) + 'a', 'the expression is nested too deeply'],
  ['many negations', '!'.repeat(9_000) + 'a', 'the expression is nested too deeply'],
  ['a long sum', 'a+'.repeat(4_000) + 'a', 'the expression is nested too deeply'],
  ['many members', 'a' + '.a'.repeat(4_000), 'the expression is nested too deeply'],
  ['many indexes', 'a' + '[0]'.repeat(3_000), 'the expression is nested too deeply'],
])('it refuses %s without overflowing the stack', (_name, text, message) => {
  expect(parse(text).problem?.message).toBe(message)
})

test('it takes brackets and sums as people write them', () => {
  expect(parse(`${'('.repeat(100)}a${')'.repeat(100)}`).ast).toMatchObject({ kind: 'name' })
  expect(parse(`${'a + '.repeat(300)}a`).ast).toMatchObject({ kind: 'binary' })
})
