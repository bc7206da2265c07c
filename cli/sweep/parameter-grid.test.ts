import { expect, test } from 'vitest'
import { collectGrid, setsOf } from './parameter-grid.ts'

const VALUES = [
  ['n=5..20:5', ['5', '10', '15', '20']],
  ['n=5..19:5', ['5', '10', '15']],
  ['n=3..5', ['3', '4', '5']],
  ['n=0.1..0.3:0.1', ['0.1', '0.2', '0.3']],
  ['n=-1..1', ['-1', '0', '1']],
  ['n=1m..3m:1m', ['1m', '2m', '3m']],
  ['n=1,8..10,8', ['1', '8', '9', '10']],
  ["n='first'", ["'first'"]],
] as const

test.each(VALUES)('%s is %j', (pair, values) => {
  expect(collectGrid(pair).get('n')).toEqual(values)
})

const MISTAKES = [
  ['5..10', 'names no parameter'],
  ['n=', 'has an empty value'],
  ['n=1,,2', 'has an empty value'],
  ['n=10..5', 'is empty'],
  ['n=1..5:0', 'is empty'],
  ['n=1..5:x', 'is no range'],
  ['n=1m..5s:1m', 'has several units'],
  ['n=1..1000000', 'has more than 100,000 values'],
] as const

test.each(MISTAKES)('refuses %s', (pair, message) => {
  expect(() => collectGrid(pair)).toThrow(message)
})

test('combines every value with every other', () => {
  const grid = collectGrid('b=8,9', collectGrid('a=1,2'))
  const pairs = setsOf(grid).map(({ a, b }) => `${a} ${b}`)
  expect(pairs).toEqual(['1 8', '1 9', '2 8', '2 9'])
  expect(() => collectGrid('a=3', grid)).toThrow('is given twice')
})

test('refuses more sets than anyone can wait for', () => {
  const wide = collectGrid('b=1..2000', collectGrid('a=1..2000'))
  expect(() => setsOf(wide)).toThrow('4,000,000 parameter sets')
})
