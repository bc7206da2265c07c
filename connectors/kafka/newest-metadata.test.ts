import { expect, test } from 'vitest'
import type { ClusterMetadata } from './exchanges/metadata.ts'
import { newestOf } from './newest-metadata.ts'

function answer(leaders: readonly number[], epochs: readonly number[], error = 0): ClusterMetadata {
  const brokers = [{ node: 1, host: 'h', port: 1 }]
  return {
    ...{ brokers, controller: 1 },
    topics: [{ name: 't', error, isInternal: false, leaders, epochs }],
  }
}

const old = answer([1, 2], [4, 7])
const moved = answer([3, 2], [5, 7])
const unknown = answer([], [], 3)

test.each([
  ['what one says alone', [old], [1, 2]],
  ['the leader of the greatest epoch', [old, moved], [3, 2]],
  ['the same in any order', [moved, old], [3, 2]],
  ['what those know who know the topic', [unknown, moved], [3, 2]],
  ['it also where who does not know it comes later', [moved, unknown], [3, 2]],
])('takes %s', (_, answers, leaders) => {
  expect(newestOf(answers).topics.map((topic) => topic.leaders)).toEqual([leaders])
})

test('names every broker once, and a controller that somebody knows', () => {
  const other = { ...old, controller: -1, brokers: [{ node: 2, host: 'h', port: 2 }] }
  const found = newestOf([other, old, moved])
  expect(found.brokers.map(({ node }) => node)).toEqual([2, 1])
  expect(found.controller).toBe(1)
})
