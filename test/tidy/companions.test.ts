import { expect, test } from 'vitest'
import { companions } from './companions.ts'
import { findIn } from './sample.ts'

test('lets a part be that has all that belongs to it', () => {
  const found = findIn(companions, {
    'operators/operator.ts': '',
    'operators/index.ts': "import { filter } from './filter.ts'",
    'operators/filter.ts': 'export const filter = operator({})',
    'operators/what-filters-share.ts': 'export const a = 1',
    'operators/filter.test.ts': '',
    'topology/check/fields-exist.ts': "export const fieldsExist = rule('fields-exist')",
    'topology/check/fields-exist.test.ts': '',
    'docs/errors.md': '# Errors\n\n## fields-exist\n\nText.\n',
  })
  expect(found).toEqual([])
})

test.each([
  ['operators/filter.ts', 'export const filter = operator({', ['no test', 'no line in the list']],
  ['operators/functions/ema.ts', 'export const ema: StatefulFunction = {', ['no line in the list']],
  [
    'topology/check/fields-exist.ts',
    'export function fieldsExist() {',
    ['no test', 'another code', 'no heading'],
  ],
])('refuses %s alone', (path, text, missing) => {
  const found = findIn(companions, { [path]: text, 'docs/errors.md': '## fields-exist-not\n' })
  expect(found).toEqual(missing.map((about) => `${path}:1 ${about}`))
})
