import { afterEach, beforeAll, expect, test } from 'vitest'
import { kafka } from '../../../docker/native/kafka.ts'
import { describeWith, sharedKafka } from '../../../test/servers/shared-servers.ts'
import { groupCases } from '../../contract/groups.ts'
import type { Assignment, Log, Membership } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { connectCluster, type Cluster, type Exchange } from '../client.ts'
import { pause } from '../clock.ts'
import { WireReader } from '../exchanges/wire-reader.ts'
import { WireWriter } from '../exchanges/wire-writer.ts'
import { joinKafkaGroup, type JoinGroupOptions } from './join-group.ts'
import type { KafkaMembership } from './membership.ts'

const SESSION_MS = 1500
const POLL_MS = 10
const ROUNDS = 1500

let address: string
let names = 0
const named = (word: string): string => `group-test-${word}-${process.pid}-${(names += 1)}`
const open: KafkaMembership[] = []

const connect = (purpose = 'group'): Promise<Cluster> =>
  connectCluster({ brokers: [address] }, purpose)

async function join(
  group: string,
  options: Partial<JoinGroupOptions> = {},
): Promise<KafkaMembership> {
  const about = { connect, group, slots: 6, sessionTimeoutMs: SESSION_MS }
  const member = await joinKafkaGroup({ ...about, ...options })
  open.push(member)
  return member
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    if (await isSo()) return
    await pause(POLL_MS)
  }
  throw new Error('it did not come to that')
}

/** Waits until the members agree on a generation, with so many slots each. */
async function settled(
  members: readonly Membership[],
  sizes: readonly number[],
): Promise<readonly Assignment[]> {
  let found: readonly Assignment[] = []
  await until(async () => {
    found = await Promise.all(members.map((member) => member.poll()))
    const isAgreed = found.every(({ generation }) => generation === found[0]?.generation)
    return isAgreed && found.every(({ slots }, index) => slots.length === sizes[index])
  })
  const all = found.flatMap(({ slots }) => slots)
  expect(new Set(all).size).toBe(all.length)
  return found
}

/** The code of what a poll fails with. */
async function faultOf(member: Membership): Promise<string | undefined> {
  try {
    await member.poll()
    return undefined
  } catch (error) {
    if (error instanceof EngineError) return error.code
    throw error
  }
}

/** A cluster that can be cut off, as by a crash, or held up, as by a stopped process. */
function unsteady() {
  let clusters: Cluster[] = []
  let gate = Promise.resolve()
  let release = (): void => undefined
  return {
    async connect(): Promise<Cluster> {
      const cluster = await connect()
      clusters.push(cluster)
      return {
        ...cluster,
        async send(node, exchange) {
          await gate
          return cluster.send(node, exchange)
        },
      }
    },
    async cut(): Promise<void> {
      await Promise.all(clusters.map((cluster) => cluster.close()))
      clusters = []
    },
    stop: () => void (gate = new Promise((resolve) => void (release = resolve))),
    goOn: () => release(),
  }
}

function useBroker(): void {
  beforeAll(async () => {
    address = await sharedKafka()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((member) => member.leave()))
  })
}

describeWith([kafka], 'the contract of groups on a real broker', () => {
  useBroker()
  test.each(Object.entries(groupCases))('%s', async (_, act) => {
    const log = { join: (group: string, slots: number) => join(group, { slots }) }
    const connected = () => Promise.resolve(log as unknown as Log)
    await act({ connect: connected, named, pause: () => pause(POLL_MS) })
  })
})

describeWith([kafka], 'members of a group that fail', () => {
  useBroker()

  test('hand over what a member had whose connections broke, when its session ends', async () => {
    const group = named('killed')
    const line = unsteady()
    const victim = await join(group, { connect: () => line.connect() })
    const others = [await join(group), await join(group)]
    const before = await settled([victim, ...others], [2, 2, 2])
    await line.cut()
    const after = await settled(others, [3, 3])
    for (const [index, { slots }] of after.entries()) {
      expect(slots).toEqual(expect.arrayContaining([...(before[index + 1]?.slots ?? [NaN])]))
    }
  })

  test('take back a member that was stopped for longer than its session', async () => {
    const group = named('stopped')
    const line = unsteady()
    const sleeper = await join(group, { connect: () => line.connect() })
    const other = await join(group)
    const [before] = await settled([sleeper, other], [3, 3])
    line.stop()
    await settled([other], [6])
    expect(await sleeper.poll(), 'which nobody has told it').toEqual(before)
    line.goOn()
    const [after] = await settled([sleeper, other], [3, 3])
    expect(after?.generation).toBeGreaterThan(before?.generation ?? Infinity)
  })

  test('leave at once while a join waits for a member that has crashed', async () => {
    const group = named('leaving')
    const line = unsteady()
    const options = { sessionTimeoutMs: 60_000 }
    const crashed = await join(group, { ...options, connect: () => line.connect() })
    await settled([crashed], [6])
    await line.cut()
    const second = await join(group, options)
    const cluster = await connect()
    await until(async () => (await describeGroup(cluster, group)).members.length === 2)
    await second.leave()
    expect((await describeGroup(cluster, group)).members).toHaveLength(1)
    await cluster.close()
  })
})

