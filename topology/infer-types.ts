// Types flow along the graph in topological order: from topics through each step's config and
// operator to its outputs. A step with a mistake is left out of the plan, but what its outputs
// would be is guessed for those after it; what cannot be guessed is unknown, and agrees with
// everything.
import { driversPlaced, keysAgree } from './check/keys-agree.ts'
import { outputsKnown } from './check/streams-known.ts'
import type { ConfigContext, Owner } from './config-reading.ts'
import type { Spelt } from './declaration.ts'
import type { Report } from './diagnostic.ts'
import { reporter } from './diagnostic.ts'
import type { ParameterValue, Scope } from './expression/expression.ts'
import { pureFunctions } from './expression/functions/index.ts'
import { requireUniqueFields, withUniqueFields } from './inferred-record.ts'
import { joinInputs, keyFields } from './join-inputs.ts'
import type { Flow } from './join-inputs.ts'
import type { Edge, Graph, GraphStep } from './graph.ts'
import { isRead, readOutputs } from './read-outputs.ts'
import type { ReadOutput } from './read-outputs.ts'
import { readConfig, spanOf } from './read-config.ts'
import type { Catalogue, Inference, Signature, StepType, StreamType } from './signature.ts'
import { streamId } from './streams.ts'
import type { PlannedOutput } from './plan.ts'
import type { TopicTypes } from './topic-types.ts'

export interface TypedStep {
  readonly step: GraphStep
  readonly signature: Signature
  readonly config: unknown
  readonly input: StreamType
  /** Streams that the config names, by id, those that feed back too. */
  readonly streams: ReadonlyMap<string, StreamType>
  readonly type: StepType
  readonly outputs: ReadonlyMap<string, PlannedOutput>
}

export interface TypedGraph {
  readonly graph: Graph
  readonly topics: TopicTypes
  /** Steps without a mistake in or before them, in topological order. */
  readonly steps: ReadonlyMap<string, TypedStep>
  /** Streams by id: topics and steps' outputs as their readers see them. */
  readonly flows: ReadonlyMap<string, Flow>
}

interface Inferring {
  readonly graph: Graph
  readonly topics: TopicTypes
  readonly parameters: ReadonlyMap<string, ParameterValue>
  readonly catalogue: Catalogue
  readonly report: Report
  readonly flows: Map<string, Flow>
  /** Outputs of steps whose type is known. */
  readonly outputs: Map<string, readonly string[]>
}

export function inferTypes(
  graph: Graph,
  topics: TopicTypes,
  given: Pick<Inferring, 'parameters' | 'catalogue' | 'report'>,
): TypedGraph {
  const flows = new Map<string, Flow>()
  for (const [name, { declaration, record, key }] of topics.byName) {
    const isCopied = declaration.copies !== undefined
    const type: StreamType = {
      record,
      key: key.map((field) => field.name),
      lateness: declaration.lateness.value,
      ...(declaration.table && { table: declaration.table.value }),
      ...(isCopied && { everyTask: true }),
    }
    flows.set(name, { type, placedBy: key })
  }
  const inferring: Inferring = { ...given, graph, topics, flows, outputs: new Map() }
  const { report } = given
  const steps = new Map<string, TypedStep>()
  const driving = new Map<string, Flow>()
  for (const id of graph.order) {
    const step = graph.steps.get(id)
    const typed = step && inferStep(step, inferring, driving)
    if (typed) steps.set(id, typed)
  }
  for (const [id, step] of graph.steps) {
    const streams = attachFeedback(step, driving.get(id), inferring)
    const typed = steps.get(id)
    if (typed && streams.size > 0) {
      steps.set(id, { ...typed, streams: new Map([...typed.streams, ...streams]) })
      holdFeedback(typed, streams, report)
    }
  }
  return { graph, topics, steps, flows }
}

/**
 * Types of streams that may feed back, when all steps have theirs: they follow from no step that
 * takes them.
 */
