// A cluster of three brokers with traffic on it, and what a test does to it and waits for.
import { until } from '../../docker/native/until.ts'
import { type StartedCluster, startCluster } from '../servers/start-cluster.ts'
import type { Log } from '../../connectors/connector.ts'
import {
  type Cluster,
  connectCluster,
  type CoordinatorKind,
} from '../../connectors/kafka/client.ts'
import type { Exchange } from '../../connectors/kafka/exchanges/exchange.ts'
import { WireWriter } from '../../connectors/kafka/exchanges/wire-writer.ts'
import { checkCode, KafkaFault } from '../../connectors/kafka/kafka-fault.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { startTraffic, type Traffic } from './traffic.ts'

export const PARTITIONS = 6
/** So many commits show that they go on. */
export const COMMITS = 10
export const WITHIN = { timeout: 60_000, interval: 100 }
const CONTROLLER = 1
const BROKERS = 3
const NAMES = 50
const ELECTED_WITHIN_MS = 10_000

export interface SeveralBrokers {
  readonly cluster: StartedCluster
  readonly openLog: () => Promise<Log>
  readonly createTopic: () => Promise<string>
  /** By partition. */
  readonly leadersOf: (topic: string) => Promise<readonly number[]>
  readonly coordinatorOf: (kind: CoordinatorKind, name: string) => Promise<number>
  /** One that leads some of the topic, and is not the only controller. */
  readonly someLeader: (topic: string) => Promise<number>
  /** Gives each partition back to the first of its replicas. */
  readonly electPreferred: () => Promise<void>
  readonly startTraffic: () => Promise<BusyTopic>
  readonly close: () => Promise<void>
}

export interface BusyTopic extends Traffic {
  readonly topic: string
  readonly producer: string
  readonly group: string
  /** Leaders, commits and members are as they were at first. */
  readonly recovers: () => Promise<void>
}

export async function startSeveralBrokers(): Promise<SeveralBrokers> {
  const cluster = await startCluster({ brokers: BROKERS })
  const control = await connectCluster({ brokers: cluster.bootstrap }, 'test')
  let names = 0
  const named = (word: string): string => `several-${word}-${(names += 1)}`
  const openLog = () =>
    openKafkaLog({ connection: { brokers: cluster.bootstrap }, sessionTimeoutMs: 6_000 })

  async function createTopic(): Promise<string> {
    const name = named('topic')
    const log = await openLog()
    await log.createTopics([{ name, partitions: PARTITIONS, keeps: 'all' }])
    await log.close()
    return name
  }

  const leadersOf = (topic: string) => findLeaders(cluster, topic)
  const coordinatorOf = (kind: CoordinatorKind, name: string) =>
    findCoordinator(control, kind, name)

  /** The controller must live for leaders to move. */
  async function awayFromController(kind: CoordinatorKind): Promise<string> {
    for (let tries = 0; tries < NAMES; tries += 1) {
      const name = named(kind)
      if ((await coordinatorOf(kind, name)) !== CONTROLLER) return name
    }
    throw new Error('the controller coordinates everything')
  }

  return {
    ...{ cluster, openLog, createTopic, leadersOf, coordinatorOf },
    async someLeader(topic) {
      const found = (await leadersOf(topic)).find((leader) => leader > CONTROLLER)
      if (found === undefined) throw new Error('the controller leads everything')
      return found
    },
    electPreferred: () => electPreferred(control),
    async startTraffic() {
      const topic = await createTopic()
      const producer = await awayFromController('transaction')
      const group = await awayFromController('group')
      const about = { topic, producer, group }
      const traffic = await startTraffic({ ...about, open: openLog, partitions: PARTITIONS })
      await traffic.isShared()
      await traffic.goesOn(COMMITS)
      const recovers = async (): Promise<void> => {
        await cluster.settled()
        await traffic.goesOn(COMMITS)
        await traffic.isShared()
      }
      return { ...traffic, ...about, recovers }
    },
    async close() {
      await control.close()
      await cluster.end()
    },
  }
}

async function findLeaders(cluster: StartedCluster, topic: string): Promise<readonly number[]> {
  const { partitions } = await cluster.view()
  return partitions.flatMap((each) => (each.topic === topic ? [each.leader] : []))
}

async function findCoordinator(
  control: Cluster,
  kind: CoordinatorKind,
  name: string,
): Promise<number> {
  let found = 0
  const look = async (): Promise<boolean> => {
    control.forgetCoordinator(kind, name)
    try {
      found = await control.coordinator(kind, name)
    } catch (error) {
      if (!(error instanceof KafkaFault && error.isRetryable)) throw error
    }
    return found > 0
  }
  if (await until(look, { withinMs: WITHIN.timeout })) return found
  throw new Error(`nobody coordinates ${kind} "${name}"`)
}

/** ElectLeaders, version 1: the preferred ones, of all partitions. */
async function electPreferred(control: Cluster): Promise<void> {
  const exchange: Exchange<number> = {
    ...{ name: 'ElectLeaders', key: 43, version: 1 },
    encode: () => new WireWriter().int8(0).int32(-1).int32(ELECTED_WITHIN_MS).take(),
    decode: (body) => body.readInt16BE(4),
  }
  await control.refresh()
  checkCode(await control.send(await control.controller(), exchange), 'ElectLeaders')
}
