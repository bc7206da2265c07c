// Types, and values that fit them, made at random for property tests.
import fc from 'fast-check'
import { Decimal } from './decimal.ts'
import type { RecordField, RecordType, Type } from './type.ts'

const names = ['a', 'b', 'c', 'price', 'size', 'symbol', 'Trade', 'constructor', 'class']
const fullNames = ['A', 'market.Trade', 'market.Level', 'a.b.C']

const plainType: fc.Arbitrary<Type> = fc.oneof(
  fc
    .constantFrom(
      ...(['boolean', 'int', 'long', 'float', 'double', 'bytes', 'duration', 'string'] as const),
    )
    .map((kind): Type => ({ kind })),
  fc.constantFrom('ms' as const, 'us' as const).map((unit): Type => ({ kind: 'time', unit })),
  fc.tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38)).map(([precision, scale]): Type => ({
    kind: 'decimal',
    precision,
    scale: Math.min(scale, precision),
  })),
  fc
    .integer({ min: 1, max: 20 })
    .map((size): Type => ({ kind: 'fixed', name: `Fixed${size}`, size })),
  fc
    .uniqueArray(fc.constantFrom('BUY', 'SELL', 'toString', 'x'), { minLength: 1 })
    .map((symbols): Type => ({ kind: 'enum', name: `Enum${symbols.join('')}`, symbols })),
)

/**
 * Record types of every kind of field, some nested, some sharing a name with one of other fields.
 */
export const recordTypes: fc.Arbitrary<RecordType> = fc.letrec<{ record: RecordType; type: Type }>(
  (tie) => ({
    type: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      plainType,
      plainType.map((of): Type => ({ kind: 'nullable', of })),
      tie('type').map((items): Type => ({ kind: 'list', items })),
      tie('type').map((values): Type => ({ kind: 'map', values })),
      tie('record'),
    ),
    record: fc
      .tuple(
        fc.constantFrom(...fullNames),
        fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 5 }),
        fc.array(tie('type'), { minLength: 5, maxLength: 5 }),
      )
      .map(([name, fieldNames, types]): RecordType => ({
        kind: 'record',
        name,
        fields: fieldNames.map((field, index) => withDefault(field, types[index])),
      })),
  }),
).record

function withDefault(name: string, type: Type = { kind: 'double' }): RecordField {
  return type.kind === 'nullable' && name > 'c' ? { name, type, default: null } : { name, type }
}

/** A value of the type in its run-time form. */
export function valuesOf(type: Type): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'null':
    case 'unknown':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'int':
      return fc.integer()
    case 'long':
    case 'duration':
      return fc.maxSafeInteger()
    case 'time':
      return fc.integer().map((value) => (type.unit === 'ms' ? value * 1000 : value * 3))
    case 'float':
      return fc.float()
    case 'double':
      return fc.double()
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 90 })
    case 'bytes':
      return fc.uint8Array()
    case 'fixed':
      return fc.uint8Array({ minLength: type.size, maxLength: type.size })
    case 'enum':
      return fc.constantFrom(...type.symbols)
    case 'decimal': {
      const most = 10n ** BigInt(type.precision) - 1n
      return fc
        .bigInt({ min: -most, max: most })
        .map((digits) => new Decimal(`${digits}e-${type.scale}`))
    }
    case 'nullable':
      return fc.option(valuesOf(type.of))
    case 'list':
      return fc.array(valuesOf(type.items), { maxLength: 4 })
    case 'map':
      return fc
        .dictionary(fc.string({ maxLength: 5 }), valuesOf(type.values), { maxKeys: 4 })
        .map((entries) => {
          const sorted = Object.entries(entries).filter(([name]) => name !== '__proto__')
          return Object.fromEntries(sorted.sort(([a], [b]) => (a < b ? -1 : 1)))
        })
    case 'record':
      return fc
        .tuple(...type.fields.map((field) => valuesOf(field.type)))
        .map((values) =>
          Object.fromEntries(type.fields.map((field, index) => [field.name, values[index]])),
        )
  }
}
