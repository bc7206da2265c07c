import { expect, test } from 'vitest'
import { BOOLEAN } from '../../schemas/type.ts'
import { expectDiagnostics } from '../expect-diagnostics.ts'
import { lineAndColumn } from '../source.ts'
import { readTree } from '../read-tree.ts'
import { check, checked, scope } from './expect-expression.ts'
import { checkBlock } from './check.ts'
import { orderSiblings } from './siblings.ts'

function expectComplaints(text: string, expected: string): void {
  expectDiagnostics(
    (source, report) => {
      const map = readTree(source, report)
      if (map?.kind === 'map') {
        checkBlock(map, scope, report, { stateful: true, siblings: true })
      }
    },
    text,
    expected,
  )
}

test('it evaluates siblings in the order of dependency and keeps the order declared', () => {
  const block = checked('c: b + 1\nb: a + 1\na: price\n')
  expect(block.entries.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  expect(block.names).toEqual(['c', 'b', 'a'])
})

test('it orders a chain of entries as long as anyone could write', () => {
  const references = Array.from({ length: 100_000 }, (_, index) =>
    index < 99_999 ? [index + 1] : [],
  )
  const { order, cycles } = orderSiblings(references)
  expect([order[0], order.at(-1), order.length, cycles]).toEqual([99_999, 0, 100_000, []])
})

test('it keeps siblings apart where they do not see each other', () => {
  const { diagnostics } = check('a: price\nb: a + 1\n', { siblings: false })
  expect(diagnostics).toMatchObject([
    { code: 'fields-exist', message: 'stream "ticks" has no field "a"' },
  ])
  expect(diagnostics[0]?.notes?.[1]).toMatch('do not see each other')
})

test('it takes a name of the input for itself where the input does not go on', () => {
  const { block, diagnostics } = check('price: price * 2\n', { siblings: false, shadow: 'allow' })
  expect(diagnostics).toEqual([])
  expect(block?.entries[0]?.expression.reads).toEqual(new Set(['price']))
})

test('it adds what the author left out and what the operator computes', () => {
  const names = {
    buy: { summary: 'When to buy.', type: BOOLEAN },
    sell: { summary: 'When to sell.', type: BOOLEAN, otherwise: 'false' },
    stop: { summary: 'A price.', type: { kind: 'double' }, optional: true },
  } as const
  const options = { names, given: { direction: 'if(buy && !sell, 1, 0)' } }
  const block = checked('buy: price > 1\n', options)
  expect(block.names).toEqual(['buy', 'sell', 'direction'])
  const messages = (text: string) => check(text, options).diagnostics.map(({ message }) => message)
  expect(messages('buy: price\nbye: 1\n')).toEqual([
    '"this map" has no key "bye"',
    '"price" is double where boolean is expected',
  ])
  expect(messages('sell: true\n')).toContain('"this map" needs "buy"')
})

test('it points into plain, quoted, folded and literal text', () => {
  const { diagnostics } = check(String.raw`plain: price + plane
over_lines: price +
  lines
double: "symbol == \"a\" && doubel"
escaped: "pric\u0065 + \u0065scape"
continued: "price + \
  contineud"
single: 'symbol == ''a'' && singel'
folded: >-
  price +
  fodled
literal: |  # with a comment
  price +
    litreal
ends: (price`)
  const places = diagnostics.map(({ span }) => {
    const { line, column } = lineAndColumn(span.source, span.start)
    return `${line}:${column} ${span.source.text.slice(span.start, span.end)}`
  })
  expect(places.sort()).toEqual(
    [
      '1:16 plane',
      '3:3 lines',
      '4:29 doubel',
      String.raw`5:24 \u0065scape`,
      '7:3 contineud',
      '8:29 singel',
      '11:3 fodled',
      '14:5 litreal',
      '15:13 ',
    ].sort(),
  )
})

test('it shows the cycle', () => {
  expectComplaints(
    `
    a: b + 1
    b: c * 2
    c: a
    d: d + 1
    e: a + d
    `,
    `
    error[siblings-acyclic]: "a" depends on itself: a -> b -> c -> a
      topology.yaml:1:1
        |
      1 | a: b + 1
        | ^
        |
      topology.yaml:2:1
        |
      2 | b: c * 2
        | ^ leads back to "a"

    error[siblings-acyclic]: "d" depends on itself: d -> d
      topology.yaml:4:1
        |
      4 | d: d + 1
        | ^
    `,
  )
})

test.each([
  ['{ buy: max(close, price) > 1, sell: price > 1 }', 'buy: max(close, price) > 1'],
  ['{ buy: max(close, max(price, 1)), sell: price > 1 }', 'buy: max(close, max(price, 1))'],
  ["{ buy: max(close, size('(')) }", "buy: max(close, size('('))"],
])('it shows where YAML cut %s', (text, whole) => {
  expect(check(text).diagnostics).toMatchObject([
    { code: 'expression-split-by-comma', notes: [whole] },
  ])
})

test('it shows the cut and the block form', () => {
  expectComplaints(
    '{ buy: max(price, 1) > 1 }',
    `
    error[expression-split-by-comma]: in { } and [ ] YAML cuts at commas: "max(price" and "1) > 1"
      topology.yaml:1:8
        |
      1 | { buy: max(price, 1) > 1 }
        |        ^^^^^^^^^^^^^^^^^ write it in block style, one entry a line
        |
        = buy: max(price, 1) > 1
    `,
  )
})

test('it says that a tag is no expression', () => {
  expectComplaints(
    'x: !ready(mood)\n',
    `
    error[expression-syntax]: YAML reads "!ready(mood)" as a tag, not as part of the expression
      topology.yaml:1:4
        |
      1 | x: !ready(mood)
        |    ^^^^^^^^^^^^ put the expression in quotes: "!ready(mood)"
    `,
  )
})

test('it wants an expression for every name', () => {
  expectComplaints(
    `
    a:
    b: { c: 1 }
    d: [1]
    e: 1
    f: true
    price: 2
    `,
    `
    error[expression-expected]: "a" is nothing where an expression is expected
      topology.yaml:1:1
        |
      1 | a:
        | ^

    error[expression-expected]: "b" is a map where an expression is expected
      topology.yaml:2:4
        |
      2 | b: { c: 1 }
        |    ^^^^^^^^ if it is one, put it in quotes

    error[expression-expected]: "d" is a list where an expression is expected
      topology.yaml:3:4
        |
      3 | d: [1]
        |    ^^^ if it is one, put it in quotes

    error[names-unique]: "price" is a field of stream "ticks" already
      topology.yaml:6:1
        |
      6 | price: 2
        | ^^^^^ give the new field another name
        |
        = the fields of the input go on beside the new ones
    `,
  )
})
