// Reads the partitions of a topic from where it is told to: to their ends as they stood at the
// start, or for as long as it is wanted.
import type { Bounds, Fetched, Log, Position } from '../../connectors/connector.ts'
import { FileProblem } from '../load-topology.ts'

/** How long one fetch waits for news; whoever wants to stop waits as long at most. */
const WAIT_MS = 200
const MOST_RECORDS = 1000

export interface ReadRowsOptions {
  readonly log: Log
  readonly bounds: readonly Bounds[]
  readonly from: 'earliest' | 'latest' | number
  readonly untilIdle: boolean
  readonly signal: AbortSignal
}

/** What a fetch gives of one partition; rows at or behind `end` are not to be shown. */
export interface ReadRows {
  readonly fetched: Fetched
  readonly end: number
}

export async function* readRows(options: ReadRowsOptions): AsyncGenerator<ReadRows, void> {
  const { log, bounds, untilIdle, signal } = options
  const ends = new Map(bounds.map(({ partition, stable }) => [partition, stable]))
  const endOf = (partition: number): number =>
    untilIdle ? (ends.get(partition) ?? 0) : Number.POSITIVE_INFINITY
  let positions = bounds
    .map((each) => startOf(each, options.from))
    .filter(({ partition, offset }) => offset < endOf(partition))
  while (positions.length > 0 && !signal.aborted) {
    const waitMs = untilIdle ? 0 : WAIT_MS
    const all = await log.fetch(positions, { maxRecords: MOST_RECORDS, waitMs })
    for (const fetched of all) yield { fetched, end: endOf(fetched.partition) }
    positions = all
      .map(({ topic, partition, next }) => ({ topic, partition, offset: next }))
      .filter(({ partition, offset }) => offset < endOf(partition))
  }
}

function startOf({ topic, partition, first, stable }: Bounds, from: number | string): Position {
  if (from === 'earliest') return { topic, partition, offset: first }
  if (from === 'latest') return { topic, partition, offset: stable }
  return { topic, partition, offset: Number(from) }
}

/** @throws FileProblem */
export function parseFrom(text: string): 'earliest' | 'latest' | number {
  if (text === 'earliest' || text === 'latest') return text
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new FileProblem(`--from "${text}" is none of earliest, latest and an offset such as 1200`)
}
