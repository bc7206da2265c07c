// A slice of a plan: some of its steps, with what other steps would have given them fed directly,
// as if from topics.
import type {
  Plan,
  PlannedChannel,
  PlannedInput,
  PlannedStep,
  PlannedTopic,
  SubTopology,
} from '../../topology/plan.ts'
import { typeToAvro } from '../../schemas/avro.ts'

/** Ranks of streams that are fed come after those of the plan, by name. */
const FED_RANK = 1_000_000

export function slicePlan(plan: Plan, ids: ReadonlySet<string>): Plan {
  const producers = new Set(plan.steps.filter(({ id }) => ids.has(id)).map(({ id }) => id))
  const isFed = (input: PlannedInput): boolean =>
    input.via !== 'topic' && !producers.has(producerOf(input.stream))
  const kept = plan.steps.filter(({ id }) => ids.has(id))
  const fed = new Map<string, PlannedInput>()
  for (const step of kept) {
    for (const input of step.inputs) if (isFed(input)) fed.set(input.stream, input)
  }
  const steps = kept.map((step) => ({
    ...step,
    inputs: step.inputs.map((input) =>
      isFed(input) ? { ...input, via: 'topic' as const, feedback: false } : input,
    ),
  }))
  const names = [...fed.keys()].toSorted()
  const partitions = new Map<string, number>()
  const subTopologies = plan.subTopologies.map((sub) => {
    const own = steps.filter(({ id }) => sub.steps.includes(id))
    const read = new Set(own.flatMap(({ inputs }) => inputs.map(({ stream }) => stream)))
    const channels = sub.channels.filter(({ stream }) => read.has(stream) && !fed.has(stream))
    const direct = names
      .filter((name) => read.has(name))
      .map((name) => fedChannel(name, names.indexOf(name), sub))
    for (const channel of direct) partitions.set(channel.stream, channel.partitions)
    return { ...sub, steps: own.map(({ id }) => id), channels: [...channels, ...direct] }
  })
  const topics = new Map(plan.topics)
  for (const input of fed.values()) {
    const topic = `${plan.topology}.${input.stream}.fed`
    topics.set(input.stream, fedTopic(input, topic, partitions.get(input.stream) ?? 1))
  }
  for (const [name, topic] of topics) {
    if (isWritten(name, plan.steps) && !isWritten(name, steps)) {
      topics.set(name, { ...topic, isInput: true })
    }
  }
  return { ...plan, steps, topics, subTopologies }
}

function producerOf(stream: string): string {
  return stream.split('.')[0] ?? stream
}

function isWritten(topic: string, steps: readonly PlannedStep[]): boolean {
  return steps.some(({ outputs }) => [...outputs.values()].some((output) => output.topic === topic))
}

/** As it was: what stays in a task has the tasks' partitions, a broadcast goes to every task. */
function fedChannel(stream: string, index: number, sub: SubTopology): PlannedChannel {
  const known = sub.channels.find((channel) => channel.stream === stream)
  const { partitions, everyTask } = known ?? { partitions: sub.partitions, everyTask: false }
  return { stream, via: 'topic', rank: FED_RANK + index, partitions, everyTask }
}

function fedTopic({ stream, type }: PlannedInput, topic: string, partitions: number): PlannedTopic {
  return {
    name: stream,
    topic,
    schema: typeToAvro(type.record),
    record: type.record,
    key: type.key,
    time: undefined,
    available: undefined,
    delay: 0,
    lateness: type.lateness,
    rank: FED_RANK,
    partitions,
    table: undefined,
    copies: undefined,
    unit: undefined,
    idle: undefined,
    retention: undefined,
    isInput: true,
  }
}
