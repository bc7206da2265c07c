// What tells records apart, as one text: equal values give equal texts, different ones different
// texts.
import { Decimal, decimalText } from '../../schemas/decimal.ts'
import { describeType, notNull, type Type } from '../../schemas/type.ts'

const KINDS: ReadonlySet<string> = new Set([
  ...['string', 'enum', 'boolean', 'int', 'long', 'float', 'double', 'time', 'duration'],
  ...['decimal', 'unknown'],
])

/** Why values of this type cannot tell records apart, or undefined. */
export function identityProblem(name: string, type: Type): string | undefined {
  if (KINDS.has(notNull(type).kind)) return undefined
  return `"${name}" is ${describeType(type)}, which does not tell records apart`
}

/** Undefined where a part is null: what has no name cannot be told from others without one. */
export function identityText(parts: readonly unknown[]): string | undefined {
  if (parts.includes(null)) return undefined
  const [first] = parts
  return parts.length === 1 ? partText(first) : contentText(parts)
}

/** Null is a value like another. Each text stands behind its length, so that none runs over. */
export function contentText(parts: readonly unknown[]): string {
  let content = ''
  for (const part of parts) {
    const text = part === null ? undefined : partText(part)
    content += text === undefined ? '-' : `${text.length}:${text}`
  }
  return content
}

function partText(part: unknown): string {
  // Adding 0 makes -0 the same as 0.
  if (typeof part === 'number') return String(part + 0)
  return Decimal.isDecimal(part) ? decimalText(part) : String(part)
}
