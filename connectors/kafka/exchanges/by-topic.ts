// Requests name each topic once, with its partitions; callers have a list of partitions. This is
// the way there, and back into the order that was asked for.
import { EngineError } from '../../../topology/engine-error.ts'
import type { WireReader } from './wire-reader.ts'
import type { WireWriter } from './wire-writer.ts'

interface Part {
  readonly topic: string
  readonly partition: number
}

/** Writes each topic with its parts; `write` writes a part from its partition on. */
export function writeByTopic<P extends Part>(
  out: WireWriter,
  parts: readonly P[],
  write: (part: P) => void,
): WireWriter {
  return out.array(byTopic(parts), ([topic, ofTopic]) => {
    out.string(topic).array(ofTopic, write)
  })
}

/** Reads what stands by topic; `read` reads a part from its partition on. */
export function readByTopic<A>(from: WireReader, read: (topic: string) => A): readonly A[] {
  const topics = from.array(() => {
    const topic = from.string() ?? ''
    return from.array(() => read(topic))
  })
  return topics.flat()
}

/** The parts of each topic, in linear time. */
function byTopic<P extends Part>(parts: readonly P[]): (readonly [string, readonly P[]])[] {
  const topics = new Map<string, P[]>()
  for (const part of parts) {
    const others = topics.get(part.topic)
    if (others === undefined) topics.set(part.topic, [part])
    else others.push(part)
  }
  return [...topics]
}

/**
 * The answers in the order of the parts asked for.
 * @throws EngineError `log-damaged` where one was not answered.
 */
export function inOrder<A extends Part>(
  asked: readonly Part[],
  answers: readonly A[],
  what: string,
): readonly A[] {
  if (answers.every((answer, index) => isFor(answer, asked[index]))) {
    if (answers.length === asked.length) return answers
  }
  const known = new Map(answers.map((answer) => [nameOf(answer), answer]))
  return asked.map((part) => {
    const answer = known.get(nameOf(part))
    if (answer !== undefined) return answer
    const { topic, partition } = part
    const message = `the broker's answer to ${what} leaves out a partition that was asked for`
    throw new EngineError('log-damaged', message, { coordinates: { topic, partition } })
  })
}

function isFor(answer: Part, asked: Part | undefined): boolean {
  return answer.topic === asked?.topic && answer.partition === asked.partition
}

function nameOf({ topic, partition }: Part): string {
  return `${partition} ${topic}`
}
