// Whether two schemas give equal bytes to equal values, and equal meaning to equal bytes: what one
// wrote can then be read as the other without being decoded. Names of types, docs and defaults are
// no part of it; logical types are (a timestamp in milliseconds is none in microseconds).
import type { Type } from './type.ts'
import type { Wire, WireRecord } from './wire.ts'

export function isSameBytes(one: Wire, other: Wire): boolean {
  switch (one.kind) {
    case 'plain':
      return other.kind === 'plain' && isSamePlain(one.type, other.type)
    case 'decimal':
      return (
        other.kind === 'decimal' &&
        one.size === other.size &&
        one.type.scale === other.type.scale &&
        one.type.precision === other.type.precision
      )
    case 'nullable':
      return (
        other.kind === 'nullable' &&
        one.nullIndex === other.nullIndex &&
        isSameBytes(one.of, other.of)
      )
    case 'list':
    case 'map':
      return other.kind === one.kind && isSameBytes(one.of, other.of)
    case 'record':
      return other.kind === 'record' && isSameRecord(one, other)
  }
}

function isSameRecord(one: WireRecord, other: WireRecord): boolean {
  return (
    one.fields.length === other.fields.length &&
    one.fields.every((field, index) => {
      const beside = other.fields[index]
      const isSameName = one.type.fields[index]?.name === other.type.fields[index]?.name
      return isSameName && beside !== undefined && isSameBytes(field, beside)
    })
  )
}

function isSamePlain(one: Type, other: Type): boolean {
  if (one.kind === 'time') return other.kind === 'time' && one.unit === other.unit
  if (one.kind === 'fixed') return other.kind === 'fixed' && one.size === other.size
  if (one.kind !== 'enum') return one.kind === other.kind
  return other.kind === 'enum' && one.symbols.join() === other.symbols.join()
}
