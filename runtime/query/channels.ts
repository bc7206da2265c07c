// The names of streams that can be followed: a topic, by its local name or by its physical one with
// colons for dots, and behind it, if not all of it is wanted, a key. `market:quotes:EURUSD` is the
// key EURUSD of the topic market.quotes; `alerts` is the topic of that name in the topology.
import { fieldOf, STRING } from '../../schemas/type.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { parseKey } from './queried-store.ts'

export interface Channel {
  readonly name: string
  readonly topic: PlannedTopic
  /** Canonical text; undefined: all keys. */
  readonly key: string | undefined
}

/** Undefined: there is no such topic. `malformed`: what follows it is no key of it. */
export function findChannel({ topics }: Plan, name: string): Channel | 'malformed' | undefined {
  const named = [...topics.values()].flatMap((topic) =>
    [topic.name, topic.topic.replaceAll('.', ':')].map((base) => ({ base, topic })),
  )
  // The longest counts: a topic's name may begin with another's.
  const [found] = named
    .filter(({ base }) => name === base || name.startsWith(`${base}:`))
    .toSorted((a, b) => b.base.length - a.base.length)
  if (found === undefined) return undefined
  const { base, topic } = found
  if (name === base) return { name, topic, key: undefined }
  const key = topic.key.map((field) => {
    return { name: field, type: fieldOf(topic.record, field)?.type ?? STRING }
  })
  const text = parseKey({ key }, name.slice(base.length + 1))
  return text === undefined ? 'malformed' : { name, topic, key: text }
}
