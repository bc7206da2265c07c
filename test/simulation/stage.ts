// Where a seed is played: a memory log with the topics of a drawn topology, and engine workers that
// the scheduler moves while feeders fill the inputs.
import type { Log } from '../../connectors/connector.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import { createMemoryBroker, type MemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { findEnds, type Ends } from '../../runtime/ends.ts'
import { haveTakenAll, readCommits } from '../../runtime/finish.ts'
import { type Layout, makeLayout } from '../../runtime/layout.ts'
import { committedRows } from '../../runtime/results/committed-rows.ts'
import { decodeCommit } from '../../runtime/task/commit-record.ts'
import { commitsTopic } from '../../runtime/topic-names.ts'
import type { RunEvent } from '../../runtime/report.ts'
import type { LocalState } from '../../runtime/state/local-state.ts'
import type { Worker, WorkerOptions } from '../../runtime/worker.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { type DeposedLeaders, deposedLeaders } from './deposed-leaders.ts'
import { clockOf, type FedItem, type Histories } from './generate-history.ts'
import { simulatedOperators } from './operators.ts'
import { withPatience } from './patience.ts'
import { createRandom, type Random } from './random.ts'
import { runSchedule, type Scene, type Seat, type Story } from './scheduler.ts'

export interface Stage {
  readonly seed: number
  readonly plan: Plan
  readonly random: Random
  readonly layout: Layout
  readonly broker: MemoryBroker
  readonly log: Log
  readonly deposed: DeposedLeaders
  readonly start: (options: WorkerOptions) => Worker
  /** Where workers keep copies of state, as threads of one process do. */
  readonly local: LocalState | undefined
}

export interface StageOptions {
  readonly seed: number
  readonly plan: Plan
  readonly start: (options: WorkerOptions) => Worker
  /** Streams that are written to topics of their own; some or none if it is not said. */
  readonly capture?: '*'
  readonly local?: LocalState | undefined
}

const MOST_DISTURBANCES = 12
const MOST_STEPS = 40_000
/** Of each feeder: every virtual millisecond costs steps. */
const MOST_RESTS = 4
const LEAST_REST_MS = 20
const MOST_REST_MS = 300
const operators = withPatience(simulatedOperators)

export async function openStage(options: StageOptions): Promise<Stage> {
  const { seed, plan, start, capture, local } = options
  const random = createRandom(seed, 'schedule')
  const isCaptured = random.chance(0.3) || capture !== undefined
  const layout = makeLayout(plan, { capture: isCaptured ? '*' : new Set() })
  const broker = createMemoryBroker({ compactAfter: random.pick([10, 1_000_000]) })
  const log = broker.connect()
  await log.createTopics(layout.topics)
  const deposed = deposedLeaders(createRandom(seed, 'deposed leaders'))
  return { seed, plan, random, layout, broker, log, deposed, start, local }
}

/** The streams that the engine writes to topics of their own, for the reference interpreter. */
export function capturedIn({ layout }: Stage): '*' | ReadonlySet<string> {
  const isCaptured = layout.tasks.some(({ destinations }) =>
    destinations.some((each) => each.as === 'captured'),
  )
  return isCaptured ? '*' : new Set()
}

export interface Act extends Pick<Scene, 'afterCrash'> {
  /** Undefined: the inputs are there already. */
  readonly inputs: Histories | undefined
  /** Feeders rest now and then, so that time passes. */
  readonly isSlow?: boolean
  /** Workers that run without an end go on until they have taken all that was fed. */
  readonly comesToRest?: boolean
  readonly report?: (event: RunEvent) => void
}

