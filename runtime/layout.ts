// A plan spread over tasks, slots and the topics of a log: who reads which channel in which order,
// who writes where. Plain data, the same in every process that runs the plan.
import type { TopicSpec } from '../connectors/connector.ts'
import type { Plan, PlannedChannel, PlannedOutput, SubTopology } from '../topology/plan.ts'
import { streamId } from '../topology/streams.ts'
import { deadLetterSchema } from './dead-letter.ts'
import {
  capturedTopic,
  commitsTopic,
  deadLettersTopic,
  orderTopic,
  stateTopic,
  streamTopic,
} from './topic-names.ts'

export interface Layout {
  readonly plan: Plan
  readonly slots: number
  /** Partitions of the internal topics that tasks of one partition share. */
  readonly partitions: number
  /** By sub-topology, then partition. */
  readonly tasks: readonly TaskLayout[]
  /** Every topic that the plan reads or writes. */
  readonly topics: readonly TopicSpec[]
}

export interface TaskLayout {
  /** `0_3`: sub-topology and partition. */
  readonly id: string
  readonly sub: SubTopology
  readonly partition: number
  readonly slot: number
  /** In merge order. */
  readonly channels: readonly ChannelLayout[]
  readonly destinations: readonly Destination[]
}

/** One ordered input of a task. */
export interface ChannelLayout {
  /** Id of the stream, see PlannedChannel. */
  readonly stream: string
  readonly via: PlannedChannel['via']
  /** The physical topic. */
  readonly topic: string
  readonly partition: number
  /** The task of the writing sub-topology that sends it; -1: the world. */
  readonly upstream: number
  /**
   * How long a live run waits while it is silent, microseconds: of several inputs that lie behind
   * it the longest. Undefined: for ever, as one of them states none.
   */
  readonly idle: number | undefined
  /** Whether this task counts what the world sent here, and settles what cannot be read. */
  readonly settles: boolean
}

/** Where an output of a step goes on the log. */
export interface Destination {
  readonly step: string
  readonly output: string
  /** `topic`: projected to a declared topic. Else as the step gave it out. */
  readonly as: 'topic' | 'stream' | 'captured'
  /** Local name of the topic, or the stream's id. */
  readonly stream: string
  readonly topic: string
  readonly partitions: number
  /** The partition that all of it goes to; undefined: by key. */
  readonly pinned: number | undefined
  /** Whether tasks read it: they need to know who sent it and how far the sender is. */
  readonly hasReaders: boolean
}

/** More slots would mean more and smaller transactions; a slot is what moves at a rebalance. */
const MOST_SLOTS = 8

export interface LayoutOptions {
  /** Streams to write to topics of their own, for tests and for finding a difference. */
  readonly capture?: '*' | ReadonlySet<string>
}

export function makeLayout(plan: Plan, { capture = new Set() }: LayoutOptions = {}): Layout {
  const partitions = Math.max(1, ...plan.subTopologies.map((sub) => sub.partitions))
  const slots = Math.min(partitions, MOST_SLOTS)
  const streams = readStreams(plan)
  const settling = new Set<string>()
  const tasks = plan.subTopologies.flatMap((sub) => {
    const settled = sub.channels.map(({ stream }) => stream).filter((each) => !settling.has(each))
    for (const stream of settled) settling.add(stream)
    return Array.from({ length: sub.partitions }, (_, partition): TaskLayout => ({
      id: `${sub.id}_${partition}`,
      sub,
      partition,
      slot: partition % slots,
      channels: channelsOf(plan, sub, partition, new Set(settled)),
      destinations: destinationsOf(plan, sub, partition, streams, capture),
    }))
  })
  const topics = [...declaredTopics(plan), ...sharedTopics(plan, partitions), ...ownTopics(tasks)]
  return { plan, slots, partitions, tasks, topics }
}

/** Partitions of every stream that some sub-topology reads from the log. */
function readStreams(plan: Plan): ReadonlyMap<string, PlannedChannel> {
  return new Map(
    plan.subTopologies.flatMap(({ channels }) => channels.map((each) => [each.stream, each])),
  )
}

function channelsOf(
  plan: Plan,
  sub: SubTopology,
  partition: number,
  settled: ReadonlySet<string>,
): readonly ChannelLayout[] {
  return sub.channels.flatMap((channel) => {
    const { stream, via, everyTask } = channel
    const topic = physicalTopic(plan, stream, via)
    const writer = writerOf(plan, stream)
    const idle = idleOf(plan, stream)
    const read = everyTask
      ? Array.from({ length: channel.partitions }, (_, each) => each)
      : [partition]
    return read.flatMap((each) =>
      upstreamsOf(writer, channel, each).map((upstream) => ({
        stream,
        via,
        topic,
        partition: each,
        upstream,
        idle,
        settles: upstream < 0 && settled.has(stream) && (!everyTask || partition === 0),
      })),
    )
  })
}

