// A topology while it is drawn: topics, steps, and the streams that the next step may read. Written
// out as YAML, block by block.
import type { Random } from './random.ts'
import { type Field, keysIn, placeOf, schemaText, someFields, type Stream } from './stream-model.ts'

interface TopicDraft {
  readonly name: string
  readonly lines: readonly string[]
}

/** An output of a step, as the step gives it out: before `key:` moves it. */
export interface Output {
  /** `main`, or the output's name. */
  readonly name: string
  readonly stream: Stream
}

interface StepDraft {
  readonly id: string
  readonly lines: readonly string[]
  readonly outputs: readonly Output[]
  /** Topics by output. */
  readonly to: Map<string, string>
}

export interface NewStep {
  readonly id: string
  readonly from: readonly string[]
  /** The operator's lines, such as `filter: "x > 0"`. */
  readonly operator: readonly string[]
  readonly outputs: readonly Output[]
  readonly key?: 'broadcast' | readonly string[]
}

/** What its topologies may have beside what all may have. */
export interface DraftOptions {
  /** Records may meet a fate of `fail`. */
  readonly mayFail: boolean
  /** Inputs may be idle. */
  readonly mayBeIdle: boolean
}

export interface Draft {
  readonly random: Random
  readonly mayBeIdle: boolean
  readonly streams: readonly Stream[]
  readonly steps: readonly StepDraft[]
  /** A name that nothing has yet; its first letter is drawn, as names decide between equals. */
  readonly newName: () => string
  readonly newField: () => string
  /** Every topic that is read under this key has as many partitions. */
  readonly partitionsOf: (place: string) => number
  readonly addTopic: (topic: TopicDraft, stream: Stream) => void
  /** Adds a step; what it gives out may be read from then on. */
  readonly addStep: (step: NewStep) => void
  /** Lets a step write an output to a topic of its own, which other steps may read. */
  readonly writeOut: (step: StepDraft, output: Output) => void
  /** Outputs that no step reads and no topic takes. */
  readonly unseen: () => readonly (readonly [StepDraft, Output])[]
  /** As YAML, without the input topics that nothing reads. */
  readonly text: (head: readonly string[]) => string
  /** Schemas of the topics that steps write, by path. */
  readonly files: ReadonlyMap<string, string>
}

const MOST_PARTITIONS = 4
const LETTERS = ['a', 'c', 'f', 'h', 'k', 'm', 'p', 'r', 's', 'v', 'x', 'z']

export function createDraft(random: Random, { mayFail, mayBeIdle }: DraftOptions): Draft {
  const topics: TopicDraft[] = []
  const steps: StepDraft[] = []
  const streams: Stream[] = []
  const files = new Map<string, string>()
  const partitions = new Map<string, number>()
  const read = new Set<string>()
  const written = new Set<string>()
  let names = 0
  const newName = (): string => `${random.pick(LETTERS)}${(names += 1)}`

  const partitionsOf = (place: string): number => {
    const count = partitions.get(place) ?? random.int(1, MOST_PARTITIONS)
    partitions.set(place, count)
    return count
  }
  const addTopic = (topic: TopicDraft, stream: Stream): void => {
    topics.push(topic)
    streams.push(stream)
  }
  const addStep = (step: NewStep): void => {
    for (const id of readBy(step)) read.add(id)
    const lines = stepLines(random, step, mayFail)
    steps.push({ id: step.id, lines, outputs: step.outputs, to: new Map() })
    for (const { stream } of step.outputs) streams.push(rekeyed(stream, step.key))
  }
  const writeOut = (step: StepDraft, { name, stream }: Output): void => {
    const [topic, fields] = [newName(), someFields(random, stream)]
    const schema = `Out${files.size}`
    files.set(`schemas/simulation/${schema.toLowerCase()}.avsc`, schemaText(schema, fields))
    const key = topicKey(random, stream, fields)
    const place = placeOf(key)
    const about = { topic, schema, key, partitions: partitionsOf(place) }
    const lines = topicLines(random, about)
    step.to.set(name, topic)
    written.add(topic)
    addTopic({ name: topic, lines }, { id: topic, fields, key, place, drives: true })
  }
  return {
    random,
    mayBeIdle,
    streams,
    steps,
    newName,
    newField: () => `f${(names += 1)}`,
    partitionsOf,
    addTopic,
    addStep,
    writeOut,
    unseen: () =>
      steps
        .flatMap((step) => step.outputs.map((output) => [step, output] as const))
        .filter(([{ to }, { name, stream }]) => !to.has(name) && !read.has(stream.id)),
    text: (head) => {
      const used = topics.filter(({ name }) => read.has(name) || written.has(name))
      return textOf(head, random.shuffle(used), random.shuffle(steps))
    },
    files,
  }
}

