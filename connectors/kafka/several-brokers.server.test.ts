import { afterAll, beforeAll, expect, test } from 'vitest'
import { kafka } from '../../docker/native/kafka.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { type StartedCluster, startCluster } from '../../test/servers/start-cluster.ts'
import { append, rowsOf, series } from '../contract/row.ts'
import type { Log } from '../connector.ts'
import { type Cluster, connectCluster, type CoordinatorKind } from './client.ts'
import type { Exchange } from './exchanges/exchange.ts'
import { WireWriter } from './exchanges/wire-writer.ts'
import { openKafkaLog } from './kafka-log.ts'
import { type Traffic, startTraffic } from './traffic.test-data.ts'

const PARTITIONS = 6
const CONTROLLER = 1
const COMMITS = 10
const WITHIN = { timeout: 60_000, interval: 100 }

let cluster: StartedCluster
let control: Cluster
let names = 0
const named = (word: string): string => `several-${word}-${(names += 1)}`

function openLog(): Promise<Log> {
  return openKafkaLog({
    connection: { brokers: cluster.bootstrap },
    sessionTimeoutMs: 6_000,
  })
}

async function partitionsOf(topic: string) {
  return (await cluster.view()).partitions.filter((each) => each.topic === topic)
}

async function leadersOf(topic: string): Promise<readonly number[]> {
  return (await partitionsOf(topic)).map(({ leader }) => leader)
}

/** A name whose coordinator is not the only controller, which must live for leaders to move. */
async function awayFromController(kind: CoordinatorKind, word: string): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const name = named(word)
    if ((await coordinatorOf(kind, name)) !== CONTROLLER) return name
  }
  throw new Error('the controller coordinates everything')
}

async function coordinatorOf(kind: CoordinatorKind, name: string): Promise<number> {
  let found = -1
  await expect
    .poll(async () => {
      control.forgetCoordinator(kind, name)
      try {
        found = await control.coordinator(kind, name)
      } catch {
        await control.refresh()
      }
      return found
    }, WITHIN)
    .toBeGreaterThan(0)
  return found
}

/** Gives each partition back to the first of its replicas (ElectLeaders, version 1). */
async function electPreferred(): Promise<void> {
  const exchange: Exchange<number> = {
    name: 'ElectLeaders',
    key: 43,
    version: 1,
    encode: () => new WireWriter().int8(0).int32(-1).int32(10_000).take(),
    decode: (body) => body.readInt16BE(4),
  }
  await control.refresh()
  expect(await control.send(await control.controller(), exchange)).toBe(0)
}

let traffic: Traffic
let topic: string
let producer: string
let group: string

/** Starts it where no coordinator is the controller. */
async function start(): Promise<void> {
  const log = await openLog()
  topic = named('topic')
  await log.createTopics([{ name: topic, partitions: PARTITIONS, keeps: 'all' }])
  await log.close()
  producer = await awayFromController('transaction', 'writer')
  group = await awayFromController('group', 'group')
  traffic = await startTraffic({ open: openLog, topic, partitions: PARTITIONS, producer, group })
  await traffic.isShared()
  await traffic.goesOn(COMMITS)
}

/** Leaders, commits and members are as they were before. */
async function recovers(): Promise<void> {
  await cluster.settled()
  await traffic.goesOn(COMMITS)
  await traffic.isShared()
}

function step(name: string, act: () => Promise<void>): void {
  test(name, async () => {
    const [from, before] = [performance.now(), traffic?.faults.length ?? 0]
    try {
      await act()
    } finally {
      console.log(
        name,
        Math.round(performance.now() - from),
        traffic?.faults.slice(before).join('\n  '),
      )
    }
  })
}

describeWith([kafka], 'a cluster of three brokers', () => {
  beforeAll(async () => {
    cluster = await startCluster({ brokers: 3 })
    control = await connectCluster({ brokers: cluster.bootstrap }, 'test')
  })

  afterAll(async () => {
    await control?.close()
  })

  step('spreads partitions, and writes to and reads from all leaders at once', async () => {
    const name = named('spread')
    const log = await openLog()
    await log.createTopics([{ name, partitions: PARTITIONS, keeps: 'all' }])
    expect(new Set(await leadersOf(name))).toEqual(new Set(cluster.ids))
    expect((await partitionsOf(name)).map(({ replicas }) => replicas.length)).toEqual(
      Array.from({ length: PARTITIONS }, () => 3),
    )
    const own = await log.producer(named('spread'))
    const all = Array.from({ length: PARTITIONS }, (_, at) => at)
    const appends = all.map((at) => append(name, at, series(`p${at}`, 2)))
    expect(await own.transact({ appends, puts: [] })).toEqual(all.map(() => 2))
    const places = all.map((partition) => ({ topic: name, partition }))
    await expect
      .poll(async () => (await log.bounds(places)).map(({ stable }) => stable), WITHIN)
      .toEqual(all.map(() => 3))
    const positions = places.map((place) => ({ ...place, offset: 0 }))
    const fetched = await log.fetch(positions, { maxRecords: 10, waitMs: 0 })
    expect(fetched.map((each) => rowsOf(each).map(({ value }) => value))).toEqual(
      all.map((at) => [`p${at} 0`, `p${at} 1`]),
    )
    await log.close()
  })

  step('starts traffic', start)

  step('loses a leader at once, and takes it back', async () => {
    const victim = (await leadersOf(topic)).find((leader) => leader !== CONTROLLER) ?? 0
    await cluster.node(victim).kill()
    await expect.poll(() => leadersOf(topic), WITHIN).not.toContain(victim)
    await traffic.goesOn(COMMITS)
    await cluster.node(victim).restart()
    await recovers()
  })

  step('moves leaders back to the preferred', async () => {
    const before = await leadersOf(topic)
    await electPreferred()
    await expect.poll(() => leadersOf(topic), WITHIN).not.toEqual(before)
    await recovers()
  })

  step('waits out a leader that is paused', async () => {
    const victim = (await leadersOf(topic)).find((leader) => leader !== CONTROLLER) ?? 0
    cluster.node(victim).pause()
    await expect.poll(() => leadersOf(topic), WITHIN).not.toContain(victim)
    await traffic.goesOn(COMMITS)
    cluster.node(victim).resume()
    await recovers()
  })

  step('kills the coordinator of transactions', async () => {
    await electPreferred()
    const victim = await coordinatorOf('transaction', producer)
    await cluster.node(victim).kill()
    await traffic.goesOn(COMMITS)
    await cluster.node(victim).restart()
    await recovers()
  })

  step('kills the coordinator of the group', async () => {
    await electPreferred()
    const victim = await coordinatorOf('group', group)
    await cluster.node(victim).kill()
    await traffic.goesOn(COMMITS)
    await expect.poll(() => coordinatorOf('group', group), WITHIN).not.toBe(victim)
    await traffic.isShared()
    await cluster.node(victim).restart()
    await recovers()
  })

  step('restarts one after another', async () => {
    for (const id of cluster.ids) {
      await cluster.node(id).restart()
      await recovers()
    }
  })

  step('stands still while two of three are down, and goes on', async () => {
    await Promise.all([2, 3].map((id) => cluster.node(id).kill()))
    await traffic.fails()
    await Promise.all([2, 3].map((id) => cluster.node(id).restart()))
    await recovers()
  })

  step('fits', async () => {
    expect(await traffic.end()).toEqual([])
  })
})
