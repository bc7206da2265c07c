import { expect, test } from 'vitest'
import type { CommitRecord } from '../../runtime/task/commit-record.ts'
import { isReached, readPositions } from './positions.ts'

test('reads positions, several with commas', () => {
  expect(readPositions(undefined)).toEqual([])
  expect(readPositions('market.trades/0@1200, a_b-c/12@0')).toEqual([
    { source: 'market.trades/0', offset: 1200 },
    { source: 'a_b-c/12', offset: 0 },
  ])
})

test.each([
  ...['', ',', 'a', 'a/0', 'a@1', '/0@1', 'a/0@', 'a/0@-1', 'a/0@1.5', 'a/0@1e3', 'a/x@1'],
  ...['a/0@1,', 'a b/0@1', 'a/0@99999999999999999999', "a'/0@1", 'a/0@1 or 1=1'],
])('takes "%s" for no position', (text) => {
  expect(() => readPositions(text)).toThrow(expect.objectContaining({ code: 'position-malformed' }))
})

test.each([
  ['none', '', {}, true],
  ['one that lies before', 'a/0@3', { 'a/0': 5 }, true],
  ['the next one to be taken', 'a/0@5', { 'a/0': 5 }, true],
  ['one that was not taken', 'a/0@6', { 'a/0': 5 }, false],
  ['one of two', 'a/0@5,b/0@5', { 'a/0': 5, 'b/0': 4 }, false],
  ['what another task reads', 'a/1@9', { 'a/0': 5 }, true],
])('%s is reached or not', (_what, text, positions, expected) => {
  const commit = { positions } as unknown as CommitRecord
  const wanted = readPositions(text === '' ? undefined : text)
  expect(isReached(wanted, commit)).toBe(expected)
})

test('before the first commit nothing is reached that is waited for', () => {
  expect(isReached(readPositions('a/0@0'), undefined)).toBe(false)
  expect(isReached([], undefined)).toBe(true)
})
