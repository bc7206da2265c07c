import { expect, test } from 'vitest'
import type { Cluster } from '../client.ts'
import type { Exchange } from '../exchanges/exchange.ts'
import { ownFault } from '../kafka-fault.ts'
import { makeTopics } from './make-topics.ts'
import { Patience } from './patience.ts'

const NODES = [1, 2, 3]
const none = (): Promise<never> => Promise.reject(new Error('nobody asks for that'))

/** Node 1 is the controller and knows of "t" once it is made; the others when they say so. */
function slowToHear(knows: (node: number) => boolean) {
  let isMade = false
  const answer = (node: number, name: string): unknown => {
    if (name === 'CreateTopics') {
      isMade = true
      return [{ name: 't', error: 0, message: undefined }]
    }
    if (name === 'DescribeConfigs') return [{ name: 't', error: 0, settings: new Map() }]
    const isThere = isMade && (node === 1 || knows(node))
    const leaders = isThere ? [1] : []
    const topics = [
      { name: 't', error: isThere ? 0 : 3, isInternal: false, leaders, epochs: leaders },
    ]
    const brokers = NODES.map((id) => ({ node: id, host: '127.0.0.1', port: id }))
    return { brokers, controller: 1, topics }
  }
  const cluster: Cluster = {
    send: async <T>(node: number, { name }: Exchange<T>) => {
      await Promise.resolve()
      return answer(node, name) as T
    },
    broker: none,
    controller: () => Promise.resolve(1),
    leader: none,
    knownLeader: () => undefined,
    partitions: none,
    refresh: () => Promise.resolve(),
    coordinator: none,
    forgetCoordinator: () => undefined,
    close: () => Promise.resolve(),
  }
  return cluster
}

const make = (cluster: Cluster) =>
  makeTopics(cluster, new Patience(cluster, 0), [{ name: 't', partitions: 1, keeps: 'all' }])

test('waits until every broker has heard of a topic that was just made', async () => {
  let asked = 0
  const { made } = await make(slowToHear((node) => node === 2 || (asked += 1) > 2))
  expect([...made]).toEqual(['t'])
  expect(asked).toBe(3)
})

test('does not wait for a broker that does not answer', async () => {
  const cluster = slowToHear((node) => {
    if (node === 2) throw ownFault('TIMEOUT', 'it stands still')
    return true
  })
  expect([...(await make(cluster)).made]).toEqual(['t'])
})

test('waits for a broker that never hears of it only so long', async () => {
  const cluster = slowToHear((node) => node !== 3)
  expect([...(await make(cluster)).made]).toEqual(['t'])
})
