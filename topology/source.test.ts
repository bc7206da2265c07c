// Places in a text, as editors count them.
import { expect, test } from 'vitest'
import { lineAndColumn, lineBounds } from './source.ts'

test.each([
  ['the first character', 'ab\ncd', 0, { line: 1, column: 1 }],
  ['a line break as the end of its line', 'ab\ncd', 2, { line: 1, column: 3 }],
  ['a second line', 'ab\ncd', 4, { line: 2, column: 2 }],
  ['lines that end with CRLF', 'ab\r\ncd\r\nef', 9, { line: 3, column: 2 }],
  ['the end of the text', 'ab\n', 3, { line: 2, column: 1 }],
  ['the first character behind a byte order mark', '\uFEFFab', 1, { line: 1, column: 1 }],
  ['the byte order mark itself', '\uFEFFab', 0, { line: 1, column: 1 }],
  ['an empty text', '', 0, { line: 1, column: 1 }],
])('counts %s', (_, text, offset, place) => {
  expect(lineAndColumn({ path: 'x', text }, offset)).toEqual(place)
})

test.each([
  ['without its line feed', 'ab\ncd\n', 3, 'cd'],
  ['without CRLF', 'ab\r\ncd\r\n', 0, 'ab'],
  ['of the last line', 'ab\ncd', 4, 'cd'],
  ['that is empty', 'ab\n\ncd', 3, ''],
])('finds the bounds of a line %s', (_, text, offset, line) => {
  const { start, end } = lineBounds({ path: 'x', text }, offset)
  expect(text.slice(start, end)).toBe(line)
})
