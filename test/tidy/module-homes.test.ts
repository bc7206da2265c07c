import { expect, test } from 'vitest'
import { moduleHomes } from './module-homes.ts'
import { findIn } from './sample.ts'

test('lets operators and runtime import rxjs', () => {
  const text = "import { map } from 'rxjs'\nimport 'rxjs/ajax'"
  expect(findIn(moduleHomes, { 'operators/a.ts': text, 'runtime/reference/b.ts': text })).toEqual(
    [],
  )
})

test.each(['rxjs', 'rxjs/operators'])('refuses "%s" elsewhere', (module) => {
  const found = findIn(moduleHomes, { 'topology/a.ts': `import type { B } from '${module}'` })
  expect(found).toEqual(['topology/a.ts:1 rxjs'])
})

test('does not take a longer name for rxjs', () => {
  expect(findIn(moduleHomes, { 'topology/a.ts': "import 'rxjs-marbles'" })).toEqual([])
})
