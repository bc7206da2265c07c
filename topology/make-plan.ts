// A checked graph becomes a plan: plain data that a runtime executes. Nothing in it depends on
// places or on the order of things in the file.
import type { ParameterValue } from './expression/expression.ts'
import type { Fates } from './declaration.ts'
import type { Edge, Graph } from './graph.ts'
import type { TypedGraph, TypedStep } from './infer-types.ts'
import { placed } from './join-inputs.ts'
import { fullHash, shapeHash } from './plan-hashes.ts'
import type {
  Plan,
  PlannedChannel,
  PlannedInput,
  PlannedSink,
  PlannedSource,
  PlannedStep,
  PlannedTopic,
  SubTopology,
} from './plan.ts'
import type { TypedSink } from './read-sinks.ts'
import type { StreamType } from './signature.ts'
import { stateHashes } from './state-identity.ts'
import type { Cut, CutEdge } from './sub-topologies.ts'
import type { TopicType } from './topic-types.ts'

export interface PlanParts {
  readonly typed: TypedGraph
  readonly cut: Cut
  readonly sinks: readonly TypedSink[]
  readonly parameters: ReadonlyMap<string, ParameterValue>
  readonly fates: Fates
  /** Texts of the calendars' files by name. */
  readonly calendars: ReadonlyMap<string, string>
}

export function makePlan(parts: PlanParts): Plan {
  const { typed, cut, sinks, parameters, fates } = parts
  const { graph } = typed
  const ranks = rankStreams(typed, cut)
  const topics = new Map(
    [...typed.topics.byName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, topic]) => [name, planTopic(topic, graph, ranks)]),
  )
  const states = stateHashes(typed)
  const steps = [...typed.steps.values()].map((step) => planStep(step, parts, states))
  const plan = {
    topology: graph.declaration.name.value,
    topics,
    sources: planSources(graph),
    sinks: planSinks(sinks, fates),
    steps,
    subTopologies: planSubTopologies(typed, cut, ranks),
    fates,
    parameters,
  }
  const shape = shapeHash(plan)
  return { ...plan, shapeHash: shape, fullHash: fullHash(plan, shape, parts) }
}

/** Merge order: topics with a rank, by it; other topics by name; streams between tasks by id. */
function rankStreams({ topics }: TypedGraph, { edges }: Cut): ReadonlyMap<string, number> {
  const rankOf = (name: string): number =>
    topics.byName.get(name)?.declaration.rank?.value ?? Number.POSITIVE_INFINITY
  const byName = [...topics.byName.keys()].sort()
  const ranked = byName.filter((name) => rankOf(name) < Number.POSITIVE_INFINITY)
  // Sorting is stable: equal ranks stay in the order of their names.
  ranked.sort((a, b) => rankOf(a) - rankOf(b))
  const unranked = byName.filter((name) => rankOf(name) === Number.POSITIVE_INFINITY)
  const between = new Set<string>()
  for (const all of edges.values()) {
    for (const { stream, via } of all) {
      if (via === 'repartition' || via === 'broadcast') between.add(stream)
    }
  }
  const order = [...ranked, ...unranked, ...[...between].sort()]
  return new Map(order.map((stream, rank) => [stream, rank]))
}

function rankIn(ranks: ReadonlyMap<string, number>, stream: string): number {
  const rank = ranks.get(stream)
  if (rank === undefined) throw new Error(`stream ${stream} has no rank`)
  return rank
}

function planTopic(
  { declaration, schema, record, key }: TopicType,
  { writers }: Graph,
  ranks: ReadonlyMap<string, number>,
): PlannedTopic {
  const name = declaration.name.value
  return {
    name,
    topic: declaration.topic.value,
    schema,
    record,
    key: key.map((field) => field.name),
    time: declaration.time?.value,
    available: declaration.available?.value,
    delay: declaration.delay?.value ?? 0,
    lateness: declaration.lateness.value,
    rank: rankIn(ranks, name),
    partitions: declaration.partitions.value,
    table: declaration.table?.value,
    copies: declaration.copies?.value,
    unit: declaration.unit?.value,
    idle: declaration.idle?.value,
    retention: declaration.retention?.value,
    isInput: !writers.has(name),
  }
}

