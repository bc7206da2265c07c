// The dead letters of a run, in the order of the reference interpreter: what could not be read as
// the tasks met it, then the others as they became known, ties by task. Memory stays flat.
import type { Log } from '../../connectors/connector.ts'
import { originalOf } from '../../connectors/file/original.ts'
import { keyAt, type RecordBatch, valueAt } from '../../connectors/record-batch.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import type { FateKind } from '../../topology/declaration.ts'
import type { Plan } from '../../topology/plan.ts'
import { deadLetterCodec, type DeadLetterRecord } from '../dead-letter.ts'
import type { Layout } from '../layout.ts'
import type { DeadLetter } from '../reference/history.ts'
import { deadLettersTopic } from '../topic-names.ts'
import { findLanes } from './lanes.ts'
import { mergedRows } from './merged-rows.ts'
import { sortedTies } from './sorted-ties.ts'

/** In portions. */
export async function* readDeadLetters(
  { plan, partitions }: Layout,
  log: Log,
): AsyncGenerator<readonly DeadLetter[], void, undefined> {
  const topic = deadLettersTopic(plan.topology)
  const places = placesOf(plan)
  const instantOf = (batch: RecordBatch, row: number): number => {
    const place = places.get(keyAt(batch, row) ?? '')
    // All that could not be read stands first, by sub-topology.
    return place?.isTopic ? -Number.MAX_VALUE / (place.sub + 1) : (batch.available[row] ?? NaN)
  }
  const readLetter = letterReader(plan)
  const read = (batch: RecordBatch, row: number): DeadLetter => {
    const bytes = valueAt(batch, row)
    if (bytes === null) throw new Error(`a dead letter of "${topic}" is empty`)
    return readLetter(deadLetterCodec.decode(bytes) as unknown as DeadLetterRecord)
  }
  const lanes = await findLanes(log, { topic, partitions, instantOf })
  yield* sortedTies(mergedRows(log, lanes, { instantOf, read }), {
    isTie: (a, b) => a.available === b.available && isOfStep(a) && isOfStep(b),
    compare: (a, b) => (places.get(a.step)?.sub ?? 0) - (places.get(b.step)?.sub ?? 0),
  })
}

/** Turns dead letters as they stand on the log into what they say. */
export function letterReader(plan: Plan): (letter: DeadLetterRecord) => DeadLetter {
  const codecs = new Map<string, Codec | undefined>()
  return (letter) => {
    const { step, stream, value, original, key, time, available } = letter
    const id = JSON.stringify([step, stream])
    if (value !== null && !codecs.has(id)) codecs.set(id, codecOf(plan, step, stream))
    return {
      step,
      fate: letter.fate as FateKind,
      reason: letter.reason,
      stream,
      key: key ?? undefined,
      time: time ?? undefined,
      available: available ?? undefined,
      place: placeText(letter.place),
      value: value === null ? undefined : codecs.get(id)?.decode(value),
      original: original === null ? undefined : originalOf(Buffer.from(original)),
    }
  }
}

/** For as long as the topology knows the step, or the sink, and the stream. */
function codecOf(plan: Plan, step: string, stream: string): Codec | undefined {
  const sink = plan.sinks.find(({ name, topic }) => name === step && topic === stream)
  const topic = sink && plan.topics.get(stream)
  if (topic !== undefined) return createCodec(topic.schema)
  const reader = plan.steps.find(({ id }) => id === step)
  const record = reader?.inputs.find((input) => input.stream === stream)?.type.record
  return record && createCodec(typeToAvro(record))
}

/** Records of an Avro file are counted, lines of others: on the log both are numbers. */
function placeText(place: string): string {
  return place.replace(/(?<=\.avro(?:\.gz)?:)(?=\d+$)/i, 'record ')
}

interface LetterPlace {
  readonly sub: number
  readonly isTopic: boolean
}

/** In which sub-topology a step is, or a topic is settled that cannot be read. */
function placesOf({ subTopologies }: Plan): ReadonlyMap<string, LetterPlace> {
  const places = new Map<string, LetterPlace>()
  for (const [sub, { steps, channels }] of subTopologies.entries()) {
    for (const { stream, via } of channels) {
      if (via === 'topic' && !places.has(stream)) places.set(stream, { sub, isTopic: true })
    }
    for (const id of steps) places.set(id, { sub, isTopic: false })
  }
  return places
}

function isOfStep({ original }: DeadLetter): boolean {
  return original === undefined
}
