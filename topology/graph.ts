// The graph of a topology: steps and what they read, by name. Operators and streams are looked up
// here; types are not known yet (infer-types.ts finds them along `order`).
import { operatorsKnown } from './check/operators-known.ts'
import { streamsKnown, topicsKnown } from './check/streams-known.ts'
import { cyclesOf } from './cycles.ts'
import type { Spelt, StepDeclaration, TopologyDeclaration } from './declaration.ts'
import type { Report } from './diagnostic.ts'
import { findStreams } from './read-config.ts'
import type { Catalogue, Signature } from './signature.ts'
import { orderSteps } from './step-order.ts'
import { MAIN } from './streams.ts'
import type { StreamNames, StreamReference } from './streams.ts'

/** Something that a step reads. */
export interface Edge {
  /** `main`, an alias of `from`, or the stream's id for one that the config names. */
  readonly name: string
  readonly role: 'drives' | 'looked-up'
  /** Undefined when the name is not known, which has been reported. */
  readonly stream: StreamReference | undefined
  readonly spelt: Spelt<string>
}

export interface GraphStep {
  readonly id: string
  readonly declaration: StepDeclaration
  /** Undefined when the operator is not known, which has been reported. */
  readonly signature: Signature | undefined
  readonly edges: readonly Edge[]
  /** Outputs and the topics they are written to, those that exist. */
  readonly writes: StepDeclaration['to']
}

export interface Writer {
  readonly step: string
  readonly output: Spelt<string>
  readonly topic: Spelt<string>
}

export interface Graph {
  readonly declaration: TopologyDeclaration
  readonly names: StreamNames
  readonly steps: ReadonlyMap<string, GraphStep>
  /** Steps that write a topic, in the order of the file. */
  readonly writers: ReadonlyMap<string, readonly Writer[]>
  /** Steps that must come before a step: those that it reads, directly or through a topic. */
  readonly upstream: (step: string) => readonly string[]
  /** Steps that reach each other. */
  readonly cycles: readonly (readonly string[])[]
  /** Every step, in topological order, ties by id. Edges within a cycle do not count. */
  readonly order: readonly string[]
}

export function buildGraph(
  declaration: TopologyDeclaration,
  catalogue: Catalogue,
  report: Report,
): Graph {
  const names: StreamNames = {
    topics: new Map(declaration.topics.map((topic) => [topic.name.value, topic])),
    steps: new Map(declaration.steps.map((step) => [step.id.value, step])),
    unread: declaration.unread.streams,
  }
  const steps = new Map(
    declaration.steps.map((step) => [step.id.value, readStep(step, names, catalogue, report)]),
  )
  const writers = findWriters(steps)
  const upstreams = new Map([...steps].map(([id, step]) => [id, upstreamOf(step, writers)]))
  const upstream = (step: string): readonly string[] => upstreams.get(step) ?? []
  const cycles = cyclesOf(steps.keys(), upstream)
  const order = orderSteps({ steps, upstream, cycles })
  return { declaration, names, steps, writers, upstream, cycles, order }
}

function readStep(
  declaration: StepDeclaration,
  names: StreamNames,
  catalogue: Catalogue,
  report: Report,
): GraphStep {
  const signature = operatorsKnown.check(report, declaration, catalogue.operators)
  const edges: Edge[] = declaration.from.map(({ stream: spelt, alias = MAIN }) => ({
    name: alias,
    role: 'drives',
    stream: streamsKnown.check(report, spelt, names),
    spelt,
  }))
  const named = new Set<string>()
  const inConfig = signature ? findStreams(signature.config, declaration.config) : []
  for (const spelt of inConfig) {
    const stream = streamsKnown.check(report, spelt, names)
    const name = stream?.id ?? spelt.value
    if (named.has(name)) continue
    named.add(name)
    edges.push({ name, role: 'looked-up', stream, spelt })
  }
  const writes = declaration.to.filter(({ topic }) =>
    topicsKnown.check(report, topic, names, 'writer'),
  )
  return { id: declaration.id.value, declaration, signature, edges, writes }
}

function findWriters(steps: ReadonlyMap<string, GraphStep>): ReadonlyMap<string, Writer[]> {
  const writers = new Map<string, Writer[]>()
  for (const [step, { writes }] of steps) {
    for (const { output, topic } of writes) {
      const known = writers.get(topic.value) ?? []
      known.push({ step, output, topic })
      writers.set(topic.value, known)
    }
  }
  return writers
}

function upstreamOf(
  { edges }: GraphStep,
  writers: ReadonlyMap<string, readonly Writer[]>,
): readonly string[] {
  const found = new Set<string>()
  for (const { stream } of edges) {
    if (stream?.kind === 'output') found.add(stream.step)
    if (stream?.kind !== 'topic') continue
    for (const { step } of writers.get(stream.id) ?? []) found.add(step)
  }
  return [...found]
}