function planSources({ declaration }: Graph): readonly PlannedSource[] {
  const sources = declaration.sources.map(({ name, connection, connector, to }) => {
    const topics = to.map(({ output, topic }) => [output.value, topic.value] as const)
    return {
      name: name.value,
      connection: connection.value,
      connector: connector?.value,
      topics: new Map(topics.sort(([a], [b]) => (a < b ? -1 : 1))),
    }
  })
  return sources.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function planSinks(sinks: readonly TypedSink[], fates: Fates): readonly PlannedSink[] {
  const planned = sinks.map(({ declaration, config, connection }): PlannedSink => {
    const { name, kind, from, bad, away } = declaration
    return {
      name: name.value,
      kind: kind.value,
      connection,
      topic: from.value,
      config,
      bad: bad ?? fates.bad,
      away: away && { after: away.after.value, ends: away.ends.value },
    }
  })
  return planned.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function planStep(
  typed: TypedStep,
  { typed: { flows }, cut, fates }: PlanParts,
  states: ReadonlyMap<string, string>,
): PlannedStep {
  const { step, config, input, type, outputs } = typed
  const stateHash = states.get(step.id)
  if (stateHash === undefined) throw new Error(`step ${step.id} has no state hash`)
  const edges = cut.edges.get(step.id) ?? []
  const inputs = edges.map(({ edge, stream, via }): PlannedInput => {
    const flow = flows.get(stream)
    if (!flow) throw new Error(`stream ${stream} has no type`)
    const { name, role, feedback } = edge
    return { name, role, stream, via, feedback, type: seenBy(edge, flow.type) }
  })
  return {
    id: step.id,
    operator: step.declaration.operator.value,
    config,
    inputs: inputs.sort(byRoleAndName),
    input,
    type,
    outputs,
    fates: { ...fates, ...step.declaration.fates },
    stateHash,
  }
}

/** What drives a step is read part by part. */
function seenBy({ role }: Edge, type: StreamType): StreamType {
  return role === 'looked-up' ? type : placed(type)
}

function byRoleAndName(a: PlannedInput, b: PlannedInput): number {
  const text = ({ role, name, stream }: PlannedInput): string => `${role} ${name} ${stream}`
  return text(a) < text(b) ? -1 : 1
}

function planSubTopologies(
  typed: TypedGraph,
  cut: Cut,
  ranks: ReadonlyMap<string, number>,
): readonly SubTopology[] {
  const partitions = countPartitions(typed, cut)
  const inOrder = cut.groups.map((steps, id) => {
    const channels = new Map<string, PlannedChannel>()
    const own = partitions.ofGroup[id] ?? 1
    for (const { step } of steps) {
      for (const edge of cut.edges.get(step.id) ?? []) {
        if (edge.via === 'local') continue
        channels.set(edge.stream, {
          stream: edge.stream,
          via: edge.via,
          rank: rankIn(ranks, edge.stream),
          partitions: edge.everyTask ? partitions.ofStream(edge) : own,
          everyTask: edge.everyTask,
        })
      }
    }
    const merged = [...channels.values()].sort((a, b) => a.rank - b.rank)
    return { id, partitions: own, steps: steps.map(({ step }) => step.id), channels: merged }
  })
  return inOrder
}

/**
 * Partitions of groups and of streams that every task reads. A task's count is that of the topics
 * that it reads part by part. One that reads repartitioned streams only has 1 if their key is
 * `all`, else as many as the largest of those that write them. Families have one count.
 */
function countPartitions({ topics, steps, flows }: TypedGraph, { groups, edges, familyOf }: Cut) {
  const declared = (stream: string): number =>
    topics.byName.get(stream)?.declaration.partitions.value ?? 1
  const ofFamily = new Map<string, number>()
  for (const [id, all] of edges) {
    for (const { via, everyTask, stream } of all) {
      if (via === 'topic' && !everyTask) ofFamily.set(familyOf.get(id) ?? id, declared(stream))
    }
  }
  const ofStep = (id: string): number => ofFamily.get(familyOf.get(id) ?? id) ?? 1
  const ofGroup = groups.map((members) => {
    const [first] = members
    const family = familyOf.get(first?.step.id ?? '') ?? ''
    const known = ofFamily.get(family)
    if (known !== undefined) return known
    const incoming = members.flatMap(({ step }) =>
      (edges.get(step.id) ?? []).filter((edge) => edge.via === 'repartition'),
    )
    const isGlobal = incoming.some(({ stream }) => flows.get(stream)?.placedBy.length === 0)
    const writers = incoming.flatMap((edge) => edge.writers.filter((id) => steps.has(id)))
    const count = isGlobal ? 1 : Math.max(1, ...writers.map(ofStep))
    ofFamily.set(family, count)
    return count
  })
  const ofStream = ({ via, stream, writers }: CutEdge): number =>
    via === 'topic' ? declared(stream) : Math.max(1, ...writers.map(ofStep))
  return { ofGroup, ofStream }
}
