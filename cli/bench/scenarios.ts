// The scenarios of `millrace bench`: what each measures, the file of bench/ that does, and which
// options it heeds.
import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BenchOption } from './request.ts'

export interface Scenario {
  /** Left out: a script, which says at its head what it claims. */
  readonly summary?: string
  /** Below bench/; those of `scenarios/` are sent a request, others are scripts of their own. */
  readonly file: string
  readonly takes: readonly BenchOption[]
}

const WORKLOAD: readonly BenchOption[] = [
  'records',
  'repeats',
  'workers',
  'commitMs',
  'symbols',
  'partitions',
]
const PACED: readonly BenchOption[] = ['rate', 'seconds', 'commitMs', 'partitions']

const MEASURED: Readonly<Record<string, Scenario>> = {
  t0: { summary: 'ticks to quotes, no state', file: workloads(), takes: WORKLOAD },
  t1: { summary: 'indicators of every tick, state each time', file: workloads(), takes: WORKLOAD },
  t2: { summary: 'ticks to bars to signals', file: workloads(), takes: WORKLOAD },
  latency: {
    summary: 'from due to read as committed, by commit interval',
    file: 'scenarios/latency.ts',
    takes: PACED,
  },
  ramp: {
    summary: 'rates that rise until it falls behind',
    file: 'scenarios/ramp.ts',
    takes: PACED,
  },
  operators: {
    summary: 'nanoseconds of one more step',
    file: 'scenarios/operators.ts',
    takes: ['records', 'repeats'],
  },
}

/** Where the word is a file: a topology of the user's. */
export const OWN_TOPOLOGY: Scenario = {
  summary: 'a topology of your own',
  file: 'scenarios/topology.ts',
  takes: [
    ...(['records', 'repeats', 'workers', 'commitMs', 'symbols'] as const),
    ...(['rate', 'seconds', 'input', 'set'] as const),
  ],
}

export const FOLDER = fileURLToPath(new URL('../../bench/', import.meta.url))

/** By name; a published package has none. */
export function scenarios(): ReadonlyMap<string, Scenario> {
  if (!statSync(FOLDER, { throwIfNoEntry: false })?.isDirectory()) return new Map()
  const scripts = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((file): [string, Scenario] => [file.slice(0, -'.ts'.length), script(file)])
  return new Map([...Object.entries(MEASURED), ...scripts])
}

function workloads(): string {
  return 'scenarios/throughput.ts'
}

function script(file: string): Scenario {
  return { file, takes: [] }
}
