// Digests of plain data that depend on what it says alone: not on the order of a map's entries, nor
// on where in a file it stands.
import { createHash } from 'node:crypto'
import type { Expression } from './expression/expression.ts'

/** SHA-256 over the canonical text, in hex. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(canonicalText(value)).digest('hex')
}

/** JSON with sorted names and without what is undefined. Maps are objects. */
export function canonicalText(value: unknown): string {
  if (value instanceof Map) return canonicalText(Object.fromEntries(value as Map<string, unknown>))
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (value === undefined) return 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const members = entries.map(([name, each]) => `${JSON.stringify(name)}:${canonicalText(each)}`)
  return `{${members.join(',')}}`
}

/**
 * A config as it was read, expressions as their canonical texts; lists keep their order, for it may
 * mean something. A stream is what `lookedUp` has for its id, or else its name.
 */
export function plainConfig(value: unknown, lookedUp?: (stream: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => plainConfig(each, lookedUp))
  if (typeof value !== 'object' || value === null) return value
  if (lookedUp && isStream(value)) return lookedUp(value.stream) ?? value
  if (isExpression(value)) return value.canonical
  if (isBlock(value)) {
    return Object.fromEntries(
      value.entries.map(({ name, expression }) => [name, expression.canonical]),
    )
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, plainConfig(each, lookedUp)]),
  )
}

function isStream(value: object): value is { stream: string } {
  return 'stream' in value && typeof value.stream === 'string' && Object.keys(value).length === 1
}

function isExpression(value: object): value is Expression {
  return 'ast' in value && 'canonical' in value
}

function isBlock(
  value: object,
): value is { entries: readonly { name: string; expression: Expression }[] } {
  if (!('entries' in value) || !('names' in value) || !Array.isArray(value.entries)) return false
  return value.entries.every(
    (entry: unknown) => typeof entry === 'object' && entry !== null && 'expression' in entry,
  )
}

/** A type or schema without what is said about it: docs and places change nothing. */
export function withoutRemarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRemarks)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'doc' && name !== 'origin')
      .map(([name, each]) => [name, name === 'default' ? each : withoutRemarks(each)]),
  )
}
