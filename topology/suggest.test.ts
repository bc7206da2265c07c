import { expect, test } from 'vitest'
import { didYouMean, suggest } from './suggest.ts'

const FIELDS = ['symbol', 'price', 'size', 'time']

test.each([
  ['pirce', 'price'],
  ['prices', 'price'],
  ['PRICE', 'price'],
  ['tiem', 'time'],
  ['symbl', 'symbol'],
  ['sizes', 'size'],
  ['x', undefined],
  ['', undefined],
  ['exchange', undefined],
])('it takes %j for %j', (word, meant) => {
  expect(suggest(word, FIELDS)).toBe(meant)
})

test('it takes the first by name of words that are equally near, whatever their order', () => {
  expect(suggest('bat', ['cat', 'bar', 'hat'])).toBe('bar')
  expect(suggest('bat', ['hat', 'cat', 'bar'])).toBe('bar')
})

test('it never suggests the word itself', () => {
  expect(suggest('price', ['price'])).toBeUndefined()
})

test('it asks a question where a word is near and says nothing elsewhere', () => {
  expect(didYouMean('pirce', FIELDS)).toEqual({ repair: 'did you mean "price"?' })
  expect(didYouMean('exchange', FIELDS)).toEqual({})
})
