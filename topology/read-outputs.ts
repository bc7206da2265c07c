// What becomes of a step's outputs: `key:` gives them a new key, `to:` writes them to topics.
import { acceptProblems } from '../schemas/accept.ts'
import { fieldOf } from '../schemas/type.ts'
import type { RecordField, RecordType } from '../schemas/type.ts'
import { fieldsExist } from './check/fields-exist.ts'
import { writersPlaced } from './check/keys-agree.ts'
import { schemasAccept } from './check/schemas-accept.ts'
import { outputsKnown } from './check/streams-known.ts'
import { typesAgree } from './check/types-agree.ts'
import type { Report } from './diagnostic.ts'
import type { GraphStep } from './graph.ts'
import { placed } from './join-inputs.ts'
import type { Flow } from './join-inputs.ts'
import type { PlannedOutput } from './plan.ts'
import type { StepType, StreamType } from './signature.ts'
import type { Span } from './source.ts'
import type { TopicTypes } from './topic-types.ts'

export interface ReadOutput {
  readonly planned: PlannedOutput
  /** As its readers see it. */
  readonly flow: Flow
  readonly isWhole: boolean
}

export function readOutputs(
  step: GraphStep,
  type: StepType,
  input: Flow,
  topics: TopicTypes,
  report: Report,
): ReadonlyMap<string, ReadOutput> {
  const known = Object.keys(type.outputs)
  const written = new Map<string, string>()
  let isWritten = true
  for (const { output, topic } of step.writes) {
    const stream = type.outputs[output.value]
    if (!outputsKnown.check(report, output, step.id, output.value, known) || !stream) {
      isWritten = false
      continue
    }
    written.set(output.value, topic.value)
    isWritten = canWrite(topic, stream, topics, report) && isWritten
  }
  const outputs = new Map<string, ReadOutput>()
  for (const [output, stream] of Object.entries(type.outputs)) {
    const keyed = rekey(step, stream, input, topics, report)
    if (!keyed) continue
    const topic = written.get(output)
    const planned = { key: keyed.flow.type.key, broadcast: keyed.broadcast, topic }
    outputs.set(output, { planned, flow: keyed.flow, isWhole: isWritten })
  }
  return outputs
}

/** Whether nothing was wrong with any output. */
export function isRead(outputs: ReadonlyMap<string, ReadOutput>, type: StepType): boolean {
  const all = [...outputs.values()]
  return all.length === Object.keys(type.outputs).length && all.every(({ isWhole }) => isWhole)
}

function canWrite(
  topic: { readonly value: string; readonly span: Span },
  stream: StreamType,
  topics: TopicTypes,
  report: Report,
): boolean {
  const target = topics.byName.get(topic.value)
  if (!target) return false
  const problems = acceptProblems(target.record, stream.record)
  for (const problem of problems) {
    schemasAccept.check(
      report,
      topic,
      problem,
      topics.spanOf(originOf(target.record, problem.path)),
    )
  }
  const isPlaced = writersPlaced.check(report, topic, {
    stream: stream.key,
    topicKey: target.key.map(({ name }) => name),
    declared: target.declaration.key.span,
  })
  return isPlaced && problems.length === 0
}

/** Of the outermost field on the path: `bids[].price` is declared within `bids`. */
function originOf(record: RecordType, path: string): RecordField['origin'] {
  const [name = ''] = path.split(/[.[{]/)
  return fieldOf(record, name)?.origin
}

/** The stream under the key that `key:` gives it; a key that it has already changes nothing. */
function rekey(
  step: GraphStep,
  stream: StreamType,
  input: Flow,
  topics: TopicTypes,
  report: Report,
): { readonly flow: Flow; readonly broadcast: boolean } | undefined {
  const type = placed(stream)
  const { key } = step.declaration
  const same: Flow = { type, placedBy: input.placedBy }
  if (!key) return { flow: same, broadcast: false }
  if (key.value === 'broadcast') {
    return { flow: { ...same, type: { ...type, everyTask: true } }, broadcast: true }
  }
  const wanted = key.value === 'all' ? [] : key.value
  const fields = wanted.flatMap((spelt) => {
    const field = fieldsExist.check(report, spelt, type.record, `step "${step.id}"`)
    const declared = topics.spanOf(field?.origin)
    return field && typesAgree.check(report, field, spelt.span, declared) ? [field] : []
  })
  if (fields.length < wanted.length) return undefined
  const names = fields.map(({ name }) => name)
  if (names.join() === type.key.join()) return { flow: same, broadcast: false }
  return { flow: { type: { ...type, key: names }, placedBy: fields }, broadcast: false }
}