function attachFeedback(
  step: GraphStep,
  driving: Flow | undefined,
  inferring: Inferring,
): ReadonlyMap<string, StreamType> {
  const streams = new Map<string, StreamType>()
  for (const edge of step.edges.filter(({ mayFeedBack }) => mayFeedBack)) {
    const flow = flowOf(edge, inferring)
    if (!edge.stream || !flow) continue
    if (driving) doMeet(step, driving, { edge, flow }, inferring.report)
    streams.set(edge.stream.id, flow.type)
  }
  return streams
}

function holdFeedback(
  { step, signature, config, input }: TypedStep,
  streams: ReadonlyMap<string, StreamType>,
  report: Report,
): void {
  const { operator, config: node } = step.declaration
  const owner = { name: operator.value, span: operator.span }
  signature.holdFeedback?.({
    config,
    input,
    streams,
    spanOf: (...path) => spanOf(node, owner, path),
    report: (code, finding) => reporter(code, report)(finding),
  })
}

/** Notes in `drivers` what drives the step. */
function inferStep(
  step: GraphStep,
  inferring: Inferring,
  drivers: Map<string, Flow>,
): TypedStep | undefined {
  const { report, topics } = inferring
  const { signature, declaration } = step
  const bound = step.edges.filter(({ mayFeedBack }) => !mayFeedBack)
  const read = bound.map((edge) => ({ edge, flow: flowOf(edge, inferring) }))
  if (!signature) return undefined
  const driving = joinInputs(
    read.filter(({ edge }) => edge.role === 'drives'),
    step,
    report,
  )
  if (driving) drivers.set(step.id, driving)
  const placed = driving && isPlaced(step, read, report) ? driving : undefined
  const owner = { name: declaration.operator.value, span: declaration.operator.span }
  const scope = driving && scopeOf(step, driving, inferring)
  const reading = {
    scope,
    parameters: inferring.parameters,
    streamOf: ({ value }: Spelt<string>) =>
      step.edges.find((edge) => edge.role === 'looked-up' && edge.spelt.value === value)?.stream
        ?.id,
    recordOf: (id: string) =>
      read.find(({ edge }) => edge.role === 'looked-up' && edge.stream?.id === id)?.flow?.type
        .record,
  }
  const config = readConfig(signature.config, declaration.config, owner, { ...reading, report })
  const lookups = read.filter(({ edge }) => edge.role === 'looked-up')
  const meet = lookups.map((each) => !driving || doMeet(step, driving, each, report))
  const streams = new Map<string, StreamType>()
  for (const { edge, flow } of lookups) {
    if (edge.stream && flow) streams.set(edge.stream.id, flow.type)
  }
  const isWhole = !meet.includes(false) && streams.size === lookups.length
  const given = placed && { step: step.id, input: placed.type, streams }
  const { type, isSound } =
    config && given && isWhole
      ? callInfer(step, signature, { ...given, config: config.value }, report)
      : { type: undefined, isSound: false }
  if (!config || !placed || !given || !type || !isSound) {
    if (placed && given) guessOutputs({ step, signature, given, placed, owner, reading, inferring })
    return undefined
  }
  requireUniqueFields(step.id, type)
  const context = { ...given, config: config.value }
  inferring.outputs.set(step.id, Object.keys(type.outputs))
  const outputs = readOutputs(step, type, placed, topics, report)
  noteOutputs(step, outputs, inferring)
  if (!isRead(outputs, type)) return undefined
  const planned = new Map([...outputs].map(([output, each]) => [output, each.planned]))
  return { ...context, step, signature, type, outputs: planned }
}

/**
 * The outputs that a step with a mistake would have, for those who read it: its own mistakes have
 * been reported, theirs should be too. What cannot be guessed stays unknown.
 */
