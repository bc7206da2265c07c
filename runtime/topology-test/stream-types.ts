// The record types of everything that a test can expect: topics, steps, outputs, dead letters.
import { NULL, nullable, type RecordType, STRING, TIME } from '../../schemas/type.ts'
import { DEAD_LETTERS } from '../../topology/names.ts'
import type { Plan } from '../../topology/plan.ts'
import { streamId } from '../../topology/streams.ts'

const DEAD_LETTER: RecordType = {
  kind: 'record',
  name: 'millrace.DeadLetter',
  fields: [
    { name: 'step', type: STRING },
    { name: 'fate', type: STRING },
    { name: 'reason', type: STRING },
    { name: 'stream', type: STRING },
    { name: 'key', type: nullable(STRING) },
    { name: 'time', type: nullable(TIME) },
    { name: 'available', type: nullable(TIME) },
    { name: 'place', type: STRING },
    { name: 'value', type: NULL },
    { name: 'original', type: nullable(STRING) },
  ],
}

export function streamTypes(plan: Plan): ReadonlyMap<string, RecordType> {
  const types = new Map<string, RecordType>([[DEAD_LETTERS, DEAD_LETTER]])
  for (const [name, { record }] of plan.topics) types.set(name, record)
  for (const { id, type } of plan.steps) {
    for (const [output, { record }] of Object.entries(type.outputs)) {
      types.set(streamId(id, output), record)
    }
  }
  return types
}
