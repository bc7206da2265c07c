import { Decimal } from 'decimal.js'
import { expect, test } from 'vitest'
import { compileExpression } from './compile.ts'
import { checked, quotedEntry, record, scope } from './expect-expression.ts'
import type { Expression } from './expression.ts'
import { NotConvertible, NotFinite } from './faults.ts'
import { pureFunctions } from './functions/index.ts'
import type { Value } from '../../schemas/type.ts'

function expressionOf(text: string): Expression {
  const [entry] = checked(quotedEntry(text), { stateful: false }).entries
  if (!entry) throw new Error('no entry')
  return entry.expression
}

function run(text: string, given: Value = {}): unknown {
  const value = compileExpression(expressionOf(text))(record(given))
  return value instanceof Decimal ? `decimal ${value.toFixed()}` : value
}

const mood = { score: 0.25, posts: null }
const quantity = new Decimal('1.50')

test.each<[string, Value, unknown]>([
  ['price - 2 * close', {}, 2],
  ['-price % 4', {}, -2],
  ['10 % 4', {}, 2],
  ['price - -close', {}, 14],
  ['2 - (3 - 4)', {}, 3],
  ['price * 10%', {}, 1],
  ['price > 5 && count <= 3', {}, true],
  ['!(price > 5) || open', {}, true],
  ['received - time', {}, 2_000_000],
  ['received - time < 5m', {}, true],
  ['age * 0.3333333', {}, 500_000],
  ['age / 4', { age: 2 }, 1],
  ['time + 1s', {}, 6_000_000],
  ["side == 'BUY'", {}, true],
  ["symbol in ['ETH', 'BTC']", {}, true],
  ['symbol in []', {}, false],
  ["'b' in tags", {}, true],
  ["'EUR' in rates", {}, true],
  ["'constructor' in rates", {}, false],
  ["rates['constructor']", {}, null],
  ["rates['EUR']", {}, 1.1],
  ['tags[1]', {}, 'b'],
  ['tags[9]', {}, null],
  ['tags[0.5]', {}, null],
  ['symbol in param.names', { symbol: 'B' }, true],
  ['param.spread', {}, 1],
  ['param.spread', { symbol: 'ETH' }, 5],
  ['param.bar + 1s', {}, 2_000_000],
  ['mood.score', {}, null],
  ['mood.score', { mood }, 0.25],
  ['mood.score', { mood: undefined }, null],
  ['orElse(mood.score, 0.5)', {}, 0.5],
  ['orElse(mood.score, 0.5)', { mood }, 0.25],
  ['orElse(mood.score, last, 3)', {}, 3],
  ['if(ready(mood) && mood.score > 0, mood.score, -1)', {}, -1],
  ['if(ready(mood) && mood.score > 0, mood.score, -1)', { mood }, 0.25],
  ['if(!ready(mood), 1, mood.score)', { mood }, 0.25],
  ['if(price > 100, price, null)', {}, null],
  ["'a\\'\\n' + symbol", {}, "a'\nBTC"],
  ['quantity + 0.25', { quantity }, 'decimal 1.75'],
  ['0.1 + quantity * 3', { quantity }, 'decimal 4.6'],
  ['-quantity', { quantity }, 'decimal -1.5'],
  ['quantity > 1.5', { quantity }, false],
  ['quantity == 1.5', { quantity }, true],
  ['quantity / 7', { quantity }, 'decimal 0.214285714285714286'],
  ['quantity * count', { quantity }, 'decimal 4.5'],
  ['max(quantity, 2, -1)', { quantity }, 'decimal 2'],
  ['clamp(quantity, 0, 1)', { quantity }, 'decimal 1'],
  ['if(open, quantity, 0)', { quantity, open: false }, 'decimal 0'],
  [
    'quantity + quantity',
    { quantity: new Decimal('12345678901234567890123456.01') },
    'decimal 24691357802469135780246912.02',
  ],
  ['double(quantity) / 2', { quantity }, 0.75],
  ['long(quantity)', { quantity }, 1],
  ['string(quantity)', { quantity: new Decimal('1e-7') }, '0.0000001'],
  ['round(quantity)', { quantity: new Decimal('2.5') }, 'decimal 2'],
  ['decimal(price, 2)', { price: 1.005 }, 'decimal 1'],
  ['decimal(symbol, 1)', { symbol: ' 1.25 ' }, 'decimal 1.2'],
  ['abs(-3)', {}, 3],
  ['abs(quantity - 2)', { quantity }, 'decimal 0.5'],
  ['sign(time - received)', {}, -1],
  ['min(3, price, close)', {}, 3],
  ['max(time, received)', {}, 7_000_000],
  ['clamp(price, 0, 1)', {}, 1],
  ['pow(2, 10) + sqrt(9) + exp(0) + log(1) + log10(100)', {}, 1030],
  ['floor(-1.5) + ceil(1.2)', {}, 0],
  ['round(-2.5)', {}, -3],
  ['round(1.23456, 2)', {}, 1.23],
  ['round(price, 15)', { price: 1e300 }, 1e300],
  ['long(-1.9)', {}, -1],
  ['long(symbol)', { symbol: '42' }, 42],
  ['double(symbol)', { symbol: '-1.5e3' }, -1500],
  ['string(price) + string(open)', {}, '10true'],
  ['size(symbol) + size(tags) + size(rates)', {}, 6],
  ["contains(symbol, 'T') && startsWith(symbol, 'B') && endsWith(symbol, 'C')", {}, true],
  ["lower(symbol) + upper('x')", {}, 'btcX'],
  ["time('2024-01-01T00:00:00.000001+01:00')", {}, Date.UTC(2023, 11, 31, 23) * 1000 + 1],
  ['time(symbol)', { symbol: '1970-01-01T00:00:01Z' }, 1_000_000],
  ["hour(time('2024-02-29T23:59:00Z'))", {}, 23],
  ["minute(time('1969-12-31T23:59:00Z'))", {}, 59],
  ["weekday(time('2024-02-26T00:00:00Z'))", {}, 1],
  ["weekday(time('1969-12-28T12:00:00Z'))", {}, 7],
])('it computes %s of %j', (text, given, expected) => {
  expect(run(text, given)).toEqual(expected)
})

