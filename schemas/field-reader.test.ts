import { expect, test } from 'vitest'
import { fieldReader } from './field-reader.ts'

test('reads the field of its name, whatever the name', () => {
  for (const name of ['price', 'a b', 'it\'s "quoted"', '\n', '\u2028', '*/ //', '0']) {
    expect(fieldReader(name)({ other: 1, [name]: 7 })).toBe(7)
    expect(fieldReader(name)({ other: 1 })).toBeUndefined()
  }
})

test('gives each reader a function of its own', () => {
  expect(fieldReader('price').toString()).not.toBe(fieldReader('price').toString())
})
