import { expect, test } from 'vitest'
import { importCycles } from './import-cycles.ts'
import { findIn } from './sample.ts'

test('lets files share a third, and a folder use the files above it', () => {
  const found = findIn(importCycles, {
    'topology/a.ts': "import './source.ts'\nimport './check/b.ts'",
    'topology/check/b.ts': "import '../source.ts'\nimport '../expression/c.ts'",
    'topology/expression/c.ts': "import '../source.ts'",
    'topology/expression/c.test.ts': "import '../check/b.ts'\nimport '../../test/d.ts'",
    'topology/source.ts': '',
    'test/d.ts': "import '../topology/a.ts'",
  })
  expect(found).toEqual([])
})

test('refuses files that import each other, by types alone too', () => {
  const found = findIn(importCycles, {
    'topology/a.ts': "import type { B } from './b.ts'",
    'topology/b.ts': "import './c.ts'",
    'topology/c.ts': "\nimport './a.ts'",
  })
  expect(found).toEqual([
    'topology/c.ts:2 topology/a.ts -> topology/b.ts -> topology/c.ts -> topology/a.ts',
  ])
})

test('refuses a file that imports itself', () => {
  expect(findIn(importCycles, { 'cli/a.ts': "import './a.ts'" })).toHaveLength(1)
})

test('refuses folders side by side that import each other, though no files do', () => {
  const found = findIn(importCycles, {
    'topology/check/a.ts': "import '../expression/c.ts'",
    'topology/check/b.ts': '',
    'topology/expression/c.ts': '',
    'topology/expression/d.ts': "import '../check/b.ts'",
  })
  const cycle = 'topology/check -> topology/expression -> topology/check'
  expect(found).toEqual([`topology/expression/d.ts:1 ${cycle}`])
})
