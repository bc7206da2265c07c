// What the reference interpreter makes of the history, and where a trial departs from it: the
// earliest step whose records differ, and the first of them.
import { typeToAvro } from '../../schemas/avro.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import type { RecordType } from '../../schemas/type.ts'
import type { Plan } from '../../topology/plan.ts'
import { streamId } from '../../topology/streams.ts'
import type { RunResult } from '../reference/history.ts'
import { firstDifference, type RowDifference, type Within } from './compare-rows.ts'
import { deadLettersOf, type Outcome } from './outcome.ts'

/** A stream or topic in which a trial differs. */
export interface StreamDifference extends RowDifference {
  readonly step: string
  readonly operator: string
  /** Id of the step's output, or local name of the topic that it is written to. */
  readonly stream: string
  readonly record: RecordType
}

interface Written {
  readonly step: string
  readonly operator: string
  readonly stream: string
  readonly record: RecordType
  readonly codec: Codec
}

const ALL: Within = { upTo: Number.POSITIVE_INFINITY, atAnyTime: false }

/** Whether a trial gave the same, or the same within bounds. What it says is why not. */
export function departs(
  plan: Plan,
  expected: RunResult,
  outcome: Outcome,
  within: Within | undefined,
): string | undefined {
  if (within !== undefined) {
    const found = findStream(plan, expected, outcome, within)
    return found && `topic "${found.stream}" differs`
  }
  for (const [topic, digest] of expected.digests) {
    if (outcome.digests.get(topic) !== digest.toString()) return `topic "${topic}" differs`
  }
  const letters = deadLettersOf(expected, plan)
  const at = letters.findIndex((line, index) => outcome.deadLetters[index] !== line)
  const index = at < 0 ? letters.length : at
  if (at < 0 && outcome.deadLetters.length === letters.length) return undefined
  const [wanted, given] = [letters[index] ?? 'none', outcome.deadLetters[index] ?? 'none']
  return `dead letters differ: ${wanted} by the reference, ${given} by this run`
}

/** The first stream in topological order that differs, among those that the outcome holds. */
export function findStream(
  plan: Plan,
  expected: RunResult,
  outcome: Outcome,
  within: Within = ALL,
): StreamDifference | undefined {
  for (const { codec, ...about } of writtenOf(plan)) {
    const [wanted, actual] = [expected.outputs.get(about.stream), outcome.rows.get(about.stream)]
    if (actual === undefined) continue
    const sides = { expected: wanted ?? [], actual }
    const found = firstDifference({ codec, within, ...sides })
    if (found !== undefined) return { ...found, ...about }
  }
  return undefined
}

/** Every stream of every step, and behind it the topic that it is written to. */
function* writtenOf(plan: Plan): Generator<Written, void, undefined> {
  for (const { id, operator, outputs, type } of plan.steps) {
    for (const [output, { topic }] of outputs) {
      const record = type.outputs[output]?.record
      if (record === undefined) throw new Error(`no output ${id}.${output}`)
      const about = { step: id, operator }
      const stream = streamId(id, output)
      yield { ...about, stream, record, codec: createCodec(typeToAvro(record)) }
      const written = topic === undefined ? undefined : plan.topics.get(topic)
      if (written === undefined) continue
      const { name, schema } = written
      yield { ...about, stream: name, record: written.record, codec: createCodec(schema) }
    }
  }
}
