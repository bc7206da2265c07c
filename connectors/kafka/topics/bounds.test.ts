import { expect, test } from 'vitest'
import type { Cluster } from '../client.ts'
import type { ListedOffset } from '../exchanges/list-offsets.ts'
import { KafkaFault } from '../kafka-fault.ts'
import { findBounds } from './bounds.ts'
import { Patience } from './patience.ts'

const PLACE = { topic: 't', partition: 0 }
const none = (): Promise<never> => Promise.reject(new Error('nobody asks for that'))

/** Node 1 led and stands still; node 2 leads since, which the metadata at hand do not say. */
function movedLeader(): Cluster {
  let leader = 1
  return {
    send: <T>(node: number) => {
      const end = node === 1 ? 10 : 25
      const listed: readonly ListedOffset[] = [{ ...PLACE, error: 0, offset: end }]
      return Promise.resolve(listed as T)
    },
    broker: none,
    controller: none,
    leader: () => Promise.resolve(leader),
    knownLeader: () => leader,
    partitions: () => Promise.resolve(1),
    refresh: () => {
      leader = 2
      return Promise.resolve()
    },
    coordinator: none,
    forgetCoordinator: () => undefined,
    close: () => Promise.resolve(),
  }
}

test('takes no end from a broker that leads no more', async () => {
  const cluster = movedLeader()
  const [found] = await findBounds(cluster, new Patience(cluster, 0), [PLACE])
  expect(found?.stable).toBe(25)
})

test.each([
  ['finds a topic that not all brokers have heard of yet', 2, { stable: 10 }],
  ['misses a topic that stays unknown', Infinity, { code: 'topic-missing' }],
])('%s', async (_, heardAfter, outcome) => {
  let refreshes = 0
  const cluster: Cluster = {
    ...movedLeader(),
    partitions: () => Promise.resolve(undefined),
    leader: () =>
      refreshes > heardAfter ? Promise.resolve(1) : Promise.reject(new KafkaFault(3, '"t" 0')),
    refresh: () => {
      refreshes += 1
      return Promise.resolve()
    },
  }
  const asked = findBounds(cluster, new Patience(cluster, 0), [PLACE])
  const found: unknown = await asked.then(
    ([bounds]) => bounds,
    (error: unknown) => error,
  )
  expect(found).toMatchObject(outcome)
})
