// Sets a topology back on its log, so that it runs its history again: its state, its timers and
// what is between its tasks go, positions go back. What it has decided about silent topics stays,
// and the next run decides the same at the same places.
import type { Bounds, Log, PartitionId, Writes } from '../connectors/connector.ts'
import { EngineError } from '../topology/engine-error.ts'
import { readPartition } from '../connectors/read-partition.ts'
import type { PlannedTopic } from '../topology/plan.ts'
import { kindOf, RECORD } from '../connectors/record-batch.ts'
import type { ChannelLayout, Layout, TaskLayout } from './layout.ts'
import type { Change } from './state/changelog-batch.ts'
import { WITNESS } from './state/changelog-standing.ts'
import { StateLog } from './state/committed-state.ts'
import { type CommitRecord, decodeCommit, encodeCommit } from './task/commit-record.ts'
import { offsetAt } from '../connectors/stored-offset.ts'
import { channelId } from './task/same-task.ts'
import { readTopicRow } from './task/read-row.ts'
import { commitsTopic, deadLettersTopic, sentLettersTopic, stateTopic } from './topic-names.ts'

export interface RewindOptions {
  readonly layout: Layout
  readonly log: Log
  /** Microseconds: to the first record of each input partition that was known then or later. */
  readonly to: number | undefined
  /** Whether the topics that the topology writes are emptied too. */
  readonly clearOutputs: boolean
  readonly clearDeadLetters: boolean
}

export interface Rewound {
  /** Entries of stores, and timers, that were there. */
  readonly entries: number
  /** By `topic/partition` of the inputs: the offset that is read next. */
  readonly positions: ReadonlyMap<string, number>
}

/** What tells a commit record of a rewind that was broken off: no plan has this shape. */
const REWINDING = 'rewinding'

/**
 * Nothing may be running: what still runs is fenced, and refuses to go on. A rewind that is broken
 * off leaves a topology that refuses to run until it is rewound again.
 */
export async function rewind(options: RewindOptions): Promise<Rewound> {
  const { layout, log } = options
  const { topology } = layout.plan
  await log.createTopics(layout.topics)
  const producer = await log.producer(`${topology}.rewind`)
  const stateLog = new StateLog(log, topology)
  const inputs = await inputPositions(options)
  const between = await topicsBetween(layout, stateLog)
  const states = await stateOf(layout, log, stateLog)

  for (let slot = 0; slot < layout.slots; slot += 1) await stopSlot(layout, log, stateLog, slot)
  const dropped = [
    ...between,
    ...(options.clearOutputs ? writtenTopics(layout).map(({ topic }) => topic) : []),
    ...(options.clearDeadLetters ? [deadLettersTopic(topology), sentLettersTopic(topology)] : []),
    ...(log.tables ? [] : [stateTopic(topology)]),
  ]
  const known = await log.topics()
  for (const topic of dropped) if (known.has(topic)) await log.deleteTopic(topic)
  await log.createTopics(layout.topics)

  const positions = await allPositions(layout, log, inputs)
  const begun = commitsOf(layout, stateLog, positions, layout.plan.shapeHash)
  await producer.transact({ appends: begun.appends, puts: [...states.puts, ...begun.puts] })
  await producer.close()
  return { entries: states.entries, positions: inputs }
}

/** A worker that runs opens a slot that was fenced again, now and then. */
const MOST_TRIES = 5

/**
 * Written by the slot's own producer, so nobody has committed since it was opened; whoever opens
 * the slot from then on reads it, and refuses to run.
 */
async function stopSlot(layout: Layout, log: Log, stateLog: StateLog, slot: number): Promise<void> {
  const { topology } = layout.plan
  const tasks = layout.tasks.filter((task) => task.slot === slot)
  const stop = commitsOf({ ...layout, tasks }, stateLog, new Map(), REWINDING)
  for (let tries = 1; ; tries += 1) {
    const producer = await log.producer(`${topology}.slot-${slot}`)
    try {
      await producer.transact(stop)
      return
    } catch (error) {
      const isTaken = error instanceof EngineError && error.code === 'fenced'
      if (!isTaken || tries === MOST_TRIES) throw error
    } finally {
      await producer.close()
    }
  }
}

/** Topics that steps write, and that a run would fill again. */
export function writtenTopics({ plan }: Layout): readonly PlannedTopic[] {
  const written = plan.steps.flatMap(({ outputs }) => [...outputs.values()].map((o) => o.topic))
  return [...plan.topics.values()].filter(({ name }) => written.includes(name))
}

async function inputPositions({
  layout,
  log,
  to,
}: RewindOptions): Promise<ReadonlyMap<string, number>> {
  const positions = new Map<string, number>()
  for (const topic of [...layout.plan.topics.values()].filter(({ isInput }) => isInput)) {
    for (const { partition, first, stable } of await log.bounds(partitionsOf(topic))) {
      const bounds = { topic: topic.topic, partition, first, stable }
      const offset = to === undefined ? first : await offsetKnownAt(log, topic, bounds, to)
      positions.set(`${topic.topic}/${partition}`, offset)
    }
  }
  return positions
}

