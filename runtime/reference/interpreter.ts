// The reference interpreter: the oracle of every driver, replay, simulation and chaos run.
// Sub-topologies run one after the other, each of their tasks over the whole history, so there is
// nothing to wait for, commit or restore.
import type { Operator } from '../../operators/operator.ts'
import { keyBytes, keyReader, partitionOf } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import type { FateKind } from '../../topology/declaration.ts'
import type { Plan, PlannedChannel, SubTopology } from '../../topology/plan.ts'
import { streamId } from '../../topology/streams.ts'
import { Channel, merge } from './channels.ts'
import type { HistoryItem, RunResult } from './history.ts'
import { Ledger } from './ledger.ts'
import { ReferenceStore } from './stores.ts'
import { type Emission, ReferenceTask, type TaskOutlet, type TaskStep } from './task.ts'

export interface RunOptions {
  readonly plan: Plan
  readonly operators: ReadonlyMap<string, Operator>
  /** History by the input topic's local name; a topic that is left out is empty. */
  readonly inputs: ReadonlyMap<string, Iterable<HistoryItem>>
  /** A span of channel clocks: from (inclusive) to (exclusive). Records outside are counted. */
  readonly range?: { readonly from: number | undefined; readonly to: number | undefined }
  /** Streams to keep beside the topics that are written: `*` for every step's outputs. */
  readonly capture?: '*' | ReadonlySet<string>
  /**
   * Told of what happens, in the order in which it happens; for tests and for finding a difference.
   */
  readonly trace?: (event: TraceEvent) => void
}

export type TraceEvent =
  | { readonly kind: 'taken'; readonly place: string }
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

/** Channels by stream, reading partition and upstream task. */
type Log = Map<string, Channel[][]>

/**
 * Runs a plan over its whole history.
 * @throws RecordFailed when a record meets a fate that is stated as `fail`.
 */
export function runReference(options: RunOptions): RunResult {
  const { plan } = options
  const ledger = new Ledger(plan, options.capture ?? new Set())
  const log: Log = new Map()
  for (const sub of plan.subTopologies) {
    for (const channel of sub.channels) {
      if (!log.has(channel.stream)) log.set(channel.stream, emptyPartitions(channel))
    }
  }
  for (const [name, topic] of plan.topics) {
    if (topic.isInput) readInput(options, name, log, ledger)
  }
  endInputs(plan, log)
  for (const sub of plan.subTopologies) {
    for (let partition = 0; partition < sub.partitions; partition += 1) {
      runTask(options, sub, partition, log, ledger)
    }
  }
  return ledger.result()
}

function emptyPartitions(channel: PlannedChannel): Channel[][] {
  return Array.from({ length: channel.partitions }, () => [])
}

/** The channel of `stream` from an upstream task to a partition, made on first use. */
function channelOf(log: Log, plan: Plan, stream: string, partition: number, upstream: number) {
  const partitions = log.get(stream)
  const channels = partitions?.[partition]
  if (channels === undefined) return undefined
  return (channels[upstream] ??= new Channel(rankOf(plan, stream), partition, upstream))
}

function rankOf(plan: Plan, stream: string): number {
  for (const sub of plan.subTopologies) {
    const channel = sub.channels.find((each) => each.stream === stream)
    if (channel) return channel.rank
  }
  throw new Error(`nothing reads ${stream}`)
}

function readInput(options: RunOptions, name: string, log: Log, ledger: Ledger): void {
  const { plan } = options
  const topic = plan.topics.get(name)
  if (topic === undefined) throw new Error(`no topic ${name}`)
  const keyOf = keyReader(topic.record, topic.key)
  const partitions = log.get(name)?.length ?? topic.partitions
  const isInRange = rangeOf(options, partitions)
  for (const item of options.inputs.get(name) ?? []) {
    if (item.kind === 'bad') {
      ledger.unreadable(name, item)
    } else if (item.kind === 'record') {
      const key = ledger.keyOfInput(name, item, keyOf)
      if (key === undefined) continue
      const partition = partitionOf(keyBytes(key), partitions)
      const { value, time, available, place } = item
      if (!isInRange(partition, available)) {
        ledger.outside(name)
        continue
      }
      const record = { kind: 'record', stream: name, key, value, time, place } as const
      channelOf(log, plan, name, partition, 0)?.append(record, available)
    } else {
      for (let partition = 0; partition < partitions; partition += 1) {
        const available = item.kind === 'heartbeat' ? item.available : Number.NEGATIVE_INFINITY
        if (item.kind === 'heartbeat' && !isInRange(partition, available)) continue
        channelOf(log, plan, name, partition, 0)?.append({ kind: item.kind }, available)
      }
    }
  }
}

