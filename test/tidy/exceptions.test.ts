import { expect, test } from 'vitest'
import { withExceptions } from './exceptions.ts'
import type { Problem, Rule } from './rule.ts'

const rule: Rule = { name: 'banned-calls', reason: '', find: () => [] }
const problem: Problem = { path: 'cli/a.ts', line: 1, message: 'm', repair: 'r', about: 'console' }

test.each([
  ['its file', { path: 'cli/a.ts' }],
  ['its folder', { path: 'cli/' }],
  ['its file and what is found there', { path: 'cli/a.ts', about: 'console' }],
])('excuses a problem by %s', (_by, where) => {
  expect(withExceptions(rule, [problem], [{ rule: rule.name, reason: 'x', ...where }])).toEqual([])
})

test.each([
  ['another file', { path: 'cli/b.ts' }],
  ['a path that only begins alike', { path: 'cli/a' }],
  ['another thing there', { path: 'cli/a.ts', about: 'Date.now' }],
])('keeps the problem, and reports the entry, for %s', (_for, where) => {
  const found = withExceptions(rule, [problem], [{ rule: rule.name, reason: 'x', ...where }])
  expect(found[0]).toBe(problem)
  expect(found[1]?.message).toContain('excuses nothing')
})

test('leaves the entries of other rules alone', () => {
  const other = { rule: 'names', path: 'cli/b.ts', reason: 'x' }
  expect(withExceptions(rule, [], [other])).toEqual([])
})
