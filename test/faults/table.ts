// The table of faults: each request that a worker's commits, reading and membership rest on, times
// each way in which it can go wrong. Which request of its kind it falls on is drawn from a seed.
import { createRandom } from '../simulation/random.ts'
import type { Fault, Rpc } from './fault.ts'

interface Row {
  readonly rpc: Rpc
  /** A run of the story asks at least so often; two workers more often. */
  readonly asked: number
  /** How many workers it takes to be asked so often. */
  readonly workers: 1 | 2
}

/** As the issue names them, and then those that find brokers, leaders and offsets. */
export const rows: readonly Row[] = [
  { rpc: 'InitProducerId', asked: 8, workers: 1 },
  { rpc: 'AddPartitionsToTxn', asked: 24, workers: 1 },
  { rpc: 'Produce', asked: 24, workers: 1 },
  { rpc: 'EndTxn', asked: 24, workers: 1 },
  { rpc: 'Fetch', asked: 60, workers: 1 },
  { rpc: 'JoinGroup', asked: 4, workers: 2 },
  { rpc: 'SyncGroup', asked: 2, workers: 2 },
  { rpc: 'Heartbeat', asked: 3, workers: 2 },
  { rpc: 'OffsetCommit', asked: 4, workers: 2 },
  { rpc: 'Metadata', asked: 20, workers: 1 },
  { rpc: 'FindCoordinator', asked: 8, workers: 1 },
  { rpc: 'ListOffsets', asked: 20, workers: 1 },
]

/** Those whose cells `npm test` runs too. */
const NAMED = 9

export interface Way extends Pick<Fault, 'deed' | 'connection'> {
  readonly title: string
  readonly isLater: boolean
}

export const ways: readonly Way[] = [
  { title: 'request lost', deed: 'lose-request', connection: 'closes', isLater: false },
  { title: '... hanging', deed: 'lose-request', connection: 'hangs', isLater: false },
  { title: 'answer lost', deed: 'lose-response', connection: 'closes', isLater: false },
  { title: '... hanging', deed: 'lose-response', connection: 'hangs', isLater: false },
  { title: 'delayed', deed: 'delay', connection: 'hangs', isLater: false },
  { title: '... and later', deed: 'delay', connection: 'hangs', isLater: true },
]

export interface PlannedCell {
  readonly row: Row
  readonly way: Way
  readonly fault: Fault
}

const MOST_LATER = 6

/** Row by row. */
export function planTable(seed: number): readonly PlannedCell[] {
  const random = createRandom(seed, 'faults')
  return rows.flatMap((row) =>
    ways.map((way): PlannedCell => {
      const { rpc, asked } = row
      const { deed, connection, isLater } = way
      // In the middle of the run, where it is asked often.
      const nth = random.int(Math.max(1, Math.floor(asked / 8)), asked)
      const lateBy = random.int(1, MOST_LATER)
      return { row, way, fault: { rpc, nth, deed, connection, ...(isLater && { lateBy }) } }
    }),
  )
}

/** One for each request that the issue names, each in another way than the one before. */
export function planShort(seed: number): readonly PlannedCell[] {
  const table = planTable(seed)
  return rows.slice(0, NAMED).flatMap(({ rpc }, index) => {
    const own = table.filter(({ fault }) => fault.rpc === rpc)
    const cell = own[(index + seed) % ways.length]
    return cell === undefined ? [] : [cell]
  })
}
