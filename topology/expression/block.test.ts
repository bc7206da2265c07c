import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeType, type Value } from '../../schemas/type.ts'
import { blockFields, compileBlock } from './block.ts'
import { checked, record, scope } from './expect-expression.ts'
import type { ParameterValue } from './expression.ts'
import { NotConvertible, NotFinite } from './faults.ts'
import type { WarmUp } from './readiness.ts'

interface Options {
  readonly carry?: readonly string[]
  readonly warmUp?: WarmUp
}

/** What a block gives for each of the records; a fault as its message. */
function outcomes(
  text: string,
  records: readonly Value[],
  options: Options = {},
): readonly (Value | undefined | string)[] {
  const { start, evaluate } = compileBlock(checked(text), { carry: [], ...options })
  const state = start()
  return records.map((each) => {
    const result = evaluate(record(each), state)
    return result instanceof Error ? result.message : result
  })
}

/** The same for records that are at no fault. */
function run(
  text: string,
  records: readonly Value[],
  options?: Options,
): readonly (Value | undefined)[] {
  return outcomes(text, records, options).map((each) => {
    if (typeof each === 'string') throw new Error(each)
    return each
  })
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

const notFinite = (name: string): string => `value of "${name}" is not finite`

test.each([
  ['x: close / prev(close)\n', [0, 1, 2, 3], [undefined, notFinite('x'), { x: 2 }, { x: 1.5 }]],
  [
    'x: total(log(close / prev(close))).count\n',
    [0, 1, 2, 2],
    [undefined, notFinite('log(close / prev(close))'), { x: 1 }, { x: 2 }],
  ],
  [
    'x: prev(log(close), 2)\n',
    [1, 1, 0, 4, 1],
    [undefined, undefined, notFinite('log(close)'), { x: 0 }, { x: 0 }],
  ],
  [
    'g: close / prev(close)\nx: prev(g)\n',
    [0, 1, 2, 3, 3],
    [undefined, notFinite('g'), undefined, { g: 1.5, x: 2 }, { g: 1, x: 1.5 }],
  ],
  [
    'x: long(close / prev(close))\n',
    [0, 1, 2],
    [undefined, 'long(x): the value is not a whole number below 2^53', { x: 2 }],
  ],
  [
    'g: close / prev(close)\nx: total(long(g * 1e15)).sum\n',
    [1, 90, 1, 2],
    [
      undefined,
      'long(x): the value is not a whole number below 2^53',
      { g: 1 / 90, x: Math.trunc(1e15 / 90) },
      { g: 2, x: Math.trunc(1e15 / 90) + 2e15 },
    ],
  ],
])('it recovers with the record after one that is not finite: %j', (text, values, expected) => {
  expect(outcomes(text, closes(...values))).toEqual(expected)
})

test('it names the first fault in the order of evaluation, before it says that it waits', () => {
  const text = 'z: prev(y)\ny: close / 0\na: prev(log(-close), 5)\nx: log(-close)\n'
  expect(outcomes(text, closes(1, 0))).toEqual([notFinite('y'), notFinite('y')])
  const later = 'a: prev(log(-close), 5)\ny: close / 0\n'
  expect(outcomes(later, closes(1))).toEqual([notFinite('log(-close)')])
  expect(outcomes('a: close\nb: a / 0\nc: b / 0\n', closes(1))).toEqual([notFinite('b')])
})

test('it takes what is not finite for not ready where nulls are asked for', () => {
  const text = 'g: close / count\nsafe: orElse(g, 7)\nseen: prev(safe)\nbefore: prev(g)\n'
  const records = [2, 0, 1, 1].map((count) => ({ close: 4, count }))
  expect(outcomes(text, records, { warmUp: 'emit' })).toEqual([
    { g: 2, safe: 2, seen: null, before: null },
    notFinite('g'),
    { g: 4, safe: 4, seen: 7, before: 2 },
    { g: 4, safe: 4, seen: 4, before: 4 },
  ])
})

test('it does not keep what a function overflowed with, and keeps what others saw', () => {
  const text = 'p: prev(close)\nx: total(close).sum\n'
  expect(outcomes(text, closes(1e308, 1.7e308, 1, 2))).toEqual([
    undefined,
    notFinite('total(close)'),
    { p: 1.7e308, x: 1e308 },
    { p: 1, x: 1e308 },
  ])
})

test('it gives every function exactly the records whose arguments of it are finite', () => {
  const text = [
    'a: prev(close, 3)',
    'b: total(price).sum + prev(total(price).sum, 2)',
    'c: if(open, prev(price * 2, 5), 0)',
    'bad: close / count',
    'late: prev(bad, 2)',
  ].join('\n')
  // Each function with nothing but the records that it has to see.
  const parts = [
    ['x: prev(close, 3)\n', 'always'],
    ['x: total(price).sum\ny: prev(x, 2)\n', 'price'],
    ['x: prev(price * 2, 5)\n', 'price'],
    ['x: prev(close / count, 2)\n', 'count'],
  ] as const
  const one = fc.record({
    close: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    price: fc.oneof({ weight: 9, arbitrary: fc.integer() }, fc.constantFrom(NaN, Infinity)),
    count: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constant(0)),
  })
  const { start, evaluate } = compileBlock(checked(text), { carry: [] })
  const compiledParts = parts.map(([part, when]) => {
    return { ...compileBlock(checked(part), { carry: [] }), when }
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), (records) => {
      const state = start()
      const states = compiledParts.map((part) => part.start())
      for (const each of records) {
        const sound = {
          always: true,
          price: Number.isFinite(each.price),
          count: each.count !== 0,
        }
        const result = evaluate(record(each), state)
        expect(result instanceof NotFinite).toBe(!sound.price || !sound.count)
        compiledParts.forEach((part, index) => {
          if (sound[part.when]) part.evaluate(record(each), states[index] ?? [])
        })
        expect(bits(state)).toBe(bits(states.flat()))
      }
    }),
  )
})

function bits(doubles: readonly number[]): string {
  return Buffer.from(Float64Array.from(doubles).buffer).toString('hex')
}

test.each([
  'p: prev(close)\nx: double(symbol)\n',
  'p: prev(close)\nq: total(double(symbol)).sum\nr: prev(price, 2)\n',
  'y: price / 0\nz: total(log(-price)).sum\np: prev(close)\nx: double(symbol)\n',
])('it throws what the record alone is to blame for, and is as before: %j', (text) => {
  const { start, evaluate } = compileBlock(checked(text), { carry: [] })
  const state = start()
  for (const close of [1, 2]) evaluate(record({ close, symbol: '5' }), state)
  const before = bits(state)
  expect(() => evaluate(record({ close: 3, symbol: 'BTC' }), state)).toThrow(NotConvertible)
  expect(bits(state)).toBe(before)
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

test('it keeps a state for each of two calls whose parameters differ in their type alone', () => {
  const parameters = new Map<string, ParameterValue>([
    ['d', { type: { kind: 'duration' }, value: 60_000_000 }],
    ['n', { type: { kind: 'double' }, value: 60_000_000 }],
  ])
  const text = `
d: prev((received - time) / param.d)
n: prev((received - time) / param.n)
`
  const block = checked(text, {}, { ...scope, parameters })
  const calls = block.entries.flatMap(({ expression }) => [...expression.calls.values()])
  expect(calls.map((call) => call.canonical)).toEqual([
    'prev((received - time) / 60000000us)',
    'prev((received - time) / 60000000)',
  ])
  const one = compileBlock(checked('x: prev(price)'), { carry: [] })
  expect(compileBlock(block, { carry: [] }).size).toBe(2 * one.size)
})
