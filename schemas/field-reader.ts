// Reads one field of records, quickly: each reader is a function of its own. One function for all
// would meet records of so many shapes that it would look every field up as in a map.
import type { Value } from './type.ts'

let made = 0

/** `(value) => value[name]`, compiled. */
export function fieldReader(name: string): (value: Value) => unknown {
  made += 1
  // V8 makes one function of equal texts; the number tells them apart.
  const text = `return value[${JSON.stringify(name)}] // ${made}`
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- only a quoted name and a number
  return new Function('value', text) as (value: Value) => unknown
}
