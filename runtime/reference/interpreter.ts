// The reference interpreter: the oracle of every driver, replay, simulation and chaos run.
// Sub-topologies run one after the other, each of their tasks over the whole history, so there is
// nothing to wait for, commit or restore.
import type { Operator } from '../../operators/operator.ts'
import { keyBytes, partitionOf } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import type { FateKind } from '../../topology/declaration.ts'
import type { Plan, SubTopology } from '../../topology/plan.ts'
import { streamId } from '../../topology/streams.ts'
import { merge } from './channels.ts'
import type { HistoryItem, RunResult } from './history.ts'
import { type Range, readInputs } from './inputs.ts'
import { Failing, Ledger, RecordFailed, type Stop } from './ledger.ts'
import { bindingOf } from '../step-stores.ts'
import { ReferenceLog } from './log.ts'
import { ReferenceStore } from './stores.ts'
import { type Emission, ReferenceTask, type TaskOutlet, type TaskStep } from './task.ts'

export interface RunOptions {
  readonly plan: Plan
  readonly operators: ReadonlyMap<string, Operator>
  /** History by the input topic's local name; a topic that is left out is empty. */
  readonly inputs: ReadonlyMap<string, Iterable<HistoryItem>>
  /** Records outside are counted. */
  readonly range?: Range
  /** Streams to keep beside the topics that are written: `*` for every step's outputs. */
  readonly capture?: '*' | ReadonlySet<string>
  /**
   * Told of what happens, in the order in which it happens; for tests and for finding a difference.
   */
  readonly trace?: (event: TraceEvent) => void
}

export type TraceEvent =
  | { readonly kind: 'reached' | 'taken'; readonly place: string }
  | {
      readonly kind: 'emitted'
      readonly step: string
      readonly output: string
      readonly time: number
      readonly value: Value
    }
  | {
      readonly kind: 'fated'
      readonly step: string
      readonly fate: FateKind
      readonly reason: string
    }

/**
 * Runs a plan over its whole history.
 * @throws RecordFailed when a record meets a fate that is stated as `fail`.
 * @throws CycleUnsettled when steps feed back without end.
 */
export function runReference(options: RunOptions): RunResult {
  const inputs = new Map([...options.inputs].map(([name, items]) => [name, [...items]]))
  const { trace, ...silent } = { ...options, inputs }
  try {
    return run({ ...silent, ...(trace && { trace }) })
  } catch (error) {
    if (!(error instanceof Failing)) throw error
    // What came before is found by running it once more, and no further.
    const { letter, stop } = error
    throw new RecordFailed(letter, stop ? run(silent, stop) : makeLedger(options).result())
  }
}

type Histories = RunOptions & { readonly inputs: ReadonlyMap<string, readonly HistoryItem[]> }

/** Runs all tasks in the order of the plan, or those up to `stop`. */
function run(options: Histories, stop?: Stop): RunResult {
  const { plan } = options
  const ledger = makeLedger(options)
  const log = new ReferenceLog(plan)
  readInputs(options, log, ledger)
  const tasks = plan.subTopologies.flatMap((sub) =>
    Array.from({ length: sub.partitions }, (_, partition) => ({ sub, partition })),
  )
  for (const [index, { sub, partition }] of tasks.entries()) {
    const most = stop?.task === index ? stop.items : Number.POSITIVE_INFINITY
    const task = makeTask(options, sub, partition, log, ledger)
    try {
      task.run(most)
    } catch (error) {
      if (!(error instanceof Failing)) throw error
      throw new Failing(error.letter, { task: index, items: task.taken })
    }
    ledger.ended(partition, task.end())
    if (stop?.task === index) break
    endTask(plan, sub, partition, log, task.end().clock)
  }
  return ledger.result()
}

function makeLedger({ plan, capture }: RunOptions): Ledger {
  return new Ledger(plan, capture ?? new Set())
}

function makeTask(
  options: RunOptions,
  sub: SubTopology,
  partition: number,
  log: ReferenceLog,
  ledger: Ledger,
): ReferenceTask {
  const items = merge(sub.channels.flatMap((channel) => log.read(channel, partition)))
  const via = new Map(sub.channels.map((channel) => [channel.stream, channel.via]))
  const now = (): number => task.clock
  const steps = sub.steps.map((id) => makeStep(options, id, now))
  const outlet = makeOutlet(options, sub, partition, log, ledger)
  const task: ReferenceTask = new ReferenceTask({ steps, items, via }, outlet)
  return task
}

