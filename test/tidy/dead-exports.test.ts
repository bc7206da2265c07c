import { expect, test } from 'vitest'
import { deadExports } from './dead-exports.ts'
import { findIn } from './sample.ts'

test.each([
  ['export const a = 1', "import { a } from './a.ts'"],
  ['export const a = 1', "import { a as b } from './a.ts'"],
  ['export function a() {}', "import * as all from './a.ts'"],
  ['export function a() {}', "await import('./a.ts')"],
  ['export interface A {}', "import type { A } from './a.ts'"],
  ['export interface A {}', "let a: import('./a.ts').A"],
  ['export class A {}', "export { A } from './a.ts'\nimport './b.ts'"],
  ['export default 1', "import a from './a.ts'"],
  ['const a = 1\nexport { a as b }', "import { b } from './a.ts'"],
])('lets be %j, used by %j', (text, user) => {
  const found = findIn(deadExports, { 'cli/a.ts': text, 'cli/b.ts': user })
  expect(found.filter((problem) => problem.startsWith('cli/a.ts'))).toEqual([])
})

test.each([
  ['export const a = 1', "import { b } from './a.ts'", 'a'],
  ['export interface A {}', "import './a.ts'", 'A'],
  ['export type A = 1', "import type { A } from './c.ts'", 'A'],
  ['export default 1', "import { a } from './a.ts'", 'default'],
  ['const a = 1\nexport { a as b }', "import { a } from './a.ts'", 'b'],
  ['export class A {}', "// import { A } from './a.ts'", 'A'],
])('refuses %j, for all that %j uses', (text, user, about) => {
  const found = findIn(deadExports, { 'cli/a.ts': text, 'cli/b.ts': user })
  const line = text.split('\n').length
  expect(found).toEqual([`cli/a.ts:${line} ${about}`])
})

test('counts a type as used where a used export declares it, but not where a body does', () => {
  const found = findIn(deadExports, {
    'cli/a.ts': [
      'export interface Result { part: Part }',
      'export interface Part {}',
      'export interface Inner {}',
      'export const limit = 1',
      'export function run(at = limit): Result { const inner: Inner = {} }',
    ].join('\n'),
    'cli/b.ts': "import { run } from './a.ts'",
  })
  expect(found).toEqual(['cli/a.ts:3 Inner', 'cli/a.ts:4 limit'])
})
