import { expect, test } from 'vitest'
import type { Cluster, Exchange } from '../client.ts'
import { ownFault } from '../kafka-fault.ts'
import { fakePartitions } from './fake-partitions.test-data.ts'
import { createLanes } from './lanes.ts'

const exchange: Exchange<string> = {
  ...{ name: 'Ping', key: 1, version: 11 },
  encode: () => Buffer.alloc(0),
  decode: () => 'pong',
}

/** A cluster that was looked at while node 2 was away. */
function early(): Cluster {
  let isKnown = false
  return {
    ...fakePartitions(1).cluster,
    send: (node, { decode }) =>
      isKnown
        ? Promise.resolve(decode(Buffer.alloc(0)))
        : Promise.reject(ownFault('CONNECTION', `broker ${node} is not known`)),
    refresh: () => {
      isKnown = true
      return Promise.resolve()
    },
  }
}

test('finds a broker that was away when the lane was made', async () => {
  const lanes = createLanes(() => Promise.resolve(early()))
  const free = await lanes.free(2)
  await expect(free?.lane.cluster.send(2, exchange)).rejects.toMatchObject({ kafka: 'CONNECTION' })
  await expect(free?.lane.cluster.send(2, exchange)).resolves.toBe('pong')
})

test('gives a broker as many lanes as there are, and connects anew after a failure', async () => {
  let fails = true
  const lanes = createLanes(() => {
    if (fails) return Promise.reject(ownFault('CONNECTION', 'nobody is there'))
    return Promise.resolve(early())
  })
  await expect(lanes.free(1)).rejects.toMatchObject({ kafka: 'CONNECTION' })
  fails = false
  const taken = await Promise.all([1, 2, 3].map(async () => lanes.free(1)))
  expect(taken.map((each) => each?.isLast)).toEqual([false, false, true])
  expect(lanes.free(1)).toBe(undefined)
  expect((await lanes.free(2))?.isLast).toBe(false)
})
