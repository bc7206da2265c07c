import { expect, test } from 'vitest'
import { createCodec } from '../../schemas/codec.ts'
import { firstDifference, type Within } from './compare-rows.ts'

const codec = createCodec({
  type: 'record',
  name: 'Count',
  fields: [{ name: 'count', type: 'long' }],
})

/** `a1@5`: the count 1 under the key a, available at 5; its event time is the count. */
function records(text: string) {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, key = '', count = '', available = ''] = /^(\w)(\d+)@(\d+)$/.exec(word) ?? []
      const [value, time] = [{ count: Number(count) }, Number(count)]
      return { key, value, time, available: Number(available), body: codec.encode(value) }
    })
}

function differs(expected: string, actual: string, within: Partial<Within> = {}) {
  const found = firstDifference({
    codec,
    expected: records(expected),
    actual: records(actual),
    within: { upTo: Number.POSITIVE_INFINITY, atAnyTime: false, ...within },
  })
  return found && `${found.key} ${found.number}`
}

test.each([
  ['the same', 'a1@1 b1@2', 'a1@1 b1@2', undefined],
  ['the same in another order of keys', 'a1@1 b1@2', 'b1@2 a1@1', undefined],
  ['another value', 'a1@1 a2@2', 'a1@1 a3@2', 'a 2'],
  ['another instant', 'a1@1 a2@2', 'a1@1 a2@3', 'a 2'],
  ['one too few', 'a1@1 a2@2', 'a1@1', 'a 2'],
  ['one too many', 'a1@1', 'a1@1 b1@2', 'b 1'],
  ['two, of which one is earlier', 'a1@5 b1@2', 'a2@5 b2@2', 'b 1'],
])('compares runs that gave %s', (_, expected, actual, first) => {
  expect(differs(expected, actual)).toBe(first)
})

test.each([
  ['lets the whole go on after the moment', 'a1@1 a2@9', 'a1@1', undefined],
  ['misses what was known by then', 'a1@1 a2@5', 'a1@1', 'a 2'],
  ['refuses what should not be there by then', 'a1@1', 'a1@1 a2@5', 'a 2'],
  ['lets another run go on after the moment', 'a1@1', 'a1@1 a2@9', undefined],
  ['compares what both have, however late', 'a1@9', 'a2@9', 'a 1'],
])('%s', (_, expected, actual, first) => {
  expect(differs(expected, actual, { upTo: 5 })).toBe(first)
})

test('leaves out when records became available, where that is what differs', () => {
  expect(differs('a1@1 a2@2', 'a1@3 a2@4', { atAnyTime: true })).toBeUndefined()
  expect(differs('a1@1 a2@2', 'a1@3 a3@4', { atAnyTime: true })).toBe('a 2')
})
