// Record types that no schema file declares: what a step's output is inferred to be.
import type { RecordField, RecordType } from '../schemas/type.ts'
import type { StepType } from './signature.ts'

/**
 * An inferred record; Avro wants a name, so it is the step's, as Avro spells names: `clean-up`
 * becomes `CleanUp`.
 */
export function inferredRecord(step: string, fields: readonly RecordField[]): RecordType {
  const name = step
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  return { kind: 'record', name: `step.${/^\d/.test(name) ? `_${name}` : name}`, fields }
}

/** An operator says of a sound config only what a record can be: no field is there twice. */
export function requireUniqueFields(step: string, { outputs, stores }: StepType): void {
  const records = [
    ...Object.values(outputs).map(({ record }) => record),
    ...Object.values(stores).map(({ entry }) => entry),
  ]
  for (const { fields } of records) {
    const seen = new Set<string>()
    for (const { name } of fields) {
      if (seen.has(name)) throw new Error(`step "${step}" has two fields "${name}" in one record`)
      seen.add(name)
    }
  }
}

/** A mistake may have put a field there twice: the last stands for both, in the first's place. */
export function withUniqueFields(type: StepType): StepType {
  const outputs = Object.entries(type.outputs).map(([output, stream]) => {
    const fields = [...new Map(stream.record.fields.map((field) => [field.name, field])).values()]
    return [output, { ...stream, record: { ...stream.record, fields } }] as const
  })
  return { ...type, outputs: Object.fromEntries(outputs) }
}
