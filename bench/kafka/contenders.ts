// Who takes part: this engine with one and two workers, Kafka Streams with one and two threads, the
// bare loop. All exactly once, all reading one topic of ticks and writing topics of their own.
import { fileURLToPath } from 'node:url'
import type { Workload } from '../workload/by-hand.ts'
import { writeTopology } from '../workload/topologies.ts'
import { type Child, startChild } from './children.ts'
import { startTool, type ToolArguments } from './java-tools.ts'
import type { Place } from './place.ts'

export interface Part {
  readonly workload: Workload
  /** Names the application, its group, and ends the names of its topics. */
  readonly name: string
  readonly input: string
  readonly commitMs: number
}

export interface Contender {
  readonly name: 'millrace' | 'kafka-streams' | 'bare-loop'
  /** Workers or threads. */
  readonly threads: number
  /** The topics to make before it starts; the others it makes itself. */
  readonly makes: (part: Part) => readonly string[]
  readonly start: (place: Place, part: Part) => Child
}

/** Ours may have another number of tasks than the peers' ticks have partitions. */
interface Millrace extends Contender {
  readonly start: (place: Place, part: Part, partitions?: number) => Child
}

const OUTPUTS: Readonly<Record<Workload, readonly string[]>> = {
  T0: ['quotes'],
  T1: ['indicators'],
  T2: ['bars', 'signals'],
}

export function outputsOf({ workload, name }: Part): readonly string[] {
  return OUTPUTS[workload].map((output) => `${output}-${name}`)
}

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const LOOP = fileURLToPath(new URL('../peers/bare-kafkajs/loop.mjs', import.meta.url))

/** `node` has options of Node's own, such as `--cpu-prof`. */
export function millrace(threads: number, node: readonly string[] = []): Millrace {
  return {
    name: 'millrace',
    threads,
    makes: () => [],
    start: (place, part, partitions) => {
      const log = ['--log', `kafka:${place.bootstrap}`, '--registry', place.registry]
      const pace = ['--commit-every', String(part.commitMs), '--workers', String(threads)]
      const file = writeTopology(place.folder, { ...part, ...(partitions && { partitions }) })
      return startChild(process.execPath, [...node, MAIN, 'run', file, ...log, ...pace])
    },
  }
}

export function kafkaStreams(threads: number): Contender {
  return {
    name: 'kafka-streams',
    threads,
    makes: outputsOf,
    start: ({ bootstrap, folder }, { workload, name, input, commitMs }) => {
      const own: ToolArguments = { bootstrap, workload, app: name, input, threads }
      const state = `${folder}/state-${name}`
      return startTool('Peer', { ...own, commit: commitMs, suffix: `-${name}`, state })
    },
  }
}

export function bareLoop(): Contender {
  return {
    name: 'bare-loop',
    threads: 1,
    makes: (part) => outputsOf(part).flatMap((output) => [output, `${output}-changelog`]),
    start: ({ bootstrap }, part) => {
      const [output = ''] = outputsOf(part)
      const { name, input, workload, commitMs } = part
      const given = [bootstrap, name, input, output, workload, String(commitMs)]
      return startChild(process.execPath, [LOOP, ...given])
    },
  }
}
