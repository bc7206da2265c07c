import { expect, test } from 'vitest'
import { isOwnTopic } from '../topology/own-topics.ts'
import * as names from './topic-names.ts'

test('every name is one that a topology may not give its topics', () => {
  const all = Object.values(names).map((name) => name('t', 'entry.fills'))
  expect(all.filter((name) => !isOwnTopic('t', name))).toEqual([])
  expect(all.length).toBeGreaterThan(5)
  expect(all.some((name) => isOwnTopic('other', name))).toBe(false)
})
