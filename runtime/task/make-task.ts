// Builds a task as it stood at its last commit: steps with their stores, timers, channels with
// their clocks, the positions to read from.
import { EngineError } from '../../topology/engine-error.ts'
import type { Operator } from '../../operators/operator.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { Plan, PlannedStep } from '../../topology/plan.ts'
import type { ChannelLayout, TaskLayout } from '../layout.ts'
import type { CommittedState } from '../state/task-store.ts'
import { openStore } from '../state/open-store.ts'
import { decodeInstant, timerPrefix } from '../state/state-keys.ts'
import { bindingOf } from '../step-stores.ts'
import { Channel } from './channel.ts'
import type { CommitRecord } from './commit-record.ts'
import { DeadLetters } from './dead-letters.ts'
import { Emissions } from './emissions.ts'
import { ItemInHand } from './item-in-hand.ts'
import { type ReadRow, readSentRow, readTopicRow } from './read-row.ts'
import { channelId, taskProblem } from './same-task.ts'
import { Source } from './source.ts'
import { Task } from './task.ts'
import type { TaskStep } from './wiring.ts'

export interface TaskMaking {
  readonly plan: Plan
  readonly operators: ReadonlyMap<string, Operator>
  readonly layout: TaskLayout
  readonly state: CommittedState
  /** Undefined: it has never committed. */
  readonly record: CommitRecord | undefined
  /** Bytes of entries that each store may keep in memory, where they can be read again. */
  readonly storeBytes: number
}

export interface MadeTask {
  readonly task: Task
  readonly sources: readonly Source[]
}

export function makeTask(making: TaskMaking): MadeTask {
  const { plan, layout, record } = making
  const steps = plan.steps.filter(({ id }) => layout.sub.steps.includes(id))
  const now = (): number => task.clock
  const taskSteps = steps.map((planned) => makeStep(making, planned, now))
  const channels = layout.channels.map(
    (channel, index) => new Channel(channel, index, rowReader(plan, channel)),
  )
  const item = new ItemInHand()
  const emissions = new Emissions(plan, layout, steps, item)
  const deadLetters = new DeadLetters(plan, layout, item)
  const task = new Task({ layout, steps: taskSteps, channels, emissions, deadLetters, item })
  const sources = sourcesOf(channels)
  if (record !== undefined) restore(making, record, task, sources)
  return { task, sources }
}

function makeStep(
  { plan, operators, state, storeBytes }: TaskMaking,
  planned: PlannedStep,
  now: () => number,
): TaskStep {
  const operator = operators.get(planned.operator)
  if (operator === undefined) throw new Error(`no operator ${planned.operator}`)
  const stores = new Map(
    Object.entries(planned.type.stores).map(([name, type]) => {
      const about = { type, stateHash: planned.stateHash, name }
      return [name, openStore(about, { source: state, limit: storeBytes, now })]
    }),
  )
  const storeOf = (name: string) => stores.get(name)?.face
  const step = operator.step(bindingOf(plan.topology, planned, storeOf))
  return { planned, step, stores }
}

function rowReader(plan: Plan, { stream, via, upstream }: ChannelLayout): ReadRow {
  const topic = via === 'topic' ? plan.topics.get(stream) : undefined
  if (topic !== undefined)
    return upstream < 0 ? readTopicRow(topic) : readSentRow(createCodec(topic.schema))
  for (const { inputs } of plan.steps) {
    const input = inputs.find((each) => each.stream === stream && each.via === via)
    if (input !== undefined) return readSentRow(createCodec(typeToAvro(input.type.record)))
  }
  throw new Error(`nothing reads ${stream}`)
}

function sourcesOf(channels: readonly Channel[]): readonly Source[] {
  const byPartition = new Map<string, Channel[]>()
  for (const channel of channels) {
    const { topic, partition } = channel.layout
    const id = `${topic}/${partition}`
    const known = byPartition.get(id)
    if (known) known.push(channel)
    else byPartition.set(id, [channel])
  }
  return [...byPartition.values()].flatMap((own) => {
    const layout = own[0]?.layout
    return layout === undefined ? [] : [new Source(layout.topic, layout.partition, own)]
  })
}

function restore(
  { plan, state }: TaskMaking,
  record: CommitRecord,
  task: Task,
  sources: readonly Source[],
): void {
  const problem = taskProblem(task.layout, record, plan.shapeHash)
  if (problem !== undefined) {
    throw new EngineError('topology-changed', problem, { coordinates: { task: task.layout.id } })
  }
  for (const channel of task.channels) {
    const known = record.channels[channelId(channel.layout)]
    if (known) channel.restore(known)
  }
  for (const source of sources) source.next = record.positions[source.id] ?? 0
  task.clock = record.clock
  task.taken = record.taken
  task.counts.restore(record)
  task.emissions.restore(record.sent)
  for (const [index, { planned }] of task.steps.entries()) {
    const prefix = timerPrefix(planned.stateHash)
    for (const [key, bytes] of state.entries(prefix)) {
      task.timers.restore(index, key.slice(prefix.length), decodeInstant(bytes))
    }
  }
}
