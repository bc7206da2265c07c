// What a Cluster knows of topics and leaders. A topic that was not found is asked for again each
// time, so one that is made later is found; requests that overlap share one answer.
import type { Brokers } from './brokers.ts'
import { metadataExchange } from './exchanges/metadata.ts'
import { newestOf } from './newest-metadata.ts'
import { LEADER_NOT_AVAILABLE } from './hardening/error-codes.ts'
import { checkCode, ownFault } from './kafka-fault.ts'

export interface Metadata {
  /** Loads it all anew. */
  readonly refresh: () => Promise<void>
  readonly controller: () => Promise<number>
  /** Leaders by partition, -1 for none; undefined: there is no such topic. */
  readonly leaders: (topic: string) => Promise<readonly number[] | undefined>
  readonly known: (topic: string) => readonly number[] | undefined
}

/** There is none of that name, or none can have it. */
const missing: ReadonlySet<number> = new Set([3, 17])

/** Of whom it is asked: `most` for those whom an old answer would mislead. */
export type Asking = 'any' | 'most'

export function createMetadata(brokers: Brokers, asking: Asking): Metadata {
  const topics = new Map<string, readonly number[]>()
  /** Topics that the next request must ask for, too. */
  const wanted = new Set<string>()
  /** Why a topic is not told of, where it is not just unknown. */
  const refused = new Map<string, number>()
  let controllerNode = -1
  let loading: Promise<void> | undefined

  async function load(): Promise<void> {
    const names = [...new Set([...topics.keys(), ...wanted])]
    const asked = metadataExchange(names)
    const found =
      asking === 'any'
        ? await brokers.ask((_, exchange) => exchange(asked))
        : newestOf(await brokers.askMost((_, exchange) => exchange(asked)))
    brokers.replace(found.brokers)
    controllerNode = found.controller
    for (const name of names) wanted.delete(name)
    for (const { name, error, leaders } of found.topics) {
      refused.delete(name)
      // Where leaders are missing the partitions are there.
      const isThere = error === 0 || error === LEADER_NOT_AVAILABLE
      if (isThere && leaders.length > 0) topics.set(name, leaders)
      else topics.delete(name)
      if (!topics.has(name) && !missing.has(error)) refused.set(name, error)
    }
  }

  /** Who asks while an answer is on its way gets that one. */
  function refresh(): Promise<void> {
    loading ??= Promise.resolve()
      .then(load)
      .finally(() => {
        loading = undefined
      })
    return loading
  }

  return {
    refresh,
    async controller() {
      if (controllerNode < 0) await refresh()
      if (controllerNode < 0) throw ownFault('CONNECTION', 'no controller is known')
      return controllerNode
    },
    async leaders(topic) {
      if (topics.has(topic)) return topics.get(topic)
      wanted.add(topic)
      // An answer that was on its way already leaves the topic out, and so wanted.
      await refresh()
      if (wanted.has(topic)) await refresh()
      checkCode(refused.get(topic) ?? 0, `"${topic}"`)
      return topics.get(topic)
    },
    known: (topic) => topics.get(topic),
  }
}
