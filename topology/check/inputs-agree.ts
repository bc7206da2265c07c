// Streams that are merged carry the same fields, of the same types, under the same key.
import { describeType } from '../../schemas/type.ts'
import type { RecordType, Type } from '../../schemas/type.ts'
import type { Spelt } from '../declaration.ts'
import { quoted } from '../printable.ts'
import { REORDER, describeKey, isReordered } from './keys-agree.ts'
import { rule } from './rule.ts'

export interface MergedInput {
  readonly spelt: Spelt<string>
  readonly record: RecordType
  readonly key: readonly string[]
}

export const inputsAgree = rule(
  'inputs-agree',
  'Streams that are merged have equal records and equal keys.',
  (say, first: MergedInput, other: MergedInput) => {
    const a = quoted(first.spelt.value)
    const b = quoted(other.spelt.value)
    const difference =
      keyDifference(first, other, a, b) ?? recordDifference(first.record, other.record, a, b)
    if (difference === undefined) return true
    say({
      message: `${difference}, so the two cannot be merged`,
      span: other.spelt.span,
      repair: isReordered(first.key, other.key)
        ? REORDER
        : 'bring them to one shape first, with normalize',
      cause: { span: first.spelt.span, label: `merged with ${a}` },
    })
    return false
  },
)

function keyDifference(
  first: MergedInput,
  other: MergedInput,
  a: string,
  b: string,
): string | undefined {
  if (first.key.join() === other.key.join()) return undefined
  return `${b} is keyed by ${describeKey(other.key)}, and ${a} by ${describeKey(first.key)}`
}

function recordDifference(
  first: RecordType,
  other: RecordType,
  a: string,
  b: string,
): string | undefined {
  const own = new Map(first.fields.map(({ name, type }) => [name, type]))
  for (const { name, type } of other.fields) {
    const mine = own.get(name)
    if (mine === undefined) return `${b} has a field ${quoted(name)}, which ${a} has not`
    if (!isSameType(mine, type)) {
      return `${quoted(name)} of ${b} is ${describeType(type)}, and of ${a} ${describeType(mine)}`
    }
    own.delete(name)
  }
  const [missing] = own.keys()
  return missing === undefined ? undefined : `${b} has no field ${quoted(missing)}, which ${a} has`
}

/**
 * Whether values of the two types are alike; names of records and where they were declared do not
 * matter.
 */
function isSameType(a: Type, b: Type): boolean {
  if (a.kind === 'unknown' || b.kind === 'unknown') return true
  if (a.kind === 'record' && b.kind === 'record') {
    const fields = new Map(a.fields.map(({ name, type }) => [name, type]))
    const isSame = ({ name, type }: { name: string; type: Type }): boolean => {
      const own = fields.get(name)
      return own !== undefined && isSameType(own, type)
    }
    return a.fields.length === b.fields.length && b.fields.every(isSame)
  }
  if (a.kind === 'nullable' && b.kind === 'nullable') return isSameType(a.of, b.of)
  if (a.kind === 'list' && b.kind === 'list') return isSameType(a.items, b.items)
  if (a.kind === 'map' && b.kind === 'map') return isSameType(a.values, b.values)
  if (a.kind === 'enum' && b.kind === 'enum') return a.symbols.join() === b.symbols.join()
  return a.kind === b.kind && (a.kind === 'string' || describeType(a) === describeType(b))
}