function guessOutputs(about: {
  readonly step: GraphStep
  readonly signature: Signature
  readonly given: Pick<Inference<unknown>, 'step' | 'input' | 'streams'>
  readonly placed: Flow
  readonly owner: Owner
  readonly reading: Omit<ConfigContext, 'report'>
  readonly inferring: Inferring
}): void {
  const { step, signature, given, placed, owner, reading, inferring } = about
  const silent: Report = () => undefined
  const lenient = { ...reading, report: silent, lenient: true } as const
  const config = readConfig(signature.config, step.declaration.config, owner, lenient)
  if (!config) return
  const { type } = callInfer(step, signature, { ...given, config: config.value }, silent)
  if (!type) return
  inferring.outputs.set(step.id, Object.keys(type.outputs))
  const guessed = readOutputs(step, withUniqueFields(type), placed, inferring.topics, silent)
  noteOutputs(step, guessed, inferring)
}

/** Records of a topic that a step writes come as late as the step gives them. */
function noteOutputs(
  step: GraphStep,
  outputs: ReadonlyMap<string, ReadOutput>,
  { flows }: Inferring,
): void {
  for (const [output, { flow, planned }] of outputs) {
    flows.set(streamId(step.id, output), flow)
    const written = planned.topic === undefined ? undefined : flows.get(planned.topic)
    if (planned.topic === undefined || !written) continue
    const lateness = Math.max(written.type.lateness, flow.type.lateness)
    flows.set(planned.topic, { ...written, type: { ...written.type, lateness } })
  }
}

/** Undefined where the stream's type is not known. */
function flowOf({ stream }: Edge, { flows, outputs, report }: Inferring): Flow | undefined {
  if (!stream) return undefined
  if (stream.kind === 'topic') return flows.get(stream.id)
  const known = outputs.get(stream.step)
  if (known && !outputsKnown.check(report, stream.spelt, stream.step, stream.output, known)) {
    return undefined
  }
  return flows.get(stream.id)
}

type ReadEdge = { readonly edge: Edge; readonly flow: Flow | undefined }

/** A step runs in one task per key: what every task has cannot drive it. */
function isPlaced(step: GraphStep, read: readonly ReadEdge[], report: Report): boolean {
  const everywhere = read.filter(
    ({ edge, flow }) => edge.role === 'drives' && flow?.type.everyTask === true,
  )
  for (const { edge } of everywhere) driversPlaced.check(report, edge.spelt, step.id)
  return everywhere.length === 0
}

function doMeet(step: GraphStep, driving: Flow, { edge, flow }: ReadEdge, report: Report): boolean {
  if (!flow || flow.type.everyTask) return true
  const [driver] = step.declaration.from
  const name = driver?.stream.value ?? step.id
  return keysAgree.check(
    report,
    { ...driving, key: keyFields(driving.type), name, span: step.declaration.fromSpan },
    { ...flow, key: keyFields(flow.type), name: edge.spelt.value, span: edge.spelt.span },
  )
}

function scopeOf(step: GraphStep, { type }: Flow, { parameters, catalogue }: Inferring): Scope {
  const names = step.declaration.from.map(({ stream }) => `"${stream.value}"`)
  return {
    input: type.record,
    inputName: `${names.length > 1 ? 'merged streams' : 'stream'} ${names.join(', ')}`,
    parameters,
    pure: pureFunctions,
    stateful: catalogue.functions,
  }
}

function callInfer(
  step: GraphStep,
  { infer }: Signature,
  context: Pick<Inference<unknown>, 'step' | 'config' | 'input' | 'streams'>,
  report: Report,
): { readonly type: StepType | undefined; readonly isSound: boolean } {
  const { operator, config } = step.declaration
  const mistakes: string[] = []
  const type = infer({
    ...context,
    span: operator.span,
    spanOf: (...path) => spanOf(config, { name: operator.value, span: operator.span }, path),
    report: (code, finding) => {
      if (finding.severity !== 'warning') mistakes.push(code)
      reporter(code, report)(finding)
    },
  })
  return { type, isSound: mistakes.length === 0 }
}
