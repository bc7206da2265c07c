// The graph of a topology: steps and what they read, by name. Operators and streams are looked up
// here; types are not known yet (infer-types.ts finds them along `order`).
import { operatorsKnown } from './check/operators-known.ts'
import { streamsKnown, topicsKnown } from './check/streams-known.ts'
import { takesFeedback } from './config.ts'
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
  /** Whether all that name it take feedback; `infer` is not told its type. */
  readonly mayFeedBack: boolean
  /** Whether it may, and closes a cycle: it then binds no order. */
  readonly feedback: boolean
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
  /**
   * Steps that must come before a step: those that it reads, directly or through a topic, and not
   * as feedback.
   */
  readonly upstream: (step: string) => readonly string[]
  /** Steps that reach each other although feedback does not count: a mistake. */
  readonly cycles: readonly (readonly string[])[]
  /** Steps that reach each other, feedback counted, where there is any among them. */
  readonly loops: readonly (readonly string[])[]
  /** Every step, in topological order, ties by id. Edges within a cycle do not count. */
  readonly order: readonly string[]
  /** Names of the operators that take feedback. */
  readonly feedbackOperators: readonly string[]
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
  const read = new Map(
    declaration.steps.map((step) => [step.id.value, readStep(step, names, catalogue, report)]),
  )
  const writers = findWriters(read)
  const circles = cyclesOf(read.keys(), upstreamIn(read, writers))
  const steps = markFeedback(read, circles)
  const upstream = upstreamIn(steps, writers)
  const cycles = cyclesOf(steps.keys(), upstream)
  const loops = circles.filter((circle) =>
    circle.some((id) => steps.get(id)?.edges.some(({ feedback }) => feedback)),
  )
  const order = orderSteps({ steps, upstream, cycles })
  const takers = [...catalogue.operators.values()].filter(({ config }) => takesFeedback(config))
  const feedbackOperators = takers.map(({ name }) => name).sort()
  return {
    ...{ declaration, names, steps, writers, upstream },
    ...{ cycles, loops, order, feedbackOperators },
  }
}

/**
 * An edge that may feed back does so where its two steps reach each other. One that reads a topic
 * does not: feedback stays in the task.
 */
function markFeedback(
  steps: ReadonlyMap<string, GraphStep>,
  circles: readonly (readonly string[])[],
): ReadonlyMap<string, GraphStep> {
  const circleOf = new Map(circles.flatMap((all) => all.map((id) => [id, all])))
  const closes = (id: string, { mayFeedBack, stream }: Edge): boolean => {
    const circle = circleOf.get(id)
    if (!mayFeedBack || !circle || stream?.kind !== 'output') return false
    return circleOf.get(stream.step) === circle
  }
  return new Map(
    [...steps].map(([id, step]) => {
      const edges = step.edges.map((edge) => ({ ...edge, feedback: closes(id, edge) }))
      return [id, { ...step, edges }]
    }),
  )
}

function readStep(
  declaration: StepDeclaration,
  names: StreamNames,
  catalogue: Catalogue,
  report: Report,
): GraphStep {
  const signature = operatorsKnown.check(report, declaration, catalogue.operators)
  const find = (spelt: Spelt<string>): StreamReference | undefined => {
    const found = streamsKnown.check(report, spelt, names)
    return found && unaliased(found, names, catalogue)
  }
  const edges: Edge[] = declaration.from.map(({ stream: spelt, alias = MAIN }) => ({
    name: alias,
    role: 'drives',
    stream: find(spelt),
    spelt,
    mayFeedBack: false,
    feedback: false,
  }))
  const named = new Map<string, Edge>()
  const inConfig = signature ? findStreams(signature.config, declaration.config) : []
  for (const { spelt, mayFeedBack } of inConfig) {
    const stream = find(spelt)
    const name = stream?.id ?? spelt.value
    const known = named.get(name)
    const edge = known ?? { name, role: 'looked-up', stream, spelt, mayFeedBack, feedback: false }
    named.set(name, { ...edge, mayFeedBack: edge.mayFeedBack && mayFeedBack })
  }
  edges.push(...named.values())
  const written = declaration.to.filter(({ topic }) =>
    topicsKnown.check(report, topic, names, 'writer'),
  )
  const writes = written.map(({ output, topic }) =>
    output.value === signature?.main
      ? { output: { ...output, value: MAIN }, topic }
      : { output, topic },
  )
  return { id: declaration.id.value, declaration, signature, edges, writes }
}

/** `filled.orders` as `filled`, where the operator calls its main output so. */
function unaliased(
  stream: StreamReference,
  { steps }: StreamNames,
  { operators }: Catalogue,
): StreamReference {
  if (stream.kind !== 'output' || stream.output === MAIN) return stream
  const operator = steps.get(stream.step)?.operator.value
  if (operator === undefined || operators.get(operator)?.main !== stream.output) return stream
  return { ...stream, id: stream.step, output: MAIN }
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

function upstreamIn(
  steps: ReadonlyMap<string, GraphStep>,
  writers: ReadonlyMap<string, readonly Writer[]>,
): Graph['upstream'] {
  const upstreams = new Map([...steps].map(([id, step]) => [id, upstreamOf(step, writers)]))
  return (step) => upstreams.get(step) ?? []
}

function upstreamOf(
  { edges }: GraphStep,
  writers: ReadonlyMap<string, readonly Writer[]>,
): readonly string[] {
  const found = new Set<string>()
  for (const { stream, feedback } of edges) {
    if (feedback) continue
    if (stream?.kind === 'output') found.add(stream.step)
    if (stream?.kind !== 'topic') continue
    for (const { step } of writers.get(stream.id) ?? []) found.add(step)
  }
  return [...found]
}
