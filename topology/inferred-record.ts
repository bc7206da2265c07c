// Record types that no schema file declares: what a step's output is inferred to be.
import type { RecordField, RecordType } from '../schemas/type.ts'

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
