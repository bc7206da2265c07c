// How many rows a sink is to hold: one for each record up to where it stands, or one for each
// content of the fields that tell its rows apart. What has a dead letter is not outside.
import type { Log, PartitionId } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { kindOf, RECORD } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { StepRecord } from '../../operators/operator.ts'
import type { PlannedSink, PlannedTopic } from '../../topology/plan.ts'
import type { Layout } from '../layout.ts'
import { deadLettersTopic } from '../topic-names.ts'
import { readLetters } from './read-letters.ts'
import { readSinkRow, topicOfSink } from './sink-topic.ts'

export interface CountOptions {
  readonly layout: Layout
  readonly log: Log
  readonly planned: PlannedSink
  /** As the sink says. */
  readonly identity: readonly string[] | undefined
  /** Where each partition stands outside, by its number. */
  readonly positions: ReadonlyMap<number, number>
  /** Earlier event times do not count, microseconds. */
  readonly since: number | undefined
}

export interface ExpectedRows {
  readonly rows: number
  /** Records that the log does not keep any more may have rows outside. */
  readonly isWhole: boolean
}

export async function countRows(options: CountOptions): Promise<ExpectedRows> {
  const { layout, log, planned, identity, positions, since = -Infinity } = options
  const topic = topicOfSink(layout.plan, planned)
  const letters = await placesOfLetters(options, topic)
  const tally = identity === undefined ? new Records() : new Identities(topic, identity)
  const read = readSinkRow(topic)
  let isWhole = true
  for (const bounds of await log.bounds(partitionsOf(topic))) {
    const { partition, first } = bounds
    const position = positions.get(partition) ?? first
    isWhole &&= first === 0
    const stable = Math.min(bounds.stable, position)
    for await (const stored of readPartition(log, { ...bounds, stable })) {
      const { batch, from } = stored
      for (let row = from; row < batch.count; row += 1) {
        const offset = offsetAt(stored, row)
        if (kindOf(batch, row) !== RECORD || offset >= position) continue
        const { record } = read(batch, row)
        if (record === undefined || letters.has(placeText({ partition, offset }))) continue
        if (record.time >= since) tally.add(record)
      }
    }
  }
  return { rows: tally.rows, isWhole }
}

class Records {
  rows = 0

  add({ value }: StepRecord): void {
    if (value !== null) this.rows += 1
  }
}

class Identities {
  readonly #fields: readonly string[]
  /** Its fields are those of the key, which deletions have too. */
  readonly #isKey: boolean
  readonly #there = new Set<string>()

  constructor({ key }: PlannedTopic, fields: readonly string[]) {
    this.#fields = fields
    this.#isKey = fields.toSorted().join('\n') === key.toSorted().join('\n')
  }

  get rows(): number {
    return this.#there.size
  }

  add({ key, value, time }: StepRecord): void {
    if (value === null) {
      if (this.#isKey) this.#there.delete(key)
      return
    }
    // Event time may stand beside the value.
    const parts = this.#fields.map((field) => (field in value ? value[field] : time))
    this.#there.add(this.#isKey ? key : JSON.stringify(parts))
  }
}

async function placesOfLetters(
  { layout, log, planned }: CountOptions,
  topic: PlannedTopic,
): Promise<ReadonlySet<string>> {
  const letters = { topic: deadLettersTopic(layout.plan.topology), partitions: layout.partitions }
  const places = new Set<string>()
  for (const bounds of await log.bounds(partitionsOf(letters))) {
    for await (const place of readLetters(log, bounds, planned, topic)) places.add(placeText(place))
  }
  return places
}

function placeText({ partition, offset }: { readonly partition: number; readonly offset: number }) {
  return `${partition}@${offset}`
}

function partitionsOf({
  topic,
  partitions,
}: {
  readonly topic: string
  readonly partitions: number
}): readonly PartitionId[] {
  return Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
}
