import { expect, test } from 'vitest'
import { describeType } from '../schemas/type.ts'
import { literalOf, numberLiteral } from './literal.ts'
import { readTree } from './read-tree.ts'

function read(text: string): string {
  const node = readTree({ path: 'a.yaml', text }, () => undefined)
  const literal = node && literalOf(node)
  return literal ? `${describeType(literal.type)} ${JSON.stringify(literal.value)}` : 'none'
}

test.each([
  ['12', 'double 12'],
  ['-0.5', 'double -0.5'],
  ['1e3', 'double 1000'],
  ['10%', 'double 0.1'],
  ['5bp', 'double 0.0005'],
  ['-5bp', 'double -0.0005'],
  ['1s', 'duration 1000000'],
  ['1h30m', 'duration 5400000000'],
  ['2tick', 'none'],
  ['true', 'boolean true'],
  ['yes', '"yes" "yes"'],
  ['previous', '"previous" "previous"'],
  ['"12"', '"12" "12"'],
  ['2026-01-01', '"2026-01-01" "2026-01-01"'],
  ['[1, 2%]', 'list of double [1,0.02]'],
  ['[a, b]', 'list of "a" or "b" ["a","b"]'],
  ['[1, a]', 'none'],
  ['{ a: 1 }', 'none'],
  ['', 'none'],
])('it reads %j as %s', (text, literal) => {
  expect(read(text)).toBe(literal)
})

test.each(['', '-', 'a', '1x', '1 s', '1s2', '0x10', 'Infinity'])(
  'it takes %j for no number',
  (text) => {
    expect(numberLiteral(text)).toBeUndefined()
  },
)