function partitionsOf({ topic, partitions }: PlannedTopic): readonly PartitionId[] {
  return Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
}

/** The first record that was known at `to` or later; the end, if there is none. */
async function offsetKnownAt(
  log: Log,
  topic: PlannedTopic,
  bounds: Bounds,
  to: number,
): Promise<number> {
  const read = readTopicRow(topic)
  for await (const stored of readPartition(log, bounds)) {
    const { batch, from } = stored
    for (let row = from; row < batch.count; row += 1) {
      const available =
        kindOf(batch, row) === RECORD ? read(batch, row).available : batch.available[row]
      if ((available ?? NaN) >= to) return offsetAt(stored, row)
    }
  }
  return bounds.stable
}

/** Topics between tasks, those of the plan that ran last among them. */
async function topicsBetween(layout: Layout, stateLog: StateLog): Promise<readonly string[]> {
  const own = layout.tasks.flatMap(({ destinations }) =>
    destinations.filter(({ as }) => as === 'stream').map(({ topic }) => topic),
  )
  const prefix = `${layout.plan.topology}.`
  const read: string[] = []
  for (let partition = 0; partition < layout.partitions; partition += 1) {
    for (const bytes of (await stateLog.commits(partition)).values()) {
      for (const source of Object.keys(decodeCommit(bytes).positions)) {
        const topic = source.slice(0, source.lastIndexOf('/'))
        if (topic.startsWith(prefix) && topic.endsWith('.between-tasks')) read.push(topic)
      }
    }
  }
  return [...new Set([...own, ...read])]
}

/** What empties the tables, commit records of tasks that are no more included. */
async function stateOf(
  { plan: { topology }, partitions }: Layout,
  log: Log,
  stateLog: StateLog,
): Promise<{ readonly entries: number; readonly puts: Writes['puts'] }> {
  const { tables } = log
  if (tables === undefined) {
    let entries = 0
    for (let partition = 0; partition < partitions; partition += 1) {
      const found = [...(await stateLog.state(partition)).entries('')]
      entries += found.filter(([name]) => name !== WITNESS).length
    }
    return { entries, puts: [] }
  }
  const keysOf = (table: string): Writes['puts'] =>
    [...tables.entries(table, '')].map(([key]) => ({ table, key, value: null }))
  const state = keysOf(stateTopic(topology))
  return { entries: state.length, puts: [...keysOf(commitsTopic(topology)), ...state] }
}

/** Where each source is read next: inputs as wanted, what tasks write where it goes on. */
async function allPositions(
  { tasks }: Layout,
  log: Log,
  inputs: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const positions = new Map(inputs)
  const sources = tasks.flatMap(({ channels }) => channels)
  const others = sources.filter(({ topic, partition }) => !positions.has(`${topic}/${partition}`))
  // A topic that was kept holds what the tasks sent before; they will count from 0 again.
  for (const { topic, partition, stable } of await log.bounds(others)) {
    positions.set(`${topic}/${partition}`, stable)
  }
  return positions
}

/** A commit record for every task, as before its first record. */
function commitsOf(
  { tasks, partitions, plan }: Layout,
  stateLog: StateLog,
  positions: ReadonlyMap<string, number>,
  shapeHash: string,
): Writes {
  const all = Array.from({ length: partitions }, (_, partition) => {
    const own = tasks.filter((task) => task.partition === partition)
    const commits = own.map((task): Change => {
      const record = firstCommit(task, positions)
      const { topology, fullHash } = plan
      return [task.id, encodeCommit({ ...record, topology, fullHash, shapeHash })]
    })
    return stateLog.writes(partition, [], commits)
  })
  return {
    appends: all.flatMap(({ appends }) => appends),
    puts: all.flatMap(({ puts }) => puts),
  }
}

type FirstCommit = Omit<CommitRecord, 'topology' | 'fullHash' | 'shapeHash'>

function firstCommit(
  { channels }: TaskLayout,
  positions: ReadonlyMap<string, number>,
): FirstCommit {
  const clock = Number.NEGATIVE_INFINITY
  const known = channels.flatMap((channel): [ChannelLayout, number][] => {
    const offset = positions.get(`${channel.topic}/${channel.partition}`)
    return offset === undefined ? [] : [[channel, offset]]
  })
  return {
    number: 0,
    epoch: 0,
    taken: 0,
    clock,
    promised: { clock, hasEnded: false },
    positions: Object.fromEntries(
      known.map(([{ topic, partition }, offset]) => [`${topic}/${partition}`, offset]),
    ),
    channels: Object.fromEntries(
      known.map(([channel, offset]) => [
        channelId(channel),
        { clock, sequence: 0, offset, hasEnded: false },
      ]),
    ),
    sent: {},
    steps: {},
    inputs: {},
    states: [],
    hasFinished: false,
  }
}
