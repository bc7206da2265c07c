import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeType, type Value } from '../../schemas/type.ts'
import { blockFields, compileBlock } from './block.ts'
import { checked, record } from './expect-expression.ts'
import { NotFinite } from './faults.ts'
import type { WarmUp } from './readiness.ts'

/** Evaluates a block over closes 1, 2, 3... or over the records given. */
function run(
  text: string,
  records: readonly Value[],
  options: { carry?: readonly string[]; warmUp?: WarmUp } = {},
): readonly (Value | undefined)[] {
  const { start, evaluate } = compileBlock(checked(text), { carry: [], ...options })
  const state = start()
  return records.map((each) => evaluate(record(each), state))
}

const closes = (...values: readonly number[]): readonly Value[] =>
  values.map((close) => ({ close }))

test('it gives nothing until every entry is ready, then what is carried and declared', () => {
  const results = run('b: a + close\na: prev(close, 2)\n', closes(1, 2, 3, 4), {
    carry: ['symbol'],
  })
  expect(results).toEqual([
    undefined,
    undefined,
    { symbol: 'BTC', b: 4, a: 1 },
    { symbol: 'BTC', b: 6, a: 2 },
  ])
  expect(Object.keys(results[2] ?? {})).toEqual(['symbol', 'b', 'a'])
})

test('it gives nulls for what is not ready where that is asked for', () => {
  const text = 'a: prev(close)\nb: a + 1\nc: orElse(a, 0)\nd: ready(a) && a > 1\ne: close\n'
  expect(run(text, closes(1, 2, 3), { warmUp: 'emit' })).toEqual([
    { a: null, b: null, c: 0, d: null, e: 1 },
    { a: 1, b: 2, c: 1, d: false, e: 2 },
    { a: 2, b: 3, c: 2, d: true, e: 3 },
  ])
  const fields = blockFields(checked(text), { warmUp: 'emit' })
  expect(fields.map(({ name, type }) => `${name}: ${describeType(type)}`)).toEqual([
    'a: double?',
    'b: double?',
    'c: double',
    'd: boolean?',
    'e: double',
  ])
  expect(blockFields(checked(text)).map(({ type }) => describeType(type))).not.toContain('double?')
})

test.each([
  ['open && prev(close) > 0', 'prev(close) > 0 && open'],
  ['open || prev(close) > 0', 'prev(close) > 0 || open'],
  ['if(open, prev(close) > 0, true)', 'if(!open, true, prev(close) > 0)'],
])('it updates stateful functions whatever is around them: %s as %s', (one, other) => {
  const records = [1, 2, 3, 4, 5, 6].map((close) => ({ close, open: close % 3 === 0 }))
  const expected = run('seen: prev(close)\n', records).map((each) => each?.seen)
  for (const text of [one, other]) {
    const seen = run(`x: ${text}\nseen: prev(close)\n`, records).map((each) => each?.seen)
    expect(seen).toEqual(expected)
  }
  expect(run(`x: ${one}\n`, records)).toEqual(run(`x: ${other}\n`, records))
})

test('it shares the state of equal calls, and only of those', () => {
  const sizeOf = (text: string): number => compileBlock(checked(text), { carry: [] }).size
  expect(sizeOf('a: prev(close)\n')).toBe(3)
  expect(sizeOf('a: prev(close)\nb: prev( close ) + prev((close), 1)\n')).toBe(6)
  expect(sizeOf('a: prev(close)\nb: prev(close) * 2\n')).toBe(3)
  expect(sizeOf('a: close\nb: prev(a) + prev(close)\n')).toBe(6)
})

test('it does not update a call whose arguments are not ready', () => {
  expect(run('a: prev(prev(close))\n', closes(1, 2, 3, 4)).map((each) => each?.a)).toEqual([
    undefined,
    undefined,
    1,
    2,
  ])
  const text = 'p: orElse(prev(close), close)\nt: total(p).count\n'
  const counts = (warmUp: WarmUp) => run(text, closes(1, 2, 3), { warmUp }).map((each) => each?.t)
  expect(counts('hold')).toEqual([undefined, 1, 2])
  expect(counts('emit')).toEqual([1, 2, 3])
})

test('it gives the results of a function with several, and starts its state', () => {
  const text = "sum: total(close, 'hundred').sum\nall: total(close)\nn: all.count\n"
  expect(run(text, closes(1, 2))).toEqual([
    { sum: 101, all: { sum: 1, count: 1 }, n: 1 },
    { sum: 103, all: { sum: 3, count: 2 }, n: 2 },
  ])
})

test('it hands booleans to a function as 0 and 1 and takes them back', () => {
  const records = [true, false, true].map((open) => ({ open }))
  expect(run('a: rises(open)\nb: total(open).sum\n', records)).toEqual([
    undefined,
    { a: false, b: 1 },
    { a: true, b: 2 },
  ])
})

test('it keeps the state of keys apart', () => {
  const { start, evaluate } = compileBlock(checked('a: prev(close)\n'), { carry: [] })
  const [one, two] = [start(), start()]
  evaluate(record({ close: 1 }), one)
  evaluate(record({ close: 2 }), two)
  expect(evaluate(record({ close: 3 }), one)).toEqual({ a: 1 })
  expect(evaluate(record({ close: 4 }), two)).toEqual({ a: 2 })
})

test.each([
  ['x: price / (close - 2)\np: prev(close)\n', 'value of "x" is not finite'],
  [
    'p: prev(close)\nx: total(price / (close - 2)).sum\n',
    'value of "price / (close - 2)" is not finite',
  ],
  [
    'p: prev(close)\nx: total(if(close == 2, 1.7e308, 1.7e308)).sum\n',
    'value of "total(if(close == 2, 1.7e+308, 1.7e+308))" is not finite',
  ],
])('it throws and keeps the state of before: %j', (text, message) => {
  const { start, evaluate } = compileBlock(checked(text), { carry: [] })
  const state = start()
  evaluate(record({ close: 1 }), state)
  const before = [...state]
  expect(() => evaluate(record({ close: 2 }), state)).toThrow(NotFinite)
  expect(() => evaluate(record({ close: 2 }), state)).toThrow(message)
  expect(state).toEqual(before)
})

test('it goes on after any faults as if the records at fault had not been', () => {
  const text = [
    'a: prev(close, 3)',
    'b: total(close).sum + prev(total(close).sum, 2)',
    'c: if(price > 0, prev(price, 5), 0)',
    'bad: close / count',
    'late: prev(bad, 2)',
  ].join('\n')
  const block = checked(text)
  const one = fc.record({
    close: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    price: fc.oneof({ weight: 9, arbitrary: fc.integer() }, fc.constant(NaN)),
    count: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constant(0)),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), (records) => {
      const { start, evaluate } = compileBlock(block, { carry: [] })
      const [state, clean] = [start(), start()]
      for (const each of records) {
        const isBad = Number.isNaN(each.price) || each.count === 0
        const before = [...state]
        if (isBad) {
          expect(() => evaluate(record(each), state)).toThrow(NotFinite)
          expect(state).toEqual(before)
        } else {
          expect(evaluate(record(each), state)).toEqual(evaluate(record(each), clean))
        }
      }
      expect(state).toEqual(clean)
    }),
  )
})

test('it carries and names fields that mean something to JavaScript', () => {
  const { evaluate } = compileBlock(checked('constructor: close\n'), {
    carry: ['__proto__', 'price'],
  })
  const result = evaluate(record({ ['__proto__']: 7, close: 1 }), [])
  expect(Object.entries(result ?? {})).toEqual([
    ['__proto__', 7],
    ['price', 10],
    ['constructor', 1],
  ])
})
