// Puts the history of the input topics on the log: each item in its channel, what cannot be read
// too, in its place. The task that takes it settles it.
import { valueToJson } from '../../schemas/value-to-json.ts'
import { keyBytes, keyReader, partitionOf } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import type { DeadLetter, HistoryItem } from './history.ts'
import type { Ledger } from './ledger.ts'
import type { ReferenceLog } from './log.ts'

/** A span of channel clocks: from (inclusive) to (exclusive). */
export interface Range {
  readonly from: number | undefined
  readonly to: number | undefined
}

export interface Histories {
  readonly plan: Plan
  /** By the input topic's local name; a topic that is left out is empty. */
  readonly inputs: ReadonlyMap<string, readonly HistoryItem[]>
  readonly range?: Range
}

/** It does not move its channel's clock. */
const UNKNOWN_TIME = Number.NEGATIVE_INFINITY

/** @throws Failing when a topic that nothing reads has a bad record, and the fate is `fail`. */
export function readInputs(histories: Histories, log: ReferenceLog, ledger: Ledger): void {
  const topics = [...histories.plan.topics.values()].filter(({ isInput }) => isInput)
  for (const topic of topics) readInput(histories, topic, log, ledger)
  endInputs(topics, log)
}

function readInput(
  { inputs, range }: Histories,
  topic: PlannedTopic,
  log: ReferenceLog,
  ledger: Ledger,
): void {
  const { name } = topic
  const keyOf = keyReader(topic.record, topic.key)
  const isRead = log.partitions(name) > 0
  const partitions = isRead ? log.partitions(name) : topic.partitions
  const isInRange = rangeOf(range, partitions)
  const putUnreadable = (letter: DeadLetter, available: number): void => {
    if (!isInRange(0, available)) ledger.outside(name)
    else if (isRead) log.channel(name, 0, 0).append({ kind: 'unreadable', letter }, available)
    else ledger.unreadable(letter)
  }
  for (const item of inputs.get(name) ?? []) {
    if (item.kind === 'bad') {
      putUnreadable(unreadableLetter(name, item), item.available ?? UNKNOWN_TIME)
    } else if (item.kind === 'record') {
      const { value, time, available, place } = item
      const found = findKey(item, keyOf)
      if ('problem' in found) {
        putUnreadable(keylessLetter(topic, item, found.problem), available)
        continue
      }
      const partition = partitionOf(keyBytes(found.key), partitions)
      const record = { kind: 'record', stream: name, key: found.key, value, time, place } as const
      if (!isInRange(partition, available)) ledger.outside(name)
      else if (isRead) log.channel(name, partition, 0).append(record, available)
      else ledger.read(name)
    } else {
      const available = item.kind === 'heartbeat' ? item.available : UNKNOWN_TIME
      for (let partition = 0; partition < partitions; partition += 1) {
        if (item.kind === 'heartbeat' && !isInRange(partition, available)) continue
        if (isRead) log.channel(name, partition, 0).append({ kind: item.kind }, available)
      }
    }
  }
}

function findKey(
  { key, value }: Extract<HistoryItem, { kind: 'record' }>,
  keyOf: (value: Value) => string,
): { readonly key: string } | { readonly problem: string } {
  if (key !== undefined) return { key }
  if (value === null) return { problem: 'the record has neither value nor key' }
  try {
    return { key: keyOf(value) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** What the record says is kept as text: without a key it is no record. */
function keylessLetter(
  { name, record }: PlannedTopic,
  { value, available, place }: Extract<HistoryItem, { kind: 'record' }>,
  reason: string,
): DeadLetter {
  const original = JSON.stringify(value && valueToJson(record)(value))
  return unreadableLetter(name, { reason, place, original, available })
}

function unreadableLetter(
  topic: string,
  { reason, place, original, available }: Omit<Extract<HistoryItem, { kind: 'bad' }>, 'kind'>,
): DeadLetter {
  const unknown = { key: undefined, time: undefined, available, value: undefined }
  return { step: topic, stream: topic, fate: 'bad', reason, place, original, ...unknown }
}

/**
 * Whether an item of a partition lies in the range of the run. A range cuts channels by their
 * clocks, so that what is left is a prefix (or a suffix) of each.
 */
function rangeOf(range: Range | undefined, partitions: number) {
  const clocks = new Array<number>(partitions).fill(Number.NEGATIVE_INFINITY)
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range ?? {}
  return (partition: number, available: number): boolean => {
    const clock = Math.max(clocks[partition] ?? Number.NEGATIVE_INFINITY, available)
    clocks[partition] = clock
    return clock >= from && clock < to
  }
}

/** At the end every input knows how far the input as a whole has come, as if by a heartbeat. */
function endInputs(topics: readonly PlannedTopic[], log: ReferenceLog): void {
  const channels = topics.flatMap(({ name }) =>
    Array.from({ length: log.partitions(name) }, (_, partition) => log.channel(name, partition, 0)),
  )
  const end = channels.reduce((last, { clock }) => Math.max(last, clock), Number.NEGATIVE_INFINITY)
  for (const channel of channels) channel.append({ kind: 'heartbeat' }, end)
}
