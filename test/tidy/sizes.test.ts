import { expect, test } from 'vitest'
import { findIn } from './sample.ts'
import { fileSizes, functionSizes, lineWidths } from './sizes.ts'

const lines = (count: number): string => '//\n'.repeat(count)

test('lets a file have 400 lines and a test 500', () => {
  const small = { 'cli/b.ts': '', 'cli/c.ts': '', 'cli/d.ts': '', 'cli/e.ts': '', 'cli/f.ts': '' }
  const more = { 'cli/g.ts': '', 'cli/h.ts': '', 'cli/i.ts': '', 'cli/j.ts': '' }
  const long = { 'cli/a.ts': lines(400), 'cli/a.test.ts': lines(500) }
  expect(findIn(fileSizes, { ...long, ...small, ...more })).toEqual([])
})

test('refuses a longer file and a longer test', () => {
  const found = findIn(fileSizes, { 'cli/a.test.ts': lines(501), 'test/b.test.ts': lines(499) })
  expect(found).toEqual(['cli/a.test.ts:501 the file has 501 lines, 500 are allowed'])
  expect(findIn(fileSizes, { 'cli/a.ts': lines(401) })).toContain(
    'cli/a.ts:401 the file has 401 lines, 400 are allowed',
  )
})

test('refuses files that are long together, tests not counted', () => {
  const middling = { 'cli/a.ts': lines(121), 'cli/b.ts': lines(121), 'cli/c.ts': lines(10) }
  const tests = { 'cli/a.test.ts': '', 'cli/b.test.ts': '', 'cli/c.test.ts': '' }
  expect(findIn(fileSizes, { ...middling, ...tests })).toEqual(['cli/a.ts:1 50th percentile'])
  const twoLong = { 'cli/a.ts': lines(251), 'cli/b.ts': lines(251), 'cli/c.ts': '', 'cli/d.ts': '' }
  expect(findIn(fileSizes, twoLong)).toEqual(['cli/b.ts:1 90th percentile'])
})

test('refuses the 101st column, in comments too, but not in prose or an address', () => {
  const found = findIn(lineWidths, {
    'cli/a.ts': `${'a'.repeat(100)}\n// ${'b'.repeat(98)}\n// https://${'c'.repeat(120)}`,
    'docs/a.md': 'd'.repeat(200),
  })
  expect(found).toEqual(['cli/a.ts:2 the line has 101 columns, 100 are allowed'])
})

test('refuses the 61st line of a function, but not of a test', () => {
  const body = (count: number): string => `{${'\n'.repeat(count - 1)}}`
  const found = findIn(functionSizes, {
    'cli/a.ts': `function a() ${body(60)}\nfunction b() ${body(61)}\nconst c = () => ${body(61)}`,
    'cli/b.test.ts': `test('x', () => ${body(90)})\ntest.each([1])('y', () => ${body(90)})`,
    'cli/c.test.ts': `const d = { e() ${body(61)} }`,
  })
  expect(found).toEqual(['cli/a.ts:61 b', 'cli/a.ts:122 c', 'cli/c.test.ts:1 e'])
})
