// What `--input` says: which files, Binance captures and logs each input topic is read from.
import type { BinanceStream } from '../../connectors/binance/market-message.ts'
import type { CaptureSource } from '../../connectors/binance/merge-captures.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { suggest } from '../../topology/suggest.ts'
import { capturePath, requireStream, routesBySchema, schemaNames } from '../capture-routes.ts'
import { requireFile } from '../history-files.ts'
import { FileProblem } from '../load-topology.ts'
import { type LogAccess, logAccess } from '../log/log-access.ts'
import type { LogSettings } from '../log/log-settings.ts'

/** What `--input` names: files by topic, and Binance captures with the topics that they fill. */
export interface Inputs {
  /** By the topic's local name; files of one topic follow each other. */
  readonly files: ReadonlyMap<string, readonly string[]>
  /** Merged by when their messages were received; in a topic that has files too, after those. */
  readonly captures: readonly CaptureSource<PlannedTopic>[]
  /** By the topic's local name; behind its files. */
  readonly logs: ReadonlyMap<string, LogInput>
}

/** A topic on a log, as it stands there when it is read. */
export interface LogInput {
  readonly access: LogAccess
  /** Its name there. */
  readonly topic: string
}

/** How logs are logged in to, and the registry that counts. */
export interface AboutLogs {
  readonly logs?: LogSettings
  readonly registry?: string
}

/** Whether a word after `--input` is one: the topology may stand there too. */
export function isInputWord(text: string): boolean {
  return text.includes('=') || capturePath(text) !== undefined
}

/**
 * Inputs from `TOPIC=PATH`, `binance:PATH`, `TOPIC=binance:PATH`, `TOPIC=embedded:DIR` and
 * `TOPIC=kafka:HOST:PORT`, which may end with `/NAME` of the topic there.
 * @throws FileProblem for a topic or file that is not there, or a capture without a clear topic.
 */
export function inputsOf(words: readonly string[], plan: Plan, about: AboutLogs = {}): Inputs {
  const topics = [...plan.topics.values()].filter((topic) => topic.isInput)
  const files = new Map<string, string[]>()
  const captures = new Map<string, CaptureWords>()
  const logs = new Map<string, LogInput>()
  const capture = (path: string): CaptureWords => {
    const known = captures.get(path) ?? { isWhole: false, topics: new Set() }
    captures.set(path, known)
    return known
  }
  for (const word of words) {
    const whole = capturePath(word)
    if (whole !== undefined) {
      requireFile(whole)
      if (capture(whole).isWhole) throw namedTwice(word)
      capture(whole).isWhole = true
      continue
    }
    const at = word.indexOf('=')
    if (at <= 0) throw new FileProblem(`--input "${word}" is not of the form TOPIC=PATH`)
    const topic = topics.find(({ name }) => name === word.slice(0, at))
    if (topic === undefined) throw unknownTopic(word.slice(0, at), plan)
    const path = word.slice(at + 1)
    if (isLog(path)) {
      if (logs.has(topic.name)) throw namedTwice(word)
      logs.set(topic.name, logInput(path, topic, about))
      continue
    }
    const part = capturePath(path)
    requireFile(part ?? path, ` for topic "${topic.name}"`)
    if (part === undefined) files.set(topic.name, [...(files.get(topic.name) ?? []), path])
    else if (capture(part).topics.has(topic)) throw namedTwice(word)
    else capture(part).topics.add(topic)
  }
  const sources = [...captures].map(([path, { isWhole, topics: named }]) => {
    return { path, topics: captureTopics({ path, isWhole, named, topics, plan }) }
  })
  return { files, captures: sources, logs }
}

function isLog(path: string): boolean {
  return /^(embedded|kafka):/.test(path)
}

function logInput(
  path: string,
  { topic }: PlannedTopic,
  { logs = {}, registry }: AboutLogs,
): LogInput {
  const [, log = path, named = topic] = /^(kafka:[^/]*)\/(.+)$/.exec(path) ?? []
  const isKafka = registry !== undefined && path.startsWith('kafka:')
  return { access: logAccess({ log, ...(isKafka && { registry }) }, logs), topic: named }
}

/** What was said of one capture. */
interface CaptureWords {
  /** `binance:PATH`: all topics that can take a stream. */
  isWhole: boolean
  /** Those of `TOPIC=binance:PATH`. */
  readonly topics: Set<PlannedTopic>
}

function namedTwice(word: string): FileProblem {
  return new FileProblem(`--input ${word} is given twice; leave one out`)
}

function captureTopics({
  path,
  isWhole,
  named,
  topics,
  plan,
}: {
  readonly path: string
  readonly isWhole: boolean
  readonly named: ReadonlySet<PlannedTopic>
  readonly topics: readonly PlannedTopic[]
  readonly plan: Plan
}): ReadonlyMap<BinanceStream, readonly PlannedTopic[]> {
  const routes = new Map<BinanceStream, readonly PlannedTopic[]>()
  for (const topic of named) {
    const stream = requireStream(topic.name, topic.schema)
    routes.set(stream, [...(routes.get(stream) ?? []), topic])
  }
  if (!isWhole) return routes
  const repair = (topic: string): string => `--input ${topic}=binance:${path}`
  const rest = routesBySchema(topics, new Set(routes.keys()), repair)
  if (rest.size > 0 || routes.size > 0) return new Map([...routes, ...rest])
  throw new FileProblem(
    `no input topic of ${plan.topology} takes anything of binance:${path}: none is ` +
      schemaNames().replace(/, ([^,]*)$/, ' or $1'),
  )
}

/** The input topics that have a file or a capture. */
export function filledTopics({ files, captures, logs }: Inputs): ReadonlySet<string> {
  const filled = captures.flatMap(({ topics }) => [...topics.values()].flat())
  return new Set([...files.keys(), ...logs.keys(), ...filled.map(({ name }) => name)])
}

function unknownTopic(topic: string, plan: Plan): FileProblem {
  if (plan.topics.has(topic)) {
    return new FileProblem(`topic "${topic}" is written by the topology and takes no input`)
  }
  const known = [...plan.topics.values()].filter((each) => each.isInput).map(({ name }) => name)
  const close = suggest(topic, known)
  const hint = close === undefined ? `inputs: ${known.join(', ')}` : `did you mean "${close}"?`
  return new FileProblem(`the topology reads no topic "${topic}"; ${hint}`)
}
