// The history of a topic as it stands on a log: the committed records of all its partitions up to
// where they end now, merged by when they could be known, as a file would hold them.
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Bounds, Log, TopicSpec } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import {
  hasValue,
  kindOf,
  RECORD,
  type RecordBatch,
  UNREADABLE,
  valueAt,
} from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import { type ReadRow, readTopicRow } from '../../runtime/task/read-row.ts'
import type { PlannedTopic } from '../../topology/plan.ts'
import { suggest } from '../../topology/suggest.ts'
import { FileProblem } from '../load-topology.ts'

const ITEMS = 1_000

/**
 * Batches of a topic's items. `physical` is the topic's name on the log.
 * @throws FileProblem where the log has no such topic, EngineError of the log.
 */
export async function* readLogHistory(
  log: Log,
  topic: PlannedTopic,
  physical: string,
): AsyncGenerator<readonly InputItem[], void, undefined> {
  const partitions = partitionsOf(log, await log.topics(), physical)
  const ids = Array.from({ length: partitions }, (_, partition) => {
    return { topic: physical, partition }
  })
  const read = readTopicRow(topic)
  const lanes: Lane[] = []
  for (const bounds of await log.bounds(ids)) {
    const lane = new Lane(itemsOf(log, bounds, read))
    if (await lane.advance()) lanes.push(lane)
  }
  let items: InputItem[] = []
  for (let lane = earliest(lanes); lane !== undefined; lane = earliest(lanes)) {
    if (lane.head !== undefined) items.push(lane.head)
    // Most items follow in memory: who waits for nothing must not wait a turn for each.
    if (!lane.step() && !(await lane.advance())) lanes.splice(lanes.indexOf(lane), 1)
    if (items.length < ITEMS) continue
    yield items
    items = []
  }
  if (items.length > 0) yield items
}

function partitionsOf(
  { name }: Log,
  topics: ReadonlyMap<string, TopicSpec>,
  topic: string,
): number {
  const spec = topics.get(topic)
  if (spec !== undefined) return spec.partitions
  const near = suggest(topic, topics.keys())
  const repair = near === undefined ? 'feed it, or name another log' : `did you mean "${near}"?`
  throw new FileProblem(`${name} has no topic "${topic}" to replay; ${repair}`)
}

/** One partition: its next item, and how far its clock is. */
class Lane {
  head: InputItem | undefined
  /** The running maximum of `available`: what is known late stands behind what came before it. */
  clock = Number.NEGATIVE_INFINITY
  readonly #batches: AsyncGenerator<readonly InputItem[], void, undefined>
  #items: readonly InputItem[] = []
  #next = 0

  constructor(batches: AsyncGenerator<readonly InputItem[], void, undefined>) {
    this.#batches = batches
  }

  /** The next item of those in memory; false: there is none. */
  step(): boolean {
    this.head = this.#items[this.#next]
    if (this.head === undefined) return false
    this.#next += 1
    const { available = NaN } = this.head
    if (available > this.clock) this.clock = available
    return true
  }

  /** The next item, read from the log if need be; false: the partition has ended. */
  async advance(): Promise<boolean> {
    while (!this.step()) {
      const more = await this.#batches.next()
      if (more.done) return false
      this.#items = more.value
      this.#next = 0
    }
    return true
  }
}

/** Of several with the same clock the first. */
function earliest(lanes: readonly Lane[]): Lane | undefined {
  let [found] = lanes
  for (const lane of lanes) if (found !== undefined && lane.clock < found.clock) found = lane
  return found
}

async function* itemsOf(
  log: Log,
  bounds: Bounds,
  read: ReadRow,
): AsyncGenerator<readonly InputItem[], void, undefined> {
  const { topic, partition } = bounds
  for await (const stored of readPartition(log, bounds)) {
    const { batch, from } = stored
    const items: InputItem[] = []
    for (let row = from; row < batch.count; row += 1) {
      items.push(itemAt(batch, row, read, `${topic}/${partition}:${offsetAt(stored, row)}`))
    }
    yield items
  }
}

function itemAt(batch: RecordBatch, row: number, read: ReadRow, place: string): InputItem {
  const kind = kindOf(batch, row)
  if (kind !== RECORD && kind !== UNREADABLE) {
    return { kind: 'heartbeat', available: batch.available[row] ?? NaN }
  }
  const { record, problem = '', available } = read(batch, row)
  if (record !== undefined) {
    const { key, value, time } = record
    return { kind: 'record', key, value, time, available, place }
  }
  const bytes = hasValue(batch, row) ? valueAt(batch, row) : null
  const original = `base64:${(bytes ?? Buffer.alloc(0)).toString('base64')}`
  const known = Number.isNaN(available) ? undefined : { available }
  return { kind: 'bad', reason: problem, place, original, ...known }
}
