import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalText, fingerprint, withoutRemarks } from './fingerprint.ts'

test('it prints a value alike whatever the order of its names', () => {
  expect(
    canonicalText({
      b: [1, { d: null, c: undefined }],
      a: new Map([
        ['y', 1],
        ['x', -0],
      ]),
    }),
  ).toBe('{"a":{"x":0,"y":1},"b":[1,{"d":null}]}')
})

test('it prints what JSON reads back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalText(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('it is SHA-256', () => {
  expect(fingerprint('')).toBe('12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126')
})

test('it leaves out what is said about a type, and no default', () => {
  const schema = {
    type: 'record',
    doc: 'x',
    fields: [{ name: 'doc', default: { doc: 1 }, doc: 'y' }],
  }
  expect(withoutRemarks(schema)).toEqual({
    type: 'record',
    fields: [{ name: 'doc', default: { doc: 1 } }],
  })
})
