import { afterAll, beforeAll, expect, test } from 'vitest'
import { kafka } from '../../docker/native/kafka.ts'
import { describeWith } from '../servers/shared-servers.ts'
import {
  type BusyTopic,
  COMMITS,
  type SeveralBrokers,
  startSeveralBrokers,
  WITHIN,
} from './several-brokers.ts'

// One writer, one reader and two members are at it all the while; the last test looks at all that
// they did.
describeWith([kafka], 'a log while its brokers are disturbed', () => {
  let brokers: SeveralBrokers
  let traffic: BusyTopic
  beforeAll(async () => {
    brokers = await startSeveralBrokers()
    traffic = await brokers.startTraffic()
  })
  afterAll(() => brokers.close())

  const isLedWithout = (victim: number) =>
    expect.poll(() => brokers.leadersOf(traffic.topic), WITHIN).not.toContain(victim)

  async function killAndRestart(victim: number): Promise<void> {
    await brokers.cluster.node(victim).kill()
    await traffic.goesOn(COMMITS)
    await traffic.isShared()
    await brokers.cluster.node(victim).restart()
    await traffic.recovers()
  }

  test('goes on when a leader is killed, and when it is back', async () => {
    await killAndRestart(await brokers.someLeader(traffic.topic))
  })

  test('follows leaders that move while all are up', async () => {
    const before = await brokers.leadersOf(traffic.topic)
    await brokers.electPreferred()
    await expect.poll(() => brokers.leadersOf(traffic.topic), WITHIN).not.toEqual(before)
    await traffic.recovers()
  })

  test('goes on without a leader that stands still, and is not misled by it later', async () => {
    const { cluster, openLog, someLeader } = brokers
    const other = await openLog()
    // It remembers who led before.
    await other.bounds(traffic.positions())
    const victim = await someLeader(traffic.topic)
    cluster.node(victim).pause()
    await isLedWithout(victim)
    await traffic.goesOn(COMMITS)
    const known = traffic.positions()
    const asked = other.bounds(known)
    cluster.node(victim).resume()
    const behind = (await asked).filter(({ stable }, at) => stable < (known[at]?.offset ?? 0))
    expect(behind).toEqual([])
    await other.close()
    await traffic.recovers()
  })

  test('reads from a broker that was away when the log was opened', async () => {
    const { cluster, electPreferred, leadersOf, openLog, someLeader } = brokers
    await electPreferred()
    const victim = await someLeader(traffic.topic)
    await cluster.node(victim).kill()
    await isLedWithout(victim)
    const log = await openLog()
    const starts = traffic.positions().map((place) => ({ ...place, offset: 0 }))
    const readsAll = async () => {
      const fetched = await log.fetch(starts, { maxRecords: 1, waitMs: 0 })
      return fetched.every(({ batches }) => batches.length > 0)
    }
    await expect.poll(readsAll, WITHIN).toBe(true)
    await cluster.node(victim).restart()
    await traffic.recovers()
    await electPreferred()
    await expect.poll(() => leadersOf(traffic.topic), WITHIN).toContain(victim)
    await expect.poll(readsAll, WITHIN).toBe(true)
    await log.close()
  })

  test('goes on when the coordinator of its transactions is killed', async () => {
    await brokers.electPreferred()
    await killAndRestart(await brokers.coordinatorOf('transaction', traffic.producer))
  })

  test('goes on when the coordinator of its group is killed', async () => {
    await brokers.electPreferred()
    const victim = await brokers.coordinatorOf('group', traffic.group)
    await killAndRestart(victim)
  })

  test('goes on while all brokers are restarted in turn', async () => {
    for (const id of brokers.cluster.ids) {
      await brokers.cluster.node(id).restart()
      await traffic.recovers()
    }
  })

  test('fails, so that it may go on, while too few replicas are there', async () => {
    const victims = [2, 3].map((id) => brokers.cluster.node(id))
    await Promise.all(victims.map((each) => each.kill()))
    await traffic.fails()
    await Promise.all(victims.map((each) => each.restart()))
    await traffic.recovers()
  })

  test('has read all that was acknowledged, once and in order, and nothing else', async () => {
    expect(await traffic.end()).toEqual([])
  })
})
