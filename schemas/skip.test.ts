import avro from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordTypes, valuesOf } from './arbitrary.ts'
import { typeToAvro } from './avro.ts'
import { createCodec } from './codec.ts'
import { Cursor } from './cursor.ts'
import { fieldSkips } from './skip.ts'
import type { Value } from './type.ts'

/** Where each field of the record in the bytes ends. */
function endsOf(schema: unknown, bytes: Buffer): readonly number[] {
  const cursor = new Cursor()
  cursor.open(bytes, 0, bytes.length)
  return fieldSkips(schema).map((skip) => {
    skip(cursor)
    return cursor.at
  })
}

const typeAndValue = recordTypes.chain((type) =>
  fc.tuple(fc.constant(type), valuesOf(type) as fc.Arbitrary<Value>),
)

test('ends where each field of a record ends', () => {
  fc.assert(
    fc.property(typeAndValue, ([type, value]) => {
      const bytes = Buffer.from(createCodec(typeToAvro(type)).encode(value))
      const ends = type.fields.map((_, at) => {
        const first = { ...type, fields: type.fields.slice(0, at + 1) }
        return createCodec(typeToAvro(first)).encode(value).length
      })
      expect(endsOf(typeToAvro(type), bytes)).toEqual(ends)
    }),
    { numRuns: 200 },
  )
})

const tree = {
  type: 'record',
  name: 'a.Tree',
  fields: [
    { name: 'children', type: { type: 'array', items: 'Tree' } },
    {
      name: 'any',
      type: ['null', 'int', 'string', 'Tree', { type: 'enum', name: 'E', symbols: ['X'] }],
    },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'mark', type: ['E', 'null'] },
  ],
}

test('passes over types that contain themselves, and unions of many', () => {
  const type = avro.Type.forSchema(tree as avro.Schema)
  const leaf = { children: [], any: { string: 'text' }, day: 3, mark: 'X' }
  const bytes = type.toBuffer({ children: [leaf, leaf], any: null, day: 1, mark: null })
  const leafBytes = 1 + 1 + 5 + 1 + 2
  const children = 1 + 2 * leafBytes + 1
  expect(endsOf(tree, bytes)).toEqual([children, children + 1, children + 2, children + 3])
})

const listOf = (items: unknown) => ({
  type: 'record',
  name: 'A',
  fields: [{ name: 'x', type: { type: 'array', items } }],
})

test('takes the size that a block states, and blocks one after the other', () => {
  expect(endsOf(listOf('int'), Buffer.from([3, 4, 9, 9, 2, 7, 0]))).toEqual([7])
})

test('does not count through values that take no bytes', () => {
  const empty = { type: 'record', name: 'B', fields: [{ name: 'y', type: 'null' }] }
  const most = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0]
  expect(endsOf(listOf(empty), Buffer.from(most))).toEqual([9])
  expect(endsOf(listOf('null'), Buffer.from(most))).toEqual([9])
})

test('ends or throws on any bytes, and reads none beyond them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const bytes = Buffer.concat([noise, Buffer.alloc(50)])
      const cursor = new Cursor()
      cursor.open(bytes, 0, noise.length)
      try {
        for (const skip of fieldSkips(tree)) skip(cursor)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        expect(error).not.toBeInstanceOf(RangeError)
      }
      expect(cursor.at).toBeLessThanOrEqual(noise.length)
    }),
  )
})

test('refuses records that are nested without end', () => {
  const deep = Buffer.alloc(10_000, 2)
  expect(() => endsOf(tree, deep)).toThrow('records are nested more than 64 deep')
})

function nested(depth: number): unknown {
  return depth === 0 ? 'int' : { type: 'array', items: nested(depth - 1) }
}

test.each<[string, unknown, string]>([
  ['what is no record', { type: 'array', items: 'int' }, 'it is no record'],
  ['a record without fields', { type: 'record', name: 'A' }, 'a record has no fields'],
  ['a field that is no map', { type: 'record', name: 'A', fields: [3] }, 'a field is no map'],
  ['a type that is none', listOf(3), 'a type is neither name, list nor map'],
  ['a type that is not defined', listOf('Money'), 'type "Money" is not defined'],
  ['a fixed without a size', listOf({ type: 'fixed', name: 'F' }), 'a fixed has no size'],
  ['types nested too deep', listOf(nested(200)), 'types are nested more than 64 deep'],
])('refuses %s', (_, schema, message) => {
  expect(() => fieldSkips(schema)).toThrow(message)
})