/** Runs workers until all that was fed is committed, and looks whether anything went back. */
export async function play(stage: Stage, act: Act): Promise<Story> {
  const { plan, random, layout, broker, log, deposed } = stage
  const feeding = act.inputs === undefined ? [] : drawFeeding(stage, act.inputs, act.isSlow)
  let ends: Ends | undefined = feeding.length === 0 ? await findEnds(plan, log) : undefined
  let fed = 0
  const feeders = feeding.map((feed) => async (seat: Seat) => {
    await feed(seat)
    if ((fed += 1) === feeding.length) ends = await findEnds(plan, log)
  })
  if (act.comesToRest) feeders.push((seat) => restOf(seat, layout, () => fed === feeding.length))
  const story = await runSchedule({
    random,
    broker,
    feeders,
    start: ({ log: own, pace }, isFed) =>
      stage.start({
        layout,
        operators,
        log: deposed.mislead(own),
        pace,
        commit: { everyMs: random.pick([1, 20, 50]), records: random.int(1, 50) },
        ...(stage.seed % 2 === 0 && { deleteEvery: 1 }),
        fetchRecords: random.pick([1, 3, 10, 1_000]),
        ends: isFed ? ends : undefined,
        storeBytes: random.pick([1, 1_000, 1_000_000]),
        local: stage.local,
        report: act.report ?? (() => undefined),
      }),
    ...(act.isSlow && { beginsLive: true }),
    disturbances: random.int(0, MOST_DISTURBANCES),
    mostSteps: MOST_STEPS,
    ...(act.afterCrash && { afterCrash: act.afterCrash }),
  })
  await checkCommits(layout, log)
  return story
}

const LOOKS_EVERY_MS = 50

/** Feeds nothing; ends when all is fed, and no task has anything left to take. */
async function restOf({ log, pace }: Seat, layout: Layout, isFed: () => boolean): Promise<void> {
  const isAtRest = async (): Promise<boolean> =>
    haveTakenAll(log, await readCommits(layout, log), layout.tasks)
  while (!isFed() || !(await isAtRest())) await pace.pause(LOOKS_EVERY_MS)
}

type Feed = (seat: Seat) => Promise<void>

/** Each input in pieces of its own size; some say at their end that they have ended. */
function drawFeeding({ plan, random }: Stage, inputs: Histories, isSlow = false): readonly Feed[] {
  const end = random.chance(0.5) ? clockOf(inputs) : undefined
  return [...plan.topics.values()]
    .filter(({ isInput }) => isInput)
    .map((topic) => {
      const piece = random.pick(isSlow ? [1, 5, 20] : [1, 5, 20, 1_000])
      const items = inputs.get(topic.name) ?? []
      const rest = isSlow ? restNowAndThen(random) : () => 0
      return (seat) => feedTopic(seat, topic, { items, piece, rest, end })
    })
}

function restNowAndThen(random: Random): () => number {
  let left = MOST_RESTS
  return () => {
    if (left === 0 || random.chance(0.5)) return 0
    left -= 1
    return random.int(LEAST_REST_MS, MOST_REST_MS)
  }
}

interface Feeding {
  readonly items: readonly FedItem[]
  readonly piece: number
  /** Virtual milliseconds to rest before the next piece. */
  readonly rest: () => number
  readonly end: number | undefined
}

async function feedTopic({ log, pace }: Seat, topic: PlannedTopic, feeding: Feeding) {
  const { items, piece, rest, end } = feeding
  const producer = await log.producer(`feed.${topic.topic}`)
  const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
  for (let at = 0; at < items.length; at += piece) {
    const ms = rest()
    if (ms > 0) await pace.pause(ms)
    await feeder.add(items.slice(at, at + piece))
    await feeder.flush()
  }
  if (end !== undefined) await feeder.end(end)
}

/** Along the commit records of each task no position, number or clock goes back. */
async function checkCommits({ plan, partitions }: Layout, log: Log): Promise<void> {
  const last = new Map<string, number>()
  for await (const { key, value } of committedRows(log, commitsTopic(plan.topology), partitions)) {
    if (value === null) continue
    const { positions, channels, number, taken, clock } = decodeCommit(value)
    const look = (what: string, at: number): void => {
      const name = `${what} of task ${key}`
      if (at < (last.get(name) ?? Number.NEGATIVE_INFINITY)) {
        throw new Error(`${name} goes back to ${at}`)
      }
      last.set(name, at)
    }
    look('number', number)
    look('taken', taken)
    look('clock', clock)
    for (const [source, at] of Object.entries(positions)) look(`position in ${source}`, at)
    for (const [channel, state] of Object.entries(channels)) {
      look(`clock of channel ${channel}`, state.clock)
      look(`sequence of channel ${channel}`, state.sequence)
    }
  }
}