/** The last progress marker: those downstream learn how far a task has come. */
function endTask(
  plan: Plan,
  sub: SubTopology,
  partition: number,
  log: ReferenceLog,
  clock: number,
): void {
  for (const stream of outgoingStreams(plan, sub)) {
    for (let to = 0; to < log.partitions(stream); to += 1) {
      log.channel(stream, to, partition).append({ kind: 'heartbeat' }, clock)
    }
  }
}

/** Streams that steps of `sub` put on the log and that some sub-topology reads from it. */
function outgoingStreams(plan: Plan, sub: SubTopology): Set<string> {
  const read = new Set(plan.subTopologies.flatMap(({ channels }) => channels.map((c) => c.stream)))
  const own = plan.steps.filter(({ id }) => sub.steps.includes(id))
  const streams = own.flatMap((step) =>
    [...step.outputs].flatMap(([output, { topic }]) => [streamId(step.id, output), topic ?? '']),
  )
  return new Set(streams.filter((stream) => read.has(stream)))
}

function makeStep(options: RunOptions, id: string, now: () => number): TaskStep {
  const planned = options.plan.steps.find((step) => step.id === id)
  if (planned === undefined) throw new Error(`no step ${id}`)
  const operator = options.operators.get(planned.operator)
  if (operator === undefined) throw new Error(`no operator ${planned.operator}`)
  const stores = new Map(
    Object.entries(planned.type.stores).map(([name, type]) => {
      return [name, new ReferenceStore(type, now)]
    }),
  )
  const storeOf = (name: string) => stores.get(name)?.face
  const step = operator.step(bindingOf(options.plan.topology, planned, storeOf))
  return { planned, step, stores }
}

/**
 * Whether a task counts the records of an input topic, and settles those that cannot be read: of
 * all tasks that read a partition, one of the first sub-topology that reads the topic.
 */
function settlesIn(plan: Plan, sub: SubTopology, partition: number) {
  return (stream: string): boolean => {
    const reads = (each: SubTopology): boolean =>
      each.channels.some((channel) => channel.stream === stream && channel.via === 'topic')
    const channel = sub.channels.find((each) => each.stream === stream)
    const isFirst = plan.subTopologies.find(reads) === sub
    const isOne = partition === 0 || channel?.everyTask === false
    return isFirst && isOne && plan.topics.get(stream)?.isInput === true
  }
}

function makeOutlet(
  { plan, trace }: RunOptions,
  sub: SubTopology,
  partition: number,
  log: ReferenceLog,
  ledger: Ledger,
): TaskOutlet {
  const outgoing = outgoingStreams(plan, sub)
  const settles = settlesIn(plan, sub, partition)
  const send = (stream: string, broadcast: boolean, emission: Emission): void => {
    const partitions = log.partitions(stream)
    const { available, ...record } = emission
    const to = broadcast ? partition % partitions : partitionOf(keyBytes(emission.key), partitions)
    log.channel(stream, to, partition).append({ kind: 'record', stream, ...record }, available)
  }
  return {
    reached: ({ place }) => trace?.({ kind: 'reached', place }),
    taken: ({ stream, place }) => {
      trace?.({ kind: 'taken', place })
      if (settles(stream)) ledger.read(stream)
    },
    unreadable: ({ letter }) => {
      if (settles(letter.stream)) ledger.unreadable(letter)
    },
    received: (step) => ledger.received(step.id),
    held: (step, reason) => ledger.held(step.id, reason),
    fated: (step, fate, reason, record) => {
      trace?.({ kind: 'fated', step: step.id, fate, reason })
      ledger.fated(step, fate, reason, record)
    },
    crashed: () => {
      for (const stream of outgoing) {
        for (let to = 0; to < log.partitions(stream); to += 1) {
          const clock = Number.NEGATIVE_INFINITY
          log.channel(stream, to, partition).append({ kind: 'crash' }, clock)
        }
      }
    },
    key: (step, output, emission) => ledger.key(step, output, emission),
    emitted: (step, keyed) => {
      const { output, emission, written } = keyed
      const { time, value } = emission
      trace?.({ kind: 'emitted', step: step.id, output, time, value })
      ledger.emitted(step, keyed)
      const stream = streamId(step.id, output)
      const { broadcast, topic } = keyed.planned
      if (outgoing.has(stream)) send(stream, broadcast, emission)
      if (topic !== undefined && written !== undefined && outgoing.has(topic)) {
        send(topic, false, written.emission)
      }
    },
  }
}