/** The streams that a step's `from` and its look-ups name; what feeds back is seen elsewhere. */
function readBy({ from, operator }: NewStep): readonly string[] {
  const named = [...operator.join('\n').matchAll(/\{ with: ([^\s,]+)/g)]
  return [...from, ...named.map(([, id]) => id ?? '')]
}

interface WrittenTopic {
  readonly topic: string
  readonly schema: string
  readonly key: readonly string[]
  readonly partitions: number
}

function topicLines(random: Random, { topic, schema, key, partitions }: WrittenTopic) {
  return [
    `    topic: out.${topic}`,
    `    schema: simulation/${schema}`,
    `    key: ${keyText(key)}`,
    `    partitions: ${partitions}`,
    ...(random.chance(0.2) ? [`    lateness: ${random.int(1, 4)}s`] : []),
  ]
}

function stepLines(
  random: Random,
  { id, from, operator, key }: NewStep,
  mayFail: boolean,
): readonly string[] {
  const settled = mayFail ? ['skip', 'fail', 'fail'] : ['skip']
  return [
    `  ${id}:`,
    `    from: ${from.length === 1 ? from[0] : `[${from.join(', ')}]`}`,
    ...operator.map((line) => `    ${line}`),
    ...(key === undefined ? [] : [`    key: ${keyText(key)}`]),
    ...(random.chance(mayFail ? 0.3 : 0.15)
      ? [`    fate: { ${random.pick(['bad', 'late'])}: ${random.pick(settled)} }`]
      : []),
  ]
}

function textOf(
  head: readonly string[],
  topics: readonly TopicDraft[],
  steps: readonly StepDraft[],
): string {
  return [
    ...[...head, 'topics:'],
    ...topics.flatMap(({ name, lines }) => [`  ${name}:`, ...lines]),
    'steps:',
    ...steps.flatMap(({ lines, to }) => [...lines, ...toLines(to)]),
    '',
  ].join('\n')
}

/** The stream's own key, now and then with one field more. */
function topicKey(random: Random, { key }: Stream, fields: readonly Field[]): readonly string[] {
  const more = keysIn(fields).filter((name) => !key.includes(name))
  if (more.length === 0 || random.chance(0.75)) return key
  return [...key, random.pick(more)]
}

function rekeyed(stream: Stream, key: NewStep['key']): Stream {
  if (key === undefined) return stream
  if (key === 'broadcast') return { ...stream, everyTask: true, drives: false }
  return placeOf(key) === placeOf(stream.key) ? stream : { ...stream, key, place: placeOf(key) }
}

function keyText(key: 'broadcast' | readonly string[]): string {
  if (key === 'broadcast') return key
  return key.length === 0 ? 'all' : key.length === 1 ? (key[0] ?? '') : `[${key.join(', ')}]`
}

function toLines(to: ReadonlyMap<string, string>): readonly string[] {
  const main = to.get('main')
  if (main !== undefined) return [`    to: ${main}`]
  const entries = [...to].map(([output, topic]) => `${output}: ${topic}`)
  return entries.length === 0 ? [] : [`    to: { ${entries.join(', ')} }`]
}
