import { expect, test } from 'vitest'
import { BOOLEAN, DOUBLE, LONG, STRING, TIME, type Type } from '../../schemas/type.ts'
import { parseKey, shownKey } from './queried-store.ts'

const MONEY: Type = { kind: 'decimal', precision: 18, scale: 6 }

const keyOf = (...types: readonly Type[]) => {
  return { key: types.map((type, at) => ({ name: `field ${at}`, type })) }
}

test.each([
  ['a text', [STRING], 'EUR/USD', 'EUR/USD', 'EUR/USD'],
  ['a text of digits', [STRING], '17', '17', '17'],
  ['no text', [STRING], '', '', ''],
  ['a whole number', [LONG], '17', '17', 17],
  ['a whole number in other words', [LONG], ' 17.0', '17', 17],
  ['less than nothing', [LONG], '-0', '0', 0],
  ['a time', [TIME], '1704067200000000', '1704067200000000', 1704067200000000],
  ['a truth', [BOOLEAN], 'true', 'true', true],
  ['a decimal', [MONEY], '"1.5"', '"1.5"', '1.5'],
  ['a decimal with zeros', [MONEY], '"001.50"', '"1.5"', '1.5'],
  ['two fields', [STRING, LONG], '["a1", 3]', '["a1",3]', ['a1', 3]],
  ['a text that is JSON', [STRING, MONEY], '["\\"", "-0.0"]', '["\\"","0"]', ['"', '0']],
] as const)('reads %s as a key, in its one spelling', (_what, types, text, canonical, shown) => {
  expect(parseKey(keyOf(...types), text)).toBe(canonical)
  expect(shownKey(keyOf(...types), canonical)).toEqual(shown)
})

test.each([
  ['a text for a number', [LONG], '"17"'],
  ['letters for a number', [LONG], 'x'],
  ['part of a number', [LONG], '1.5'],
  ['a number beyond integers', [LONG], '9007199254740993'],
  ['nothing for a number', [LONG], ''],
  ['a number for a decimal', [MONEY], '1.5'],
  ['letters for a decimal', [MONEY], '"x"'],
  ['an exponent', [MONEY], '"1e999999999"'],
  ['a number for a truth', [BOOLEAN], '1'],
  ['no list for two fields', [STRING, LONG], 'a1'],
  ['one of two fields', [STRING, LONG], '["a1"]'],
  ['three of two fields', [STRING, LONG], '["a1",3,4]'],
  ['fields the other way round', [STRING, LONG], '[3,"a1"]'],
  ['an object', [STRING, LONG], '{"0":"a1","1":3,"length":2}'],
  ['a type that is no key', [DOUBLE], '1.5'],
] as const)('does not take %s for a key', (_what, types, text) => {
  expect(parseKey(keyOf(...types), text)).toBeUndefined()
})
