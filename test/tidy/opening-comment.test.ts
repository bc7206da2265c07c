import { expect, test } from 'vitest'
import { openingComment } from './opening-comment.ts'
import { findIn } from './sample.ts'

test.each([
  '// One line.\ncode()',
  '#!/usr/bin/env node\n// One line.',
  '//\n//\n//\n//\n// Five.\n',
])('lets a file open with %j', (text) => {
  expect(findIn(openingComment, { 'cli/a.ts': text })).toEqual([])
})

test.each([
  ['code()', 'cli/a.ts:1 the file opens with 0 lines of "//" comment'],
  ['\n// Late.', 'cli/a.ts:1 the file opens with 0 lines of "//" comment'],
  ['/** Of the first export. */', 'cli/a.ts:1 the file opens with 0 lines of "//" comment'],
  ['//\n//\n//\n//\n//\n// Six.', 'cli/a.ts:1 the file opens with 6 lines of "//" comment'],
])('refuses a file that opens with %j', (text, problem) => {
  expect(findIn(openingComment, { 'cli/a.ts': text })).toEqual([problem])
})

test('asks no comment of a test or a configuration', () => {
  const found = findIn(openingComment, { 'cli/a.test.ts': 'code()', 'vitest.config.ts': 'code()' })
  expect(found).toEqual([])
})
