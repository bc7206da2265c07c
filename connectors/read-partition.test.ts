import { expect, test } from 'vitest'
import type { Log } from './connector.ts'
import { createMemoryBroker } from './memory/memory-broker.ts'
import { readPartition } from './read-partition.ts'

const BOUNDS = { topic: 't', partition: 0, first: 0, stable: 5 }

test('says that it may pass where a log gives nothing that it has told of', async () => {
  let fetches = 0
  const silent: Log = {
    ...createMemoryBroker().connect(),
    fetch: (positions) => {
      fetches += 1
      const none = { batches: [], stable: 5 }
      return Promise.resolve(
        positions.map(({ offset, ...id }) => ({ ...id, ...none, next: offset })),
      )
    },
  }
  await expect(readPartition(silent, BOUNDS).next()).rejects.toMatchObject({
    code: 'log-unavailable',
    retryable: true,
    coordinates: { topic: 't', partition: 0, offset: 0 },
  })
  expect(fetches).toBeGreaterThan(50)
})
