// Which topic a feed goes to and what its records are: from the log where it knows the topic, else
// from a topology or from what the user states. Where two of them speak, they must agree.
import { isDeepStrictEqual } from 'node:util'
import type { Log, TopicAbout, TopicSpec } from '../../connectors/connector.ts'
import { makeLayout } from '../../runtime/layout.ts'
import type { Plan } from '../../topology/plan.ts'
import { suggest } from '../../topology/suggest.ts'
import { FileProblem } from '../load-topology.ts'
import { isSameSchema } from '../topic-about.ts'
import {
  aboutFrom,
  checkFields,
  delayOf,
  keyFields,
  readSchemaOption,
  type StatedAbout,
  topicOfFile,
} from './wanted-about.ts'

export interface Stated extends StatedAbout {
  readonly topic?: string
  readonly partitions?: number
}

export interface Target {
  readonly name: string
  readonly partitions: number
  readonly about: TopicAbout
  /** Whether nobody said which field is the event time. */
  readonly isTimeGuessed: boolean
}

/**
 * Finds the topic, and makes it on the log where it is not there.
 * @throws FileProblem where what is stated is wrong, not enough, or not what the log knows.
 */
export async function findTarget(
  log: Log,
  paths: readonly string[],
  stated: Stated,
  plan: Plan | undefined,
): Promise<Target> {
  const topics = await log.topics()
  if (plan !== undefined) refuseBoth(stated)
  const name = topicName(log, topics, paths, stated.topic, plan)
  const declared = plan && declaredTopic(plan, name)
  const known = topics.get(name)
  if (known?.about !== undefined) {
    const { about, partitions } = known
    refuseDifferences(log, name, partitions, about, declared ? fromSpec(declared) : read(stated))
    return { name, partitions, about, isTimeGuessed: false }
  }
  const spec = declared ?? specFrom(log, name, known, topics, stated)
  if (spec.about === undefined) throw new Error('a topic to be made without what it holds')
  await log.createTopics([spec])
  const { partitions, about } = spec
  return { name, partitions, about, isTimeGuessed: !declared && stated.time === undefined }
}

function refuseBoth(stated: Stated): void {
  const { schema, key, time, available, delay, partitions } = stated
  for (const [option, given] of Object.entries({
    schema,
    key,
    time,
    available,
    delay,
    partitions,
  })) {
    if (given === undefined) continue
    throw new FileProblem(`--${option} is what the topology says already; leave it out`)
  }
}

/** The physical name; where a topology is given, its local names serve too. */
function topicName(
  log: Log,
  topics: ReadonlyMap<string, TopicSpec>,
  paths: readonly string[],
  topic: string | undefined,
  plan: Plan | undefined,
): string {
  const names = topic === undefined ? [...new Set(paths.map(topicOfFile))] : [topic]
  const [name, other] = names
  if (name === undefined) throw new FileProblem('name a file to feed')
  if (other !== undefined) {
    throw new FileProblem(
      `the files are of several topics, "${name}" and "${other}"; feed one topic at a time, or ` +
        'name it with --topic',
    )
  }
  const declared = [...(plan?.topics.values() ?? [])]
  if (declared.some((each) => each.topic === name)) return name
  const local = plan?.topics.get(name)
  if (local !== undefined) return local.topic
  if (plan === undefined && (topic !== undefined || topics.has(name))) return name
  const known = plan === undefined ? [...topics.keys()] : declared.map((each) => each.topic)
  const where = plan === undefined ? log.name : `topology ${plan.topology}`
  const near = suggest(name, known)
  const repair = near === undefined ? 'name it with --topic' : `did you mean --topic ${near}?`
  throw new FileProblem(`there is no topic "${name}" in ${where}; ${repair}`)
}

function declaredTopic(plan: Plan, name: string): TopicSpec | undefined {
  const topic = [...plan.topics.values()].find((each) => each.topic === name)
  if (topic?.isInput === false) {
    throw new FileProblem(`topic "${name}" is written by ${plan.topology} and takes no input`)
  }
  return makeLayout(plan).topics.find((each) => each.name === name)
}

function specFrom(
  log: Log,
  name: string,
  known: TopicSpec | undefined,
  topics: ReadonlyMap<string, TopicSpec>,
  stated: Stated,
): TopicSpec {
  const { schema } = stated
  if (schema === undefined) {
    const near = suggest(name, topics.keys())
    const hint = near === undefined ? '' : `; or did you mean --topic ${near}?`
    throw new FileProblem(
      `${log.name} does not know what topic "${name}" holds; say it with --schema FILE, a ` +
        `built-in such as --schema market/Quote, or --from-topology FILE${hint}`,
    )
  }
  const about = aboutFrom({ ...stated, schema })
  checkFields(about)
  const partitions = stated.partitions ?? known?.partitions ?? 1
  if (known !== undefined && known.partitions !== partitions) {
    throw differs(log, name, 'partitions', known.partitions, partitions)
  }
  if (partitions > 1 && about.key.length === 0) {
    throw new FileProblem(
      `topic "${name}" has ${partitions} partitions, and the key says which one a record goes ` +
        'to; name its fields with --key',
    )
  }
  return { name, partitions, keeps: known?.keeps ?? 'all', about }
}

interface Said {
  readonly partitions?: number
  readonly schema?: unknown
  readonly key?: readonly string[]
  readonly time?: string | undefined
  readonly available?: string | undefined
  readonly delay?: number
}

function fromSpec({ partitions, about }: TopicSpec): Said {
  return { partitions, ...about, time: about?.time, available: about?.available }
}

/** Only what the user states: the log knows the rest. */
function read({ schema, key, delay, partitions, time, available }: Stated): Said {
  return {
    ...(partitions !== undefined && { partitions }),
    ...(schema !== undefined && { schema: readSchemaOption(schema) }),
    ...(key !== undefined && { key: keyFields(key) }),
    ...(time !== undefined && { time }),
    ...(available !== undefined && { available }),
    ...(delay !== undefined && { delay: delayOf(delay) }),
  }
}

function refuseDifferences(
  log: Log,
  name: string,
  partitions: number,
  about: TopicAbout,
  said: Said,
): void {
  if ('schema' in said && !isSameSchema(about.schema, said.schema)) {
    throw new FileProblem(
      `topic "${name}" of ${log.name} has another schema; leave it out to feed by the one that ` +
        'the log knows, or feed another topic',
    )
  }
  const own: Said = { ...about, partitions }
  for (const part of ['partitions', 'key', 'time', 'available', 'delay'] as const) {
    if (!(part in said) || isDeepStrictEqual(own[part], said[part])) continue
    throw differs(log, name, part, own[part], said[part])
  }
}

function differs(log: Log, name: string, part: string, own: unknown, said: unknown): FileProblem {
  return new FileProblem(
    `topic "${name}" of ${log.name} has ${part} ${shown(own)}, not ${shown(said)}; leave it out, ` +
      'or feed another topic',
  )
}

function shown(part: unknown): string {
  if (part === undefined) return 'none'
  return Array.isArray(part) ? part.join(',') || 'none' : JSON.stringify(part)
}
