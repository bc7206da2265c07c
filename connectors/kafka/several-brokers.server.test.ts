import { afterAll, beforeAll, expect, test } from 'vitest'
import { kafka } from '../../docker/native/kafka.ts'
import { describeWith } from '../../test/servers/shared-servers.ts'
import { append, rowsOf, series } from '../contract/row.ts'
import {
  COMMITS,
  PARTITIONS,
  type SeveralBrokers,
  startSeveralBrokers,
  WITHIN,
} from '../../test/several-brokers/several-brokers.ts'

const all = Array.from({ length: PARTITIONS }, (_, at) => at)

describeWith([kafka], 'a log on three brokers', () => {
  let brokers: SeveralBrokers
  beforeAll(async () => {
    brokers = await startSeveralBrokers()
  })
  afterAll(() => brokers.close())

  test('spreads its partitions, and writes to and reads from all leaders at once', async () => {
    const { cluster, leadersOf, createTopic, openLog } = brokers
    const topic = await createTopic()
    expect(new Set(await leadersOf(topic))).toEqual(new Set(cluster.ids))
    const { partitions } = await cluster.view()
    expect(partitions.filter(({ replicas }) => replicas.length !== cluster.ids.length)).toEqual([])
    const log = await openLog()
    const own = await log.producer('spread')
    const appends = all.map((at) => append(topic, at, series(`p${at}`, 2)))
    expect(await own.transact({ appends, puts: [] })).toEqual(all.map(() => 2))
    const places = all.map((partition) => ({ topic, partition }))
    const ends = async () => (await log.bounds(places)).map(({ stable }) => stable)
    await expect.poll(ends, WITHIN).toEqual(all.map(() => 3))
    const positions = places.map((place) => ({ ...place, offset: 0 }))
    const fetched = await log.fetch(positions, { maxRecords: 10, waitMs: 0 })
    expect(fetched.map((each) => rowsOf(each).map(({ value }) => value))).toEqual(
      all.map((at) => [`p${at} 0`, `p${at} 1`]),
    )
    await log.close()
  })

  test('goes on while a leader is killed, and loses and repeats nothing', async () => {
    const { cluster, leadersOf, someLeader, startTraffic } = brokers
    const traffic = await startTraffic()
    const victim = await someLeader(traffic.topic)
    await cluster.node(victim).kill()
    await expect.poll(() => leadersOf(traffic.topic), WITHIN).not.toContain(victim)
    await traffic.goesOn(COMMITS)
    await traffic.isShared()
    expect(await traffic.end()).toEqual([])
  })
})
