// Identities of the steps' states: what a store holds depends on its step, and on what the records
// mean that come to it. A stream's meaning is that of the topics it comes from and of the steps
// that changed its records on the way; what only lets records pass, such as a filter, adds nothing.
import { fingerprint, plainConfig, withoutRemarks } from './fingerprint.ts'
import type { TypedGraph, TypedStep } from './infer-types.ts'
import type { Flow } from './join-inputs.ts'
import type { StreamType } from './signature.ts'
import { MAIN, streamId } from './streams.ts'
import type { TopicType } from './topic-types.ts'

/** Merged streams mean what their parts mean, in no order: a digest of each, sorted, each once. */
type Meaning = readonly string[]

/** What a step makes its records of. */
interface Origin {
  readonly driving: Meaning
  /** Parameters as their values, streams as their meanings. */
  readonly config: unknown
}

/**
 * Digests of the states by step id, in hex. What is fed back means what all steps of its cycle
 * make, each found as if what is fed back meant nothing.
 */
export function stateHashes(typed: TypedGraph): ReadonlyMap<string, string> {
  const { loops } = typed.graph
  const open = findMeanings(typed, () => [])
  if (loops.length === 0) return open.hashes
  const closed = new Map<string, Meaning>()
  for (const loop of loops) {
    const all = loop.flatMap((id) =>
      Object.keys(typed.steps.get(id)?.type.outputs ?? {}).flatMap(
        (output) => open.meanings.get(streamId(id, output)) ?? [],
      ),
    )
    for (const id of loop) closed.set(id, [...new Set(all)].sort())
  }
  return findMeanings(typed, (step) => closed.get(step) ?? []).hashes
}

/** `fedBack`: the meaning of what a step gets of its own cycle. */
function findMeanings(
  { topics, steps, flows }: TypedGraph,
  fedBack: (step: string) => Meaning,
): { readonly hashes: ReadonlyMap<string, string>; readonly meanings: Map<string, Meaning> } {
  const meanings = new Map<string, Meaning>()
  for (const [name, topic] of topics.byName) {
    meanings.set(name, [meaningOfTopic(topic, flows.get(name))])
  }
  const hashes = new Map<string, string>()
  for (const [id, typed] of steps) {
    const origin = originOf(typed, meanings, fedBack(id))
    hashes.set(id, stateHash(typed, origin))
    for (const [output, stream] of Object.entries(typed.type.outputs)) {
      const meaning = meaningOfOutput(typed, origin, output, stream)
      meanings.set(streamId(id, output), meaning)
      // What reads the topic reads what was written to it.
      const topic = typed.outputs.get(output)?.topic
      if (topic) meanings.set(topic, [...(meanings.get(topic) ?? []), ...meaning].sort())
    }
  }
  return { hashes, meanings }
}

/**
 * A step's id, operator and stores; and where it has stores its key, its whole config and what its
 * streams mean, for that shapes what is in them: a changed parameter, its own or of a step before
 * it, never goes on with the state of another. A step without stores has no state to lose.
 */
function stateHash(typed: TypedStep, origin: Origin): string {
  const { step, type, input } = typed
  const { operator } = step.declaration
  const stores = withoutRemarks(type.stores)
  const shaping = isStateless(typed) ? {} : { key: input.key, ...origin }
  return fingerprint({ id: step.id, operator: operator.value, stores, ...shaping })
}

function isStateless({ type }: TypedStep): boolean {
  return Object.keys(type.stores).length === 0
}

function originOf(
  { step, config, streams }: TypedStep,
  meanings: ReadonlyMap<string, Meaning>,
  fedBack: Meaning,
): Origin {
  const meaningOf = (stream: string): Meaning => {
    const meaning = meanings.get(stream)
    if (!meaning) throw new Error(`stream ${stream} has no meaning yet`)
    return meaning
  }
  const isAliased = step.declaration.from.some(({ alias }) => alias !== undefined)
  const driving = step.edges.flatMap(({ role, name, stream }) => {
    if (role !== 'drives' || !stream) return []
    const meaning = meaningOf(stream.id)
    return isAliased ? [fingerprint({ alias: name, meaning })] : meaning
  })
  const lookedUp = (stream: string): unknown => {
    const type = streams.get(stream)
    const isFedBack = step.edges.some((edge) => edge.feedback && edge.stream?.id === stream)
    if (isFedBack) return { stream, fedBack }
    return type && { meaning: meaningOf(stream), key: type.key, everyTask: type.everyTask }
  }
  return { driving: [...new Set(driving)].sort(), config: plainConfig(config, lookedUp) }
}

/** As its readers see it: how late its records come is partly said by the step that writes it. */
function meaningOfTopic({ declaration, schema, key }: TopicType, flow: Flow | undefined): string {
  const { name, time, available, delay, unit, table, copies, lateness } = declaration
  return fingerprint({
    topic: name.value,
    schema: withoutRemarks(schema),
    key: key.map((field) => field.name),
    time: time?.value,
    available: available?.value,
    delay: delay?.value ?? 0,
    unit: unit?.value,
    lateness: flow?.type.lateness ?? lateness.value,
    table: table?.value,
    copies: copies?.value,
  })
}

function meaningOfOutput(
  typed: TypedStep,
  { driving, config }: Origin,
  output: string,
  { record, lateness }: StreamType,
): Meaning {
  const { step, input, outputs } = typed
  const passes = isStateless(typed) && record === input.record
  if (passes && output === MAIN) return driving
  if (passes) return [fingerprint({ output, driving })]
  const operator = step.declaration.operator.value
  const planned = outputs.get(output)
  const keys = { before: input.key, after: planned?.key, broadcast: planned?.broadcast }
  return [fingerprint({ operator, output, config, keys, lateness, driving })]
}
