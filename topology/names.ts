// What names may look like, and that one name means one thing. Codes: `names-valid`,
// `names-unique`.
import type { Spelt } from './declaration.ts'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { quoted } from './printable.ts'

const LONGEST_NAME = 100
const LONGEST_TOPIC = 249
/** Words of the expression language; what is used in expressions cannot have them as its name. */
const RESERVED = new Set(['true', 'false', 'null', 'in', 'if', 'param'])

/** The file and stream of the records that met the fate of the same name. */
export const DEAD_LETTERS = 'dead-letters'

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * `name`: of a topology, topic, step, source or sink. `identifier`: of what expressions name
 * (parameters, calendars, aliases). `field`: of a record, with dots into records. `stream`: a
 * topic, a step, or `step.output`. `physical`: a topic as the log knows it. `schema`:
 * `market/Trade`.
 */
export type NameKind = 'name' | 'identifier' | 'field' | 'stream' | 'physical' | 'schema'

const PATTERNS: Readonly<Record<NameKind, RegExp>> = {
  name: NAME,
  identifier: IDENTIFIER,
  field: /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/,
  stream: /^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)?$/,
  physical: /^(?!\.{1,2}$)[A-Za-z0-9._-]+$/,
  schema: /^[A-Za-z_][A-Za-z0-9_-]*(\/[A-Za-z_][A-Za-z0-9_-]*)*$/,
}
const ALLOWED: Readonly<Record<NameKind, string>> = {
  name: 'write letters, digits, "_" and "-", a letter first',
  identifier: 'write letters, digits and "_", a letter first',
  field: 'write a field, or "record.field"',
  stream: 'write a topic, a step, or "step.output"',
  physical: 'write letters, digits, ".", "_" and "-"',
  schema: 'write it like "market/Trade"',
}

/** Reports a name that cannot be one. `what` is the thing named: `step`, `physical topic`. */
export function checkName(name: Spelt<string>, kind: NameKind, what: string, report: Report): void {
  const refuse = reporter('names-valid', report)
  const { value, span } = name
  const longest = kind === 'physical' ? LONGEST_TOPIC : LONGEST_NAME
  if (!PATTERNS[kind].test(value)) {
    refuse({
      message: `${quoted(value)} cannot name ${article(what)}`,
      span,
      repair: ALLOWED[kind],
    })
  } else if (value.length > longest) {
    const message = `the name of ${article(what)} is ${value.length} characters long`
    refuse({ message, span, repair: `write ${longest} at most` })
  } else if (value === DEAD_LETTERS) {
    const message = `${quoted(value)} cannot name ${article(what)}: what is refused goes there`
    refuse({ message, span, repair: 'choose another name' })
  } else if (value === '__proto__' || (kind === 'identifier' && RESERVED.has(value))) {
    const message = `${quoted(value)} cannot name ${article(what)}: it is a reserved word`
    refuse({ message, span, repair: 'choose another name' })
  }
}

/** `a topic`, `an alias`. */
export function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}

/** The names of one namespace and what they stand for. */
export type Claim = (name: Spelt<string>, what: string) => boolean

/** Returns a function that takes a name for `what`, or reports that it is taken and says no. */
export function namespace(report: Report): Claim {
  const taken = new Map<string, { readonly what: string; readonly name: Spelt<string> }>()
  const refuse = reporter('names-unique', report)
  return (name, what) => {
    const first = taken.get(name.value)
    if (!first) {
      taken.set(name.value, { what, name })
      return true
    }
    const message =
      first.what === what
        ? `${what} ${quoted(name.value)} is declared twice`
        : `${what} ${quoted(name.value)} has the name of a ${first.what}`
    refuse({
      message,
      span: name.span,
      repair: 'choose another name',
      cause: { span: first.name.span, label: `the ${first.what} is declared here` },
    })
    return false
  }
}
