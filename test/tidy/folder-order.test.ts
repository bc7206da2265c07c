import { expect, test } from 'vitest'
import { folderOrder } from './folder-order.ts'
import { findIn } from './sample.ts'

const targets = {
  'schemas/type.ts': '',
  'topology/plan.ts': '',
  'operators/filter.ts': '',
  'sinks/redis.ts': '',
  'cli/main.ts': '',
  'test/sample.ts': '',
}

test.each([
  ['topology/a.ts', '../schemas/type.ts'],
  ['topology/check/a.ts', '../plan.ts'],
  ['runtime/a.ts', '../sinks/redis.ts'],
  ['bench/a.ts', '../test/sample.ts'],
  ['schemas/a.test.ts', '../test/sample.ts'],
  ['schemas/a.ts', 'operators/filter.ts'],
])('lets %s import %s', (path, specifier) => {
  expect(findIn(folderOrder, { ...targets, [path]: `import '${specifier}'` })).toEqual([])
})

test.each([
  ['schemas/a.ts', '../topology/plan.ts', 'schemas -> topology'],
  ['schemas/a.test.ts', '../topology/plan.ts', 'schemas -> topology'],
  ['operators/a.ts', '../sinks/redis.ts', 'operators -> sinks'],
  ['runtime/a.ts', '../test/sample.ts', 'runtime -> test'],
  ['runtime/reference/a.ts', '../../cli/main.ts', 'runtime -> cli'],
])('refuses that %s imports %s', (path, specifier, about) => {
  const statements = [
    `import type { A } from '${specifier}'`,
    `export { A } from '${specifier}'`,
    `type B = import('${specifier}').A`,
    `const b = await import('${specifier}')`,
    `const c = new URL('${specifier}', import.meta.url)`,
  ]
  for (const statement of statements) {
    const found = findIn(folderOrder, { ...targets, [path]: `\n${statement}` })
    expect(found, statement).toEqual([`${path}:2 ${about}`])
  }
})

test('refuses a folder without a place', () => {
  expect(findIn(folderOrder, { 'misc/a.ts': '' })).toEqual(['misc/a.ts:1 misc'])
})
