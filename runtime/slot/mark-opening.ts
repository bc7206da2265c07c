// Marks in every topic that a slot is restored from that it was opened, and waits until the marks
// can be read. A leader that was deposed and does not know it has no mark to show, so what it tells
// of the past is not taken for all of it (decision 17).
import type { Bounds, Log, PartitionId, Producer } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Layout } from '../layout.ts'
import type { Pace } from '../pace.ts'
import { openingMark } from '../state/opening-mark.ts'
import { commitsTopic, orderTopic, stateTopic } from '../topic-names.ts'
import { SlotTaken } from './slot-taken.ts'

/** Up to where at least a partition is restored from each topic. */
export interface RestoreBounds {
  readonly commits: Bounds
  readonly state: Bounds
  readonly order: Bounds
  /** Behind the mark among the commit records: what follows is another's. */
  readonly commitsAfter: number
  /** Where the mark stands in the changelog: there it ended before this opening. */
  readonly stateEnd: number
}

export interface Opening {
  readonly layout: Layout
  readonly log: Log
  readonly pace: Pace
  readonly slot: number
  /** Of the slot: whoever had it is fenced. */
  readonly producer: Producer
}

/**
 * By partition of the slot. On a log without tables; what has tables is one place, and no other is
 * read.
 * @throws SlotTaken; EngineError of the log, `log-unavailable` while the marks cannot be read.
 */
export async function markOpening(opening: Opening): Promise<ReadonlyMap<number, RestoreBounds>> {
  const { layout, slot } = opening
  const { topology } = layout.plan
  const own = layout.tasks.filter((task) => task.slot === slot)
  const partitions = [...new Set(own.map(({ partition }) => partition))]
  const topics = [commitsTopic(topology), stateTopic(topology), orderTopic(topology)]
  const places = partitions.flatMap((partition) => topics.map((topic) => ({ topic, partition })))
  const ends = await writeMarks(opening, places)
  const found = await boundsBehind(opening, places, ends)
  return new Map(
    partitions.map((partition, at) => {
      const first = at * topics.length
      const [commits, state, order] = found.slice(first, first + topics.length)
      const [commitsAfter, stateAfter] = ends.slice(first)
      if (!commits || !state || !order || commitsAfter === undefined || stateAfter === undefined) {
        throw new Error(`no bounds of partition ${partition}`)
      }
      return [partition, { commits, state, order, commitsAfter, stateEnd: stateAfter - 1 }]
    }),
  )
}

/** The offsets behind the marks. */
async function writeMarks(
  { producer, slot }: Opening,
  places: readonly PartitionId[],
): Promise<readonly number[]> {
  try {
    const appends = places.map((place) => ({ ...place, batch: openingMark() }))
    return await producer.transact({ appends, puts: [] })
  } catch (error) {
    if (error instanceof EngineError && error.code === 'fenced') throw new SlotTaken(slot)
    throw error
  }
}

/** The end of a transaction reaches its partitions soon after it was decided, about 4 s at most. */
const LOOKS = 14
const FIRST_PAUSE_MS = 5
const MOST_PAUSE_MS = 640

async function boundsBehind(
  { log, pace }: Opening,
  places: readonly PartitionId[],
  ends: readonly number[],
): Promise<readonly Bounds[]> {
  for (let look = 1, pauseMs = FIRST_PAUSE_MS; ; look += 1, pauseMs *= 2) {
    const found = await log.bounds(places)
    const behind = found.find(({ stable }, at) => !(stable >= (ends[at] ?? Infinity)))
    if (behind === undefined) return found
    if (look === LOOKS) throw notTold(behind)
    await pace.pause(Math.min(MOST_PAUSE_MS, pauseMs))
  }
}

function notTold({ topic, partition, stable }: Bounds): EngineError {
  return new EngineError(
    'log-unavailable',
    `topic "${topic}", partition ${partition}, is told up to ${stable}, and more was committed: ` +
      'who leads it is new, or was deposed; see whether the brokers reach each other',
    { coordinates: { topic, partition, stable }, retryable: true },
  )
}
