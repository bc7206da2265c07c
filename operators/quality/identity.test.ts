import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { contentText, identityText } from './identity.ts'

const value = fc.oneof(
  fc.string(),
  fc.constantFrom('', ',', '"', 'null', '["a"]', '1', '\u2028'),
  fc.constant(null),
)

test('different texts never look alike, alone or beside each other', () => {
  const parts = fc.integer({ min: 1, max: 3 }).chain((length) => {
    const list = fc.array(value, { minLength: length, maxLength: length })
    return fc.tuple(list, list)
  })
  fc.assert(
    fc.property(parts, ([a, b]) => {
      const isSame = a.every((each, index) => each === b[index])
      expect(contentText(a) === contentText(b)).toBe(isSame)
      const [first, second] = [identityText(a), identityText(b)]
      if (first !== undefined && second !== undefined) expect(first === second).toBe(isSame)
      expect(first === undefined).toBe(a.includes(null))
    }),
  )
})

test('equal numbers look alike, however they are written', () => {
  expect(identityText([0])).toBe(identityText([-0]))
  expect(identityText([new Decimal('1.50'), 'x'])).toBe(identityText([new Decimal('1.5'), 'x']))
  expect(identityText([5e-324])).not.toBe(identityText([0]))
  expect(identityText([true])).toBe('true')
})
