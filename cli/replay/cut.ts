// The range of a replay: cuts the channels of a topic by their clocks, as the reference interpreter
// does, so that what is left is a prefix, or a suffix, of each.
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Range } from '../../runtime/reference/inputs.ts'
import { keyBytes, KeyError, keyReader, partitionOf } from '../../schemas/key.ts'
import type { PlannedTopic } from '../../topology/plan.ts'

export type Cut = (item: InputItem) => boolean

/** Whether an item lies in the range; to be asked for every item, in order. */
export function makeCut(topic: PlannedTopic, { from, to }: Range): Cut {
  if (from === undefined && to === undefined) return () => true
  const { partitions } = topic
  const [least, most] = [from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY]
  const clocks = new Array<number>(partitions).fill(Number.NEGATIVE_INFINITY)
  const isIn = (partition: number, available: number): boolean => {
    const clock = Math.max(clocks[partition] ?? Number.NEGATIVE_INFINITY, available)
    clocks[partition] = clock
    return clock >= least && clock < most
  }
  const partitionAt = partitionReader(topic)
  return (item) => {
    if (item.kind === 'record') return isIn(partitionAt(item), item.available)
    if (item.kind === 'bad') return isIn(0, item.available ?? Number.NEGATIVE_INFINITY)
    // A heartbeat goes to all partitions or none: where it is early or late it changes nothing.
    return clocks.map((_, partition) => isIn(partition, item.available)).includes(true)
  }
}

type RecordItem = Extract<InputItem, { readonly kind: 'record' }>

const MOST_KEYS = 100_000

/** What has no key stands in partition 0, like what cannot be read. */
function partitionReader(topic: PlannedTopic): (item: RecordItem) => number {
  const keyOf = keyReader(topic.record, topic.key)
  const known = new Map<string, number>()
  return ({ key, value }) => {
    const text = key ?? (value && textOf(() => keyOf(value)))
    if (text === undefined || text === null) return 0
    const found = known.get(text) ?? partitionOf(keyBytes(text), topic.partitions)
    if (known.size >= MOST_KEYS) known.clear()
    known.set(text, found)
    return found
  }
}

function textOf(read: () => string): string | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof KeyError) return undefined
    throw error
  }
}