describeWith([kafka], 'members of a group', () => {
  useBroker()

  test('refuse a member that runs another shape, and tell each other where they are', async () => {
    const group = named('shape')
    const about = { shape: 'one', endpoint: 'http://127.0.0.1:8080' }
    const member = await join(group, { about })
    await settled([member], [6])
    const other = await join(group, { about: { shape: 'two' } })
    await until(async () => (await faultOf(other)) === 'group-differs')
    const third = await join(group, { about: { shape: 'one' } })
    const [own] = await settled([member, third], [3, 3])
    expect(own?.endpoints).toEqual(
      Array.from({ length: 6 }, (_, slot) =>
        own?.slots.includes(slot) ? about.endpoint : undefined,
      ),
    )
  })

  test('are seen by Kafka tools, with how far they have read', async () => {
    const group = named('lag')
    const topic = '__consumer_offsets'
    const problems: string[] = []
    const onProblem = ({ message }: Error) => void problems.push(message)
    const member = await join(group, { connect: () => connect('seen'), onProblem })
    await settled([member], [6])
    const cluster = await connect()
    expect(await describeGroup(cluster, group)).toMatchObject({
      ...{ state: 'Stable', protocolType: 'consumer', protocol: 'millrace' },
      members: [{ clientId: 'millrace-seen', host: '/127.0.0.1' }],
    })
    for (const offset of [3, 4, 5]) {
      member.noteRead([
        { topic, partition: 1, offset },
        { topic, partition: 0, offset: 0 },
      ])
    }
    await until(async () => (await committed(cluster, group, topic, 1)) === 5)
    member.noteRead([{ topic, partition: 1, offset: 7 }])
    await member.leave()
    expect(await committed(cluster, group, topic, 1)).toBe(7)
    expect(await committed(cluster, group, topic, 0)).toBe(0)
    expect(problems).toEqual([])
    await cluster.close()
  })
})

async function ask<T>(cluster: Cluster, group: string, exchange: Exchange<T>): Promise<T> {
  return cluster.send(await cluster.coordinator('group', group), exchange)
}

/** OffsetFetch, version 5. */
function committed(cluster: Cluster, group: string, topic: string, partition: number) {
  return ask(cluster, group, {
    ...{ name: 'OffsetFetch', key: 9, version: 5 },
    encode: () => {
      const out = new WireWriter().string(group)
      return out
        .array([topic], (name) => out.string(name).array([partition], (id) => out.int32(id)))
        .take()
    },
    decode(body) {
      const from = new WireReader(body, 'OffsetFetch')
      from.int32()
      const offsets = from.array(() => {
        from.string()
        return from.array(() => {
          from.int32()
          const offset = from.int64()
          from.int32()
          from.string()
          from.int16()
          return offset
        })
      })
      return offsets.flat()[0]
    },
  })
}

/** DescribeGroups, version 1. */
function describeGroup(cluster: Cluster, group: string) {
  return ask(cluster, group, {
    ...{ name: 'DescribeGroups', key: 15, version: 1 },
    encode: () => {
      const out = new WireWriter()
      return out.array([group], (name) => out.string(name)).take()
    },
    decode(body) {
      const from = new WireReader(body, 'DescribeGroups')
      from.int32()
      const [found] = from.array(() => {
        from.int16()
        from.string()
        const [state, protocolType, protocol] = [from.string(), from.string(), from.string()]
        const members = from.array(() => {
          from.string()
          const [clientId, host] = [from.string(), from.string()]
          from.bytes()
          from.bytes()
          return { clientId, host }
        })
        return { state, protocolType, protocol, members }
      })
      if (found === undefined) throw new Error('no group in the answer')
      return found
    },
  })
}
