// Makes the topics that are not there, and compares those that are with what is declared of them.
// Several processes may do so at once: whoever comes second compares.
import type { TopicSpec } from '../../connector.ts'
import type { Cluster } from '../client.ts'
import { createTopicsExchange, type TopicAnswer } from '../exchanges/create-topics.ts'
import { LEADER_NOT_AVAILABLE } from '../hardening/error-codes.ts'
import { KafkaFault } from '../kafka-fault.ts'
import { describeSettings, describeTopics } from './describe-topics.ts'
import type { Patience } from './patience.ts'
import { checkTopic, type Settings, settingsOf } from './topic-settings.ts'

export interface MadeTopics {
  /** Names of those that we made, and nobody else. */
  readonly made: ReadonlySet<string>
  readonly settings: ReadonlyMap<string, Settings>
}

const WITHIN_MS = 10_000
const ALREADY_EXISTS = 36

/**
 * When this returns, every partition of them all has a leader.
 * @throws EngineError `topic-differs`, `not-allowed` or `log-unavailable`.
 */
export async function makeTopics(
  cluster: Cluster,
  patience: Patience,
  specs: readonly TopicSpec[],
): Promise<MadeTopics> {
  const names = specs.map(({ name }) => name)
  const task = { doing: `creating ${quoted(names)}`, coordinates: { topics: names.join(' ') } }
  const made = new Set<string>()
  const settings = await patience.try(task, async () => {
    const found = await describeTopics(cluster, names)
    const missing = specs.filter(({ name }) => !found.has(name))
    if (missing.length > 0) await create(cluster, missing, made)
    const there = missing.length > 0 ? await describeTopics(cluster, names) : found
    for (const name of names) {
      const topic = there.get(name)
      // It is made; this broker just does not know yet.
      if (topic?.isReady !== true) throw new KafkaFault(LEADER_NOT_AVAILABLE, `"${name}"`)
    }
    const settingsFound = await describeSettings(cluster, names)
    for (const spec of specs) {
      if (made.has(spec.name)) continue
      const { partitions = 0 } = there.get(spec.name) ?? {}
      checkTopic(spec, partitions, settingsFound.get(spec.name) ?? new Map())
    }
    return settingsFound
  })
  return { made, settings }
}

async function create(
  cluster: Cluster,
  specs: readonly TopicSpec[],
  made: Set<string>,
): Promise<void> {
  const topics = specs.map((spec) => {
    return { name: spec.name, partitions: spec.partitions, settings: settingsOf(spec) }
  })
  const node = await cluster.controller()
  const answers = await cluster.send(node, createTopicsExchange(topics, WITHIN_MS))
  for (const { name, error } of answers) if (error === 0) made.add(name)
  for (const answer of answers) refuse(answer)
}

function refuse({ name, error, message }: TopicAnswer): void {
  if (error === 0 || error === ALREADY_EXISTS) return
  throw new KafkaFault(error, message === undefined ? `"${name}"` : `"${name}" (${message})`)
}

function quoted(names: readonly string[]): string {
  const [first = '', ...others] = names
  return others.length === 0 ? `"${first}"` : `"${first}" and ${others.length} more topics`
}
