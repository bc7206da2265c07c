// One seed: draws a topology and its inputs, runs the engine over the memory log under a drawn
// schedule, and compares all that it committed with the reference interpreter.
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { Log } from '../../connectors/connector.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { type Ends, findEnds } from '../../runtime/ends.ts'
import { type Layout, makeLayout } from '../../runtime/layout.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import { committedRows } from '../../runtime/results/committed-rows.ts'
import { readResults } from '../../runtime/results/read-results.ts'
import { decodeCommit } from '../../runtime/task/commit-record.ts'
import { commitsTopic } from '../../runtime/topic-names.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../runtime/worker.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { firstDifference } from './compare.ts'
import { type FedItem, generateHistory } from './generate-history.ts'
import { generateTopology } from './generate-topology.ts'
import { simulatedOperators } from './operators.ts'
import { withPatience } from './patience.ts'
import { createRandom, type Random } from './random.ts'
import { type Seat, runSchedule, type Story } from './scheduler.ts'

/** What takes the engine's place where a test plants a fault. */
export interface Planted {
  readonly start?: (options: WorkerOptions) => Worker
}

const MOST_DISTURBANCES = 12
const MOST_STEPS = 8_000
const operators = withPatience(simulatedOperators)

/** @throws with the difference, and the command that repeats it. */
export async function simulate(seed: number, planted: Planted = {}): Promise<Story> {
  const topology = generateTopology(seed)
  try {
    return await simulateDrawn(seed, topology, planted)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const again = `npm run simulate -- --seed ${seed}`
    throw new Error(`seed ${seed}: ${why}\nrepeat it with: ${again}`, { cause: error })
  }
}

async function simulateDrawn(
  seed: number,
  { plan }: ReturnType<typeof generateTopology>,
  { start = startWorker }: Planted,
): Promise<Story> {
  const inputs = generateHistory(seed, plan)
  const random = createRandom(seed, 'schedule')
  const capture = random.chance(0.3) ? '*' : new Set<string>()
  const layout = makeLayout(plan, { capture })
  const broker = createMemoryBroker({ compactAfter: random.pick([10, 1_000_000]) })
  const log = broker.connect()
  await log.createTopics(layout.topics)
  const feed = drawFeeding(random, layout, inputs)
  let ends: Ends | undefined
  let fed = 0
  const feeders = feed.map((each) => async (seat: Seat) => {
    await each(seat.log)
    if ((fed += 1) === feed.length) ends = await findEnds(plan, log)
  })
  const story = await runSchedule({
    random,
    broker,
    feeders,
    start: ({ log: own, pace }, isFed) =>
      start({
        layout,
        operators,
        log: own,
        pace,
        commit: { everyMs: random.pick([1, 20, 50]), records: random.int(1, 50) },
        fetchRecords: random.pick([1, 3, 10, 1_000]),
        ends: isFed ? ends : undefined,
        storeBytes: random.pick([1, 1_000, 1_000_000]),
        report: () => undefined,
      }),
    disturbances: random.int(0, MOST_DISTURBANCES),
    mostSteps: MOST_STEPS,
  })
  const expected = runReference({ plan, operators: simulatedOperators, inputs, capture })
  const difference = firstDifference(plan, expected, await readResults(layout, log))
  if (difference !== undefined) throw new Error(difference)
  await checkPositions(layout, log)
  return story
}

type Feed = (log: Log) => Promise<void>

/** Each input in pieces of its own size; some say at their end that they have ended. */
function drawFeeding(
  random: Random,
  { plan }: Layout,
  inputs: ReadonlyMap<string, readonly FedItem[]>,
): readonly Feed[] {
  const clock = clockOf(inputs)
  const says = random.chance(0.5)
  return [...plan.topics.values()]
    .filter(({ isInput }) => isInput)
    .map((topic) => {
      const piece = random.pick([1, 5, 20, 1_000])
      const items = inputs.get(topic.name) ?? []
      return (log) => feedTopic(log, topic, { items, piece, end: says ? clock : undefined })
    })
}

/** The greatest clock of all inputs. */
function clockOf(inputs: ReadonlyMap<string, readonly FedItem[]>): number {
  let clock = Number.NEGATIVE_INFINITY
  for (const items of inputs.values()) {
    for (const item of items) if (item.kind !== 'bad') clock = Math.max(clock, item.available)
  }
  return clock
}

interface Pieces {
  readonly items: readonly FedItem[]
  readonly piece: number
  readonly end: number | undefined
}

async function feedTopic(
  log: Log,
  topic: PlannedTopic,
  { items, piece, end }: Pieces,
): Promise<void> {
  const producer = await log.producer(`feed.${topic.topic}`)
  const feeder = createFeeder({ producer, topic, partitions: topic.partitions })
  for (let at = 0; at < items.length; at += piece) {
    await feeder.add(items.slice(at, at + piece))
    await feeder.flush()
  }
  if (end !== undefined) await feeder.end(end)
}

/** Along the commit records of each task no position and no clock goes back. */
async function checkPositions({ plan, partitions }: Layout, log: Log): Promise<void> {
  const last = new Map<string, number>()
  for await (const { key, value } of committedRows(log, commitsTopic(plan.topology), partitions)) {
    if (value === null) continue
    const { positions, number, taken } = decodeCommit(value)
    for (const [what, at] of Object.entries({ ...positions, number, taken })) {
      const name = `${what} of task ${key}`
      if (at < (last.get(name) ?? 0)) throw new Error(`${name} goes back to ${at}`)
      last.set(name, at)
    }
  }
}