/**
 * Whether an item of a partition lies in the range of the run. A range cuts channels by their
 * clocks, so that what is left is a prefix (or a suffix) of each.
 */
function rangeOf({ range }: RunOptions, partitions: number) {
  const clocks = new Array<number>(partitions).fill(Number.NEGATIVE_INFINITY)
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range ?? {}
  return (partition: number, available: number): boolean => {
    const clock = Math.max(clocks[partition] ?? Number.NEGATIVE_INFINITY, available)
    clocks[partition] = clock
    return clock >= from && clock < to
  }
}

/** At the end every input knows how far the input as a whole has come, as if by a heartbeat. */
function endInputs(plan: Plan, log: Log): void {
  const inputs = [...plan.topics.values()].filter(({ isInput }) => isInput)
  const channels = inputs.flatMap(({ name }) =>
    (log.get(name) ?? []).flatMap((_, partition) => channelOf(log, plan, name, partition, 0) ?? []),
  )
  const end = channels.reduce((last, { clock }) => Math.max(last, clock), Number.NEGATIVE_INFINITY)
  for (const channel of channels) channel.append({ kind: 'heartbeat' }, end)
}

function runTask(
  options: RunOptions,
  sub: SubTopology,
  partition: number,
  log: Log,
  ledger: Ledger,
): void {
  const { plan } = options
  const channels = sub.channels.flatMap((channel) => {
    const all = log.get(channel.stream) ?? []
    return (channel.everyTask ? all.flat() : (all[partition] ?? [])).filter(Boolean)
  })
  const steps = sub.steps.map((id) => makeStep(options, id))
  const outgoing = outgoingStreams(plan, sub)
  const task = new ReferenceTask(steps, makeOutlet(options, partition, log, ledger, outgoing))
  const via = new Map(sub.channels.map((channel) => [channel.stream, channel.via]))
  const clock = task.run(merge(channels), via)
  // The last progress marker: those downstream learn how far this task has come.
  for (const stream of outgoing) {
    for (let to = 0; to < (log.get(stream)?.length ?? 0); to += 1) {
      channelOf(log, plan, stream, to, partition)?.append({ kind: 'heartbeat' }, clock)
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

function makeStep(options: RunOptions, id: string): TaskStep {
  const planned = options.plan.steps.find((step) => step.id === id)
  if (planned === undefined) throw new Error(`no step ${id}`)
  const operator = options.operators.get(planned.operator)
  if (operator === undefined) throw new Error(`no operator ${planned.operator}`)
  const stores = new Map(
    Object.entries(planned.type.stores).map(([name, type]) => [name, new ReferenceStore(type)]),
  )
  const step = operator.step({
    id,
    config: planned.config,
    input: planned.input,
    streams: new Map(planned.inputs.map(({ stream, type }) => [stream, type])),
    type: planned.type,
    store: (name) => {
      const store = stores.get(name)
      if (store === undefined) throw new Error(`step ${id} declares no store ${name}`)
      return store as never
    },
  })
  return { planned, step, stores: [...stores.values()] }
}

function makeOutlet(
  { plan, trace }: RunOptions,
  partition: number,
  log: Log,
  ledger: Ledger,
  outgoing: ReadonlySet<string>,
): TaskOutlet {
  const send = (stream: string, broadcast: boolean, emission: Emission): void => {
    const partitions = log.get(stream)?.length ?? 0
    const { available, ...record } = emission
    const to = broadcast ? partition % partitions : partitionOf(keyBytes(emission.key), partitions)
    channelOf(log, plan, stream, to, partition)?.append(
      { kind: 'record', stream, ...record },
      available,
    )
  }
  return {
    taken: (place) => trace?.({ kind: 'taken', place }),
    received: (step) => ledger.received(step.id),
    held: (step, reason) => ledger.held(step.id, reason),
    fated: (step, fate, reason, record) => {
      trace?.({ kind: 'fated', step: step.id, fate, reason })
      ledger.fated(step, fate, reason, record)
    },
    crashed: () => {
      for (const stream of outgoing) {
        for (let to = 0; to < (log.get(stream)?.length ?? 0); to += 1) {
          const clock = Number.NEGATIVE_INFINITY
          channelOf(log, plan, stream, to, partition)?.append({ kind: 'crash' }, clock)
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
