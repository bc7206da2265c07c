// Makes the topics that are not there, and compares those that are with what is declared of them.
// Several processes may do so at once: whoever comes second compares.
import type { TopicSpec } from '../../connector.ts'
import type { Cluster } from '../client.ts'
import { pause } from '../clock.ts'
import { createTopicsExchange, type TopicAnswer } from '../exchanges/create-topics.ts'
import { metadataExchange } from '../exchanges/metadata.ts'
import { LEADER_NOT_AVAILABLE } from '../hardening/error-codes.ts'
import { faultOf, KafkaFault } from '../kafka-fault.ts'
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

/** A broker that hears of a topic so late after another is cut off, and not waited for. */
const LOOKS = 30
const LOOK_MS = 100
const ANSWER_WITHIN_MS = 2_000

/**
 * When this returns, every partition of them all has a leader, and each broker that answers knows
 * of it, unless one takes long to hear.
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
  for (let look = 1; look < LOOKS; look += 1) {
    if (await patience.try(task, () => areKnownToAll(cluster, names))) break
    await pause(LOOK_MS)
  }
  return { made, settings }
}

/** Whoever reads them next may ask any broker, and takes one that knows nothing by its word. */
async function areKnownToAll(cluster: Cluster, names: readonly string[]): Promise<boolean> {
  const asking = { ...metadataExchange(names), timeoutMs: ANSWER_WITHIN_MS }
  const { brokers } = await cluster.send(await cluster.controller(), asking)
  const known = brokers.map(async ({ node }) => {
    const { topics } = await cluster.send(node, asking)
    return topics.every(({ leaders }) => leaders.length > 0)
  })
  // One that does not answer misleads nobody.
  const told = await Promise.all(known.map((each) => each.catch(faultOf)))
  return !told.includes(false)
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
