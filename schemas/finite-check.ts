// Finds numbers that are not finite. Text cannot spell them, but Avro's bytes can, and no NaN may
// enter a topology.
import type { RecordType, Type, Value } from './type.ts'

type Check = (value: unknown) => string | undefined

/** A check that says why a record is bad; undefined where its type has no doubles. */
export function finiteProblem(type: RecordType): Check | undefined {
  const check = finiteCheck(type)
  return (
    check &&
    ((value) => {
      const field = check(value)
      return field === undefined ? undefined : `field "${field}" is not a finite number`
    })
  )
}

/**
 * Compiles a check that gives the path of the first such number; undefined where the type has no
 * doubles.
 */
function finiteCheck(type: Type): Check | undefined {
  switch (type.kind) {
    case 'float':
    case 'double':
      return (value) => (Number.isFinite(value) ? undefined : '')
    case 'nullable': {
      const of = finiteCheck(type.of)
      return of && ((value) => (value === null ? undefined : of(value)))
    }
    case 'list': {
      const of = finiteCheck(type.items)
      return of && ((value) => firstOf((value as unknown[]).entries(), of, (at) => `[${at}]`))
    }
    case 'map': {
      const of = finiteCheck(type.values)
      return of && ((value) => firstOf(Object.entries(value as Value), of, (at) => `{${at}}`))
    }
    case 'record': {
      const checks = type.fields.flatMap(({ name, type: own }) => {
        const check = finiteCheck(own)
        return check ? [{ name, check }] : []
      })
      return checks.length === 0 ? undefined : (value) => checkFields(checks, value as Value)
    }
    default:
      return undefined
  }
}

function firstOf<Place>(
  entries: Iterable<[Place, unknown]>,
  check: Check,
  step: (place: Place) => string,
): string | undefined {
  for (const [place, value] of entries) {
    const path = check(value)
    if (path !== undefined) return joined(step(place), path)
  }
  return undefined
}

function checkFields(
  checks: readonly { readonly name: string; readonly check: Check }[],
  value: Value,
): string | undefined {
  for (const { name, check } of checks) {
    const path = check(value[name])
    if (path !== undefined) return joined(name, path)
  }
  return undefined
}

/** `ask`, `levels[0].size`. */
function joined(place: string, path: string): string {
  return /^\w/.test(path) ? `${place}.${path}` : place + path
}
