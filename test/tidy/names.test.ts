import { expect, test } from 'vitest'
import { names } from './names.ts'
import { findIn } from './sample.ts'

test.each([
  'topology/check-topology.ts',
  'topology/check-topology.test.ts',
  'apps/momentum/topology.test.yaml',
  'docs/decisions/0001-record-decisions.md',
  'README.md',
  '.ci/run',
  '.prettierrc.json',
])('lets a file be named %s', (path) => {
  expect(findIn(names, { [path]: '' })).toEqual([])
})

test.each([
  ['topology/checkTopology.ts', 'checkTopology.ts'],
  ['topology/Check/a.ts', 'Check'],
  ['topology/read_tree.ts', 'read_tree.ts'],
  ['topology/-a.ts', '-a.ts'],
  ['runtime/utils/a.ts', 'utils'],
  ['src/a.ts', 'src'],
  ['runtime/types.ts', 'types'],
  ['runtime/helpers.test.ts', 'helpers'],
])('refuses %s', (path, about) => {
  expect(findIn(names, { [path]: '' })).toEqual([`${path}:1 ${about}`])
})