test.each([
  ['price / 0', {}],
  ['0 / 0', {}],
  ['log(-price)', {}],
  ['price * 2', { price: 1e308 }],
  ['price', { price: undefined }],
  ['age / 0', {}],
  ['if(open, price / 0, null)', {}],
  ['quantity / 0', { quantity }],
])('it throws for %s, which is not finite', (text, given) => {
  expect(() => run(text, given)).toThrow(NotFinite)
  expect(() => run(text, given)).toThrow(`value of "${text}" is not finite`)
})

test.each([
  ['double(symbol)', '1.2.3'],
  ['double(symbol)', ''],
  ['double(symbol)', '0x10'],
  ['double(symbol)', 'Infinity'],
  ['long(symbol)', '1.5'],
  ['long(symbol)', '99999999999999999999'],
  ['decimal(symbol, 2)', 'abc'],
  ['time(symbol)', '2024-02-30T00:00:00Z'],
  ['time(symbol)', '2024-01-01'],
])('it throws for %s of %j without naming the value', (text, symbol) => {
  expect(() => run(text, { symbol })).toThrow(NotConvertible)
  expect(() => run(text, { symbol })).not.toThrow(symbol || 'x{9}')
})

test('it compiles expressions as deep as the parser lets through', () => {
  expect(run(`${'if(open, '.repeat(190)}price${', 0)'.repeat(190)}`)).toBe(10)
  expect(run(`${'price + '.repeat(490)}price`)).toBe(4910)
})

test('it reads fields whose names mean something to JavaScript', () => {
  const names = ['__proto__', 'constructor', 'class', 'record', 'state', 'NotFinite']
  const input = {
    kind: 'record',
    name: 'Odd',
    fields: names.map((name) => ({ name, type: { kind: 'double' } as const })),
  } as const
  const odd = Object.fromEntries(names.map((name, index) => [name, index + 1]))
  for (const [index, name] of names.entries()) {
    const { expression } = checked(quotedEntry(name), {}, { ...scope, input }).entries[0] ?? {}
    if (!expression) throw new Error('no expression')
    expect(compileExpression(expression)(odd)).toBe(index + 1)
  }
})

test.each([...pureFunctions.values()].map((each) => [each.name, each] as const))(
  'it documents %s with a summary, and an example that calls it',
  (name, { summary, example }) => {
    expect(summary).toMatch(/^[A-Z0-9e].*\.$/)
    expect(example).toContain(`${name}(`)
  },
)
