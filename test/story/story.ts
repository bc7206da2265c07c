// One topology over one seeded history, on topics of a name that no other story has: what the tests
// that disturb workers on a real broker run and audit.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadTopology } from '../../cli/load-topology.ts'
import type { Append, Log } from '../../connectors/connector.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { type Layout, makeLayout } from '../../runtime/layout.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { appendsOf, drawHistory, type Slice } from '../kill/history.ts'

export interface Servers {
  /** The broker itself: `127.0.0.1:PORT`. */
  readonly bootstrap: string
  readonly registry: string
}

export interface StoryOptions {
  /** Of the topology, and before the names of its topics. */
  readonly name: string
  readonly seed: number
  /** Of the history, about 56 records each; 500 at most. */
  readonly slices: number
  readonly servers: Servers
  /** For the topology, and for what workers say. */
  readonly folder: string
}

export interface Story {
  readonly name: string
  readonly folder: string
  /** The topology. */
  readonly file: string
  /** Of the workers. */
  readonly environment: string
  readonly servers: Servers
  readonly layout: Layout
  readonly history: readonly Slice[]
  /** What is appended for each slice. */
  readonly slices: readonly (readonly Append[])[]
}

const template = fileURLToPath(new URL('./topology.yaml', import.meta.url))

/** What a test waits for comes soon; but a machine that is busy is no fault. */
const environment = (registry: string) => `registry: ${registry}
kafka:
  transaction_timeout: 6s
  session_timeout: 3s
  request_timeout: 2s
`

export function writeStory({ name, seed, slices, servers, folder }: StoryOptions): Story {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'topology.yaml')
  const settings = join(folder, 'environment.yaml')
  writeFileSync(file, readFileSync(template, 'utf8').replaceAll(/\bstory\b/g, name))
  writeFileSync(settings, environment(servers.registry))
  const { plan, diagnostics } = loadTopology(file)
  if (plan === undefined) throw new Error(renderDiagnostics(diagnostics))
  const history = drawHistory(seed).slice(0, slices)
  return {
    ...{ name, folder, file, environment: settings, servers, history },
    layout: makeLayout(plan),
    slices: appendsOf(plan, history),
  }
}

/** Past any proxy. */
export function openStoryLog({ bootstrap, registry }: Servers): Promise<Log> {
  return openKafkaLog({ connection: { brokers: [bootstrap] }, registry: { url: registry } })
}