function physicalTopic(plan: Plan, stream: string, via: PlannedChannel['via']): string {
  if (via !== 'topic') return streamTopic(plan.topology, stream)
  const topic = plan.topics.get(stream)
  if (topic === undefined) throw new Error(`no topic ${stream}`)
  return topic.topic
}

/** The sub-topology whose tasks write a stream; undefined: the world does. */
function writerOf(plan: Plan, stream: string): SubTopology | undefined {
  const writer = plan.steps.find(({ id, outputs }) =>
    [...outputs].some(([output, { topic }]) => topic === stream || streamId(id, output) === stream),
  )
  return writer && plan.subTopologies.find(({ steps }) => steps.includes(writer.id))
}

function idleOf(plan: Plan, stream: string): number | undefined {
  const writer = writerOf(plan, stream)
  if (writer === undefined) return plan.topics.get(stream)?.idle
  let longest = 0
  for (const channel of writer.channels) {
    const idle = idleOf(plan, channel.stream)
    if (idle === undefined) return undefined
    longest = Math.max(longest, idle)
  }
  return longest
}

function upstreamsOf(
  writer: SubTopology | undefined,
  { via, partitions }: PlannedChannel,
  partition: number,
): readonly number[] {
  if (writer === undefined) return [-1]
  const all = Array.from({ length: writer.partitions }, (_, upstream) => upstream)
  return via === 'broadcast' ? all.filter((each) => each % partitions === partition) : all
}

function destinationsOf(
  plan: Plan,
  sub: SubTopology,
  partition: number,
  read: ReadonlyMap<string, PlannedChannel>,
  capture: '*' | ReadonlySet<string>,
): readonly Destination[] {
  const steps = plan.steps.filter(({ id }) => sub.steps.includes(id))
  return steps.flatMap((step) =>
    [...step.outputs].flatMap(([output, planned]): Destination[] => {
      const stream = streamId(step.id, output)
      const about = { step: step.id, output }
      const found: Destination[] = []
      const channel = read.get(stream)
      if (channel !== undefined) {
        const { partitions } = channel
        found.push({
          ...about,
          as: 'stream',
          stream,
          topic: streamTopic(plan.topology, stream),
          partitions,
          pinned: planned.broadcast ? partition % partitions : undefined,
          hasReaders: true,
        })
      }
      const topic = topicOf(plan, planned)
      if (topic !== undefined) {
        const { name, partitions } = topic
        const hasReaders = read.has(name)
        const pinned = undefined
        found.push({
          ...about,
          as: 'topic',
          stream: name,
          topic: topic.topic,
          partitions,
          pinned,
          hasReaders,
        })
      }
      if (capture === '*' || capture.has(stream)) {
        const target = capturedTopic(plan.topology, stream)
        const { partitions } = sub
        const rest = { partitions, pinned: partition, hasReaders: false }
        found.push({ ...about, as: 'captured', stream, topic: target, ...rest })
      }
      return found
    }),
  )
}

function topicOf(plan: Plan, { topic }: PlannedOutput) {
  if (topic === undefined) return undefined
  const found = plan.topics.get(topic)
  if (found === undefined) throw new Error(`no topic ${topic}`)
  return found
}

function declaredTopics(plan: Plan): readonly TopicSpec[] {
  return [...plan.topics.values()].map((topic) => ({
    name: topic.topic,
    partitions: topic.partitions,
    keeps: 'all',
    isWritten: !topic.isInput,
    ...(topic.retention === undefined ? undefined : { retention: topic.retention }),
    about: {
      schema: topic.schema,
      key: topic.key,
      ...(topic.time === undefined ? undefined : { time: topic.time }),
      ...(topic.available === undefined ? undefined : { available: topic.available }),
      ...(topic.unit === undefined ? undefined : { unit: topic.unit }),
      delay: topic.delay,
    },
  }))
}

function sharedTopics({ topology }: Plan, partitions: number): readonly TopicSpec[] {
  const letters = { schema: deadLetterSchema, key: ['step'], delay: 0 }
  return [
    { name: commitsTopic(topology), partitions, keeps: 'latest' },
    { name: stateTopic(topology), partitions, keeps: 'latest' },
    { name: orderTopic(topology), partitions, keeps: 'all' },
    { name: deadLettersTopic(topology), partitions, keeps: 'all', about: letters },
  ]
}

/** Topics between tasks, and captured streams. */
function ownTopics(tasks: readonly TaskLayout[]): readonly TopicSpec[] {
  const own = tasks.flatMap(({ destinations }) => destinations.filter(({ as }) => as !== 'topic'))
  const specs = own.map(({ topic, partitions }): [string, TopicSpec] => [
    topic,
    { name: topic, partitions, keeps: 'all' },
  ])
  return [...new Map(specs).values()]
}
