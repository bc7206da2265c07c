// Compiles, from a type, how its values are written as JSON: fields in the schema's order, decimals
// as strings, times and durations as integer microseconds, bytes as base64.
import { Buffer } from 'node:buffer'
import { decimalText } from './decimal.ts'
import type { Decimal } from './decimal.ts'
import type { RecordType, Type, Value } from './type.ts'

type Convert = (value: unknown) => unknown

/**
 * Makes the function from a record's run-time value to what JSON.stringify takes. The result may
 * share parts with it.
 */
export function valueToJson(record: RecordType): (value: Value) => Value {
  const fields = record.fields.map(({ name, type }) => ({ name, convert: jsonConversion(type) }))
  return (value) => {
    const json: Value = {}
    for (const { name, convert } of fields) {
      json[name] = convert ? convert(value[name]) : value[name]
    }
    return json
  }
}

/** What a value must go through to be JSON; undefined when JSON takes it as it is. */
export function jsonConversion(type: Type): Convert | undefined {
  switch (type.kind) {
    case 'decimal':
      return (value) => decimalText(value as Decimal)
    case 'bytes':
    case 'fixed':
      return (value) => Buffer.from(value as Uint8Array).toString('base64')
    case 'nullable': {
      const of = jsonConversion(type.of)
      return of && ((value) => (value === null ? null : of(value)))
    }
    case 'list': {
      const of = jsonConversion(type.items)
      return of && ((value) => (value as readonly unknown[]).map(of))
    }
    case 'map': {
      const of = jsonConversion(type.values) ?? ((value) => value)
      // Names sorted, as the codec writes them: equal maps give equal lines.
      return (value) =>
        Object.fromEntries(
          Object.keys(value as Value)
            .sort()
            .map((name) => [name, of((value as Value)[name])]),
        )
    }
    case 'record':
      return valueToJson(type) as Convert
    default:
      return undefined
  }
}
