// Where a bench of the Kafka driver runs: a broker and a registry of its own, ticks on a topic, and
// a folder. All of it goes when the bench ends, in whatever way.
import { join, resolve } from 'node:path'
import type { Log } from '../../connectors/connector.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { kafka } from '../../docker/native/kafka.ts'
import { registry } from '../../docker/native/registry.ts'
import { down, status, up } from '../../docker/native/run.ts'
import type { Server } from '../../docker/native/server.ts'
import { freePorts } from '../../test/servers/free-ports.ts'
import { guardedFolder } from '../../test/servers/guarded-folder.ts'
import { tickSchema } from '../workload/topologies.ts'
import { buildPeers, runTool } from './java-tools.ts'

export interface Place {
  /** `127.0.0.1:PORT` */
  readonly bootstrap: string
  readonly registry: string
  readonly folder: string
  /** Holds the id of the broker's process. */
  readonly brokerPid: string
  readonly log: Log
  /** The schema of ticks. */
  readonly tick: unknown
  /** Makes a topic of four partitions and loads so many ticks of seed 42, unless it is there. */
  readonly load: (topic: string, records: number) => Promise<void>
  /** The id under which the registry has the schema of ticks, for the subject of that topic. */
  readonly tickId: (topic: string) => Promise<number>
  /** Deletes all topics whose names hold that. */
  readonly deleteTopics: (name: string) => Promise<void>
  readonly close: () => Promise<void>
}

const HEAP = '1g'

/** `kept`: a folder whose servers are used if they are up, and stay up when the bench ends. */
export async function openPlace(kept?: string): Promise<Place> {
  await buildPeers()
  const servers = kept === undefined ? guardedFolder() : resolve(kept)
  const folder = guardedFolder()
  const bootstrap = await addressOf(kafka, servers)
  const url = await addressOf(registry, servers)
  const log = await openKafkaLog({ connection: { brokers: [bootstrap] }, registry: { url } })
  const tickId = (topic: string): Promise<number> => registerTick(url, topic)
  return {
    bootstrap,
    registry: url,
    folder,
    brokerPid: join(servers, kafka.name, 'server.pid'),
    log,
    tick: tickSchema(),
    tickId,
    load: async (topic, records) => {
      if ((await log.topics()).has(topic)) return
      const id = await tickId(topic)
      await runTool('Loader', { bootstrap, topics: topic, records, 'id.Tick': id })
    },
    deleteTopics: async (name) => {
      for (const topic of (await log.topics()).keys()) {
        if (topic.includes(name)) await log.deleteTopic(topic)
      }
    },
    close: async () => {
      await log.close()
      if (kept !== undefined) return
      await Promise.all([down(kafka, servers), down(registry, servers)])
    },
  }
}

async function addressOf(server: Server, folder: string): Promise<string> {
  const found = await status(server, folder)
  if (found.state === 'up') return String(found.addresses[0])
  const heap = server === kafka ? { heap: HEAP } : {}
  const started = await up(server, folder, { ports: await freePorts(server), ...heap })
  return String(started.status.addresses[0])
}

async function registerTick(url: string, topic: string): Promise<number> {
  const schema = JSON.stringify(tickSchema())
  const answer = await fetch(`${url}/subjects/${topic}-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema }),
  })
  const { id } = (await answer.json()) as { readonly id?: number }
  if (id === undefined) throw new Error(`the registry refuses ticks: ${answer.status}`)
  return id
}
