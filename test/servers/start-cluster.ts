// A real Kafka cluster of several nodes for one test: the first is controller and broker, the
// others are brokers. Every topic has a replica on each, and one may be away. Each node can be
// killed, paused and restarted by itself; all go with the test's process.
import { kafka } from '../../docker/native/kafka.ts'
import { isGone } from '../../docker/native/process.ts'
import { portOf } from '../../docker/native/server.ts'
import { until } from '../../docker/native/until.ts'
import { type ClusterView, viewFrom } from './cluster-view.ts'
import { freePorts } from './free-ports.ts'
import { startKafka, type StartedKafka } from './start-server.ts'

export interface StartedCluster {
  /** `127.0.0.1:PORT` of each node. */
  readonly bootstrap: readonly string[]
  /** Ids, from 1 on; node 1 is the only controller. */
  readonly ids: readonly number[]
  readonly node: (id: number) => StartedKafka
  /** As one of the nodes that answer sees it. */
  readonly view: () => Promise<ClusterView>
  /**
   * Waits until all nodes that run see each other, and each partition has a leader and is in sync
   * on all that run.
   */
  readonly settled: () => Promise<void>
  /** Ends all of it at once: without their controller, brokers that are asked to end take long. */
  readonly end: () => Promise<void>
}

/** On a loaded machine a start takes long, and a broker that died is missed after seconds only. */
const SETTLED_WITHIN_MS = 60_000
const CONTROLLER = 1
const HEAP = '256m'

type Ports = ReadonlyMap<string, number>

export async function startCluster(options: {
  readonly brokers: number
  readonly settings?: Readonly<Record<string, string>>
}): Promise<StartedCluster> {
  const ids = Array.from({ length: options.brokers }, (_, index) => index + 1)
  const ports = await Promise.all(ids.map(() => freePorts(kafka)))
  const [first = new Map<string, number>()] = ports
  const quorum = `${CONTROLLER}@127.0.0.1:${portOf({ ports: first }, 'kafka-controller')}`
  const started = await Promise.all(
    ports.map((own, index) => {
      const settings = { ...settingsOf(index + 1, own, quorum, ids.length), ...options.settings }
      return startKafka({ heap: HEAP, ports: own, settings })
    }),
  )
  const node = (id: number): StartedKafka => {
    const found = started[id - 1]
    if (found === undefined) throw new Error(`the cluster has no node ${id}`)
    return found
  }
  const cluster = watch(ids, node)
  await cluster.settled()
  return { bootstrap: started.map(({ bootstrap }) => bootstrap), ids, node, ...cluster }
}

function settingsOf(
  id: number,
  ports: Ports,
  quorum: string,
  nodes: number,
): Readonly<Record<string, string>> {
  const replicas = String(nodes)
  const inSync = String(nodes - 1)
  const broker = {
    'process.roles': 'broker',
    listeners: `PLAINTEXT://127.0.0.1:${portOf({ ports }, 'kafka')}`,
  }
  return {
    'node.id': String(id),
    'controller.quorum.voters': quorum,
    ...(id === CONTROLLER ? {} : broker),
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    // Several share two cores.
    'num.network.threads': '2',
    'num.io.threads': '3',
  }
}

function watch(
  ids: readonly number[],
  node: (id: number) => StartedKafka,
): Pick<StartedCluster, 'view' | 'settled' | 'end'> {
  const viewOf = (id: number) => viewFrom(portOf(node(id), 'kafka'))
  const runs = (id: number): boolean => {
    try {
      return !isGone(node(id).pid())
    } catch {
      return false // it was killed, and its pid file cleared away
    }
  }

  async function isSettled(): Promise<boolean> {
    const running = ids.filter(runs)
    const views = await Promise.all(running.map(viewOf))
    return views.every((view) => view !== undefined && isWhole(view, running))
  }

  return {
    async view() {
      for (const id of ids.filter(runs)) {
        const found = await viewOf(id)
        if (found !== undefined) return found
      }
      throw new Error('no node of the cluster answers')
    },
    async settled() {
      if (await until(isSettled, { withinMs: SETTLED_WITHIN_MS })) return
      throw new Error(`the cluster is not settled within ${SETTLED_WITHIN_MS / 1000} s`)
    },
    async end() {
      await Promise.all(ids.filter(runs).map((id) => node(id).kill()))
    },
  }
}

function isWhole({ brokers, partitions }: ClusterView, running: readonly number[]): boolean {
  return (
    running.every((id) => brokers.includes(id)) &&
    partitions.every(
      ({ leader, inSync }) => leader >= 0 && running.every((id) => inSync.includes(id)),
    )
  )
}
