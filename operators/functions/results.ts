// The types of functions that give several doubles at once.
import { DOUBLE, type RecordType } from '../../schemas/type.ts'

/** A record of doubles, in the order in which the kernel gives them. */
export function recordOf(name: string, fields: readonly string[]): RecordType {
  return {
    kind: 'record',
    name: `function.${name}`,
    fields: fields.map((field) => ({ name: field, type: DOUBLE })),
  }
}
