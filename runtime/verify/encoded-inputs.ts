// The history of all inputs as it stands on a log: encoded once, appended to the broker of every
// trial by reference. Each row's place on its channel's clock is known, so a part of the history
// is cut out as the reference interpreter cuts it.
import type { Log } from '../../connectors/connector.ts'
import { FeedRows } from '../../connectors/feed/feed-rows.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { END, HEARTBEAT, kindOf, RECORD, type RecordBatch } from '../../connectors/record-batch.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import type { Ends } from '../ends.ts'
import type { Range } from '../reference/inputs.ts'
import { type ReadRow, readTopicRow } from '../task/read-row.ts'
import { receiptReader } from './receipts.ts'
import { sliceBatch } from './slice-batch.ts'

interface EncodedBatch {
  readonly batch: RecordBatch
  /** By row: the channel's clock. */
  readonly clocks: Float64Array
  /** By row: when it says that it was received, NaN where it does not; see receipts.ts. */
  readonly receipts: Float64Array | undefined
}

interface EncodedPartition {
  readonly topic: string
  readonly partition: number
  readonly batches: readonly EncodedBatch[]
}

export type EncodedInputs = readonly EncodedPartition[]

const ROWS = 10_000

/** `inputs` by local name; a topic that is left out is empty. */
export function encodeInputs(
  plan: Plan,
  inputs: ReadonlyMap<string, readonly InputItem[]>,
): EncodedInputs {
  const topics = [...plan.topics.values()].filter(({ isInput }) => isInput)
  return topics.flatMap((topic) => encodeTopic(topic, inputs.get(topic.name) ?? []))
}

function encodeTopic(topic: PlannedTopic, items: readonly InputItem[]): EncodedInputs {
  const rows = new FeedRows(topic, topic.partitions)
  const read = readTopicRow(topic)
  const readReceipts = receiptReader(topic)
  const clocks = new Array<number>(topic.partitions).fill(Number.NEGATIVE_INFINITY)
  const batches = clocks.map((): EncodedBatch[] => [])
  const take = (): void => {
    for (const { partition, batch } of rows.take()) {
      const known = clocksOf(topic, batch, read, clocks[partition] ?? Number.NEGATIVE_INFINITY)
      clocks[partition] = known.at(-1) ?? Number.NEGATIVE_INFINITY
      batches[partition]?.push({ batch, clocks: known, receipts: readReceipts(batch) })
    }
  }
  for (const item of items) {
    rows.add(item)
    if (rows.count >= ROWS) take()
  }
  take()
  return batches.map((own, partition) => ({ topic: topic.topic, partition, batches: own }))
}

function clocksOf(
  topic: PlannedTopic,
  batch: RecordBatch,
  read: ReadRow,
  before: number,
): Float64Array {
  let clock = before
  return Float64Array.from({ length: batch.count }, (_, row) => {
    const isPromise = kindOf(batch, row) === HEARTBEAT || kindOf(batch, row) === END
    // A time beside the value says it already, unless the topic takes it from a field.
    const isKnown = topic.available === undefined || kindOf(batch, row) !== RECORD
    const beside = batch.available[row] ?? NaN
    const isBeside = isPromise || (isKnown && !Number.isNaN(beside))
    const available = isBeside ? beside : read(batch, row).available
    if (available > clock) clock = available
    return clock
  })
}

/** What lies in the range, by the clocks of channels. */
export function cutInputs(inputs: EncodedInputs, range: Range): EncodedInputs {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range
  return inputs.map(({ batches, ...id }) => ({
    ...id,
    batches: batches.flatMap((each) => {
      const first = firstAt(each.clocks, from)
      const end = firstAt(each.clocks, to)
      return first < end ? [sliceEncoded(each, first, end)] : []
    }),
  }))
}

/** As if every record had been known only when it says that it was received. */
export function asReceived(inputs: EncodedInputs): EncodedInputs {
  return inputs.map((own) => {
    let clock = Number.NEGATIVE_INFINITY
    const batches = own.batches.map((each): EncodedBatch => {
      const { batch, receipts } = each
      // NaN is later than nothing.
      const later = (known: number, row: number): number => {
        const receipt = receipts?.[row] ?? NaN
        return receipt > known ? receipt : known
      }
      const clocks = each.clocks.map((known, row) => (clock = Math.max(clock, later(known, row))))
      return { ...each, batch: { ...batch, available: batch.available.map(later) }, clocks }
    })
    return { ...own, batches }
  })
}

function sliceEncoded(
  { batch, clocks, receipts }: EncodedBatch,
  from: number,
  to: number,
): EncodedBatch {
  return {
    batch: sliceBatch(batch, from, to),
    clocks: clocks.subarray(from, to),
    receipts: receipts?.subarray(from, to),
  }
}

/** The first row whose clock has come to `least`. */
function firstAt(clocks: Float64Array, least: number): number {
  const found = clocks.findIndex((clock) => clock >= least)
  return found < 0 ? clocks.length : found
}

/** Clocks of all rows, in no order; heartbeats too. */
export function allClocks(inputs: EncodedInputs): Float64Array {
  const all = inputs.flatMap(({ batches }) => batches.map(({ clocks }) => clocks))
  const joined = new Float64Array(all.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const clocks of all) {
    joined.set(clocks, at)
    at += clocks.length
  }
  return joined
}

/** How many records, readable or not. */
export function countRecords(inputs: EncodedInputs): number {
  let records = 0
  for (const { batch } of inputs.flatMap(({ batches }) => batches)) {
    for (let row = 0; row < batch.count; row += 1) {
      const kind = kindOf(batch, row)
      if (kind !== HEARTBEAT && kind !== END) records += 1
    }
  }
  return records
}

/** Appends all of it; returns where a run has to stop. */
export async function appendInputs(log: Log, inputs: EncodedInputs): Promise<Ends> {
  const producer = await log.producer('verify.inputs')
  let clock = Number.NEGATIVE_INFINITY
  for (const { topic, partition, batches } of inputs) {
    const appends = batches.map(({ batch }) => ({ topic, partition, batch }))
    if (appends.length > 0) await producer.transact({ appends, puts: [] })
    clock = Math.max(clock, batches.at(-1)?.clocks.at(-1) ?? clock)
  }
  const bounds = await log.bounds(inputs)
  const offsets = bounds.map(({ topic, partition, stable }): [string, number] => {
    return [`${topic}/${partition}`, stable]
  })
  return { offsets: new Map(offsets), clock }
}
