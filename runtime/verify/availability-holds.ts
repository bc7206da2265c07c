// Nothing is used before it could be known: the answer stays the same where each record is known
// only when it says that it was received. Asked where a topic's records say when that was, and the
// topic does not go by it.
import type { PlannedTopic } from '../../topology/plan.ts'
import type { EncodedInputs } from './encoded-inputs.ts'
import { receiptField } from './receipts.ts'
import { type Check, usualTrial } from './trial.ts'

/** The records of a topic that count as known before they were received. */
interface Early {
  readonly topic: string
  readonly field: string
  readonly count: number
  /** Of all that say when they were received. */
  readonly records: number
  /** By how much at most. */
  readonly lag: number
}

export const availabilityHolds: Check = {
  name: 'availability-holds',
  trials: ({ plan, inputs }) => {
    const early = [...plan.topics.values()]
      .filter(({ isInput }) => isInput)
      .map((topic) => findEarly(inputs, topic))
      .filter((each) => each !== undefined)
    if (early.length === 0) return []
    const fields = [...new Set(early.map(({ field }) => field))]
    return [
      {
        ...usualTrial,
        label: `known when ${fields.join(' or ')}`,
        lag: Math.max(...early.map(({ lag }) => lag)),
        meaning: `look-ahead: ${early.map(sentence).join('; ')}`,
      },
    ]
  },
}

function findEarly(inputs: EncodedInputs, topic: PlannedTopic): Early | undefined {
  const field = receiptField(topic)
  if (field === undefined) return undefined
  let [count, records, most] = [0, 0, 0]
  for (const { batches } of inputs.filter((each) => each.topic === topic.topic)) {
    for (const { receipts, clocks } of batches) {
      receipts?.forEach((receipt, row) => {
        if (Number.isNaN(receipt)) return
        records += 1
        const lag = receipt - (clocks[row] ?? receipt)
        if (lag > 0) count += 1
        if (lag > most) most = lag
      })
    }
  }
  return count === 0 ? undefined : { topic: topic.name, field, count, records, lag: most }
}

function sentence({ topic, field, count, records }: Early): string {
  const [early, all] = [count, records].map((each) => each.toLocaleString('en'))
  return (
    `${early} of ${all} records of "${topic}" count as known before their "${field}" says so: ` +
    `declare \`available: ${field}\``
  )
}
