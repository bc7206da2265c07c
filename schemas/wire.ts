// A type together with what its Avro schema says of the bytes and our types leave out: which branch
// of a union is null, whether a decimal stands on a fixed. `read-schema.ts` makes it, the codec is
// built from it.
import type { RecordType, Type } from './type.ts'

export type Wire =
  /** One whose bytes follow from its type alone. */
  | { readonly kind: 'plain'; readonly type: Type }
  | {
      readonly kind: 'decimal'
      readonly type: Type & { readonly kind: 'decimal' }
      /** Bytes of the fixed that it stands on; undefined: on `bytes`. */
      readonly size: number | undefined
    }
  | {
      readonly kind: 'nullable'
      readonly type: Type
      /** Place of null in the union. */
      readonly nullIndex: 0 | 1
      readonly of: Wire
    }
  | { readonly kind: 'list' | 'map'; readonly type: Type; readonly of: Wire }
  | WireRecord

export interface WireRecord {
  readonly kind: 'record'
  readonly type: RecordType
  /** One for every field of the type, in its order. */
  readonly fields: readonly Wire[]
}

/**
 * The fewest bytes that a value can take: what bounds a list's length when its bytes are not to be
 * trusted.
 */
export function leastBytes(wire: Wire): number {
  switch (wire.kind) {
    case 'record':
      return wire.fields.reduce((sum, field) => sum + leastBytes(field), 0)
    case 'decimal':
      return wire.size ?? 2
    case 'plain':
      return wire.type.kind === 'null' ? 0 : wire.type.kind === 'fixed' ? wire.type.size : 1
    case 'nullable':
    case 'list':
    case 'map':
      return 1
  }
}
