import { expect, test } from 'vitest'
import { describeType } from '../../schemas/type.ts'
import type { Ast } from './ast.ts'
import { canonical } from './canonical.ts'
import type { ParameterValue } from './expression.ts'
import { check, checked, quotedEntry, scope } from './expect-expression.ts'
import { checkExpression } from './check.ts'
import type { Diagnostic } from '../diagnostic.ts'
import type { Type } from '../../schemas/type.ts'

/** Code and place, message, and repair if there is one, of every mistake. */
function complaints(text: string): readonly (readonly string[])[] {
  return check(text).diagnostics.map(({ code, message, span, repair }) => {
    const shown = span.source.text.slice(span.start, span.end)
    return [`${code} at ${shown}`, message, ...(repair === undefined ? [] : [repair])]
  })
}

test.each([
  ['count', 'long'],
  ['count + count', 'double'],
  ['count / 2', 'double'],
  ['-price', 'double'],
  ['price > count', 'boolean'],
  ['time', 'time(ms)'],
  ['received - time', 'duration'],
  ['time + 5m', 'time'],
  ['5m + time', 'time'],
  ['age * 2', 'duration'],
  ['2 * age', 'duration'],
  ['age / 3', 'duration'],
  ['age / 1s', 'double'],
  ['age + 1s - 2s', 'duration'],
  ['received - time < 5m', 'boolean'],
  ['quantity + quantity', 'decimal(19,2)'],
  ['quantity * quantity', 'decimal(36,4)'],
  ['quantity / quantity', 'decimal(38,18)'],
  ['quantity * 1.125', 'decimal(22,5)'],
  ['quantity * -1.5', 'decimal(20,3)'],
  ['quantity * count', 'decimal(37,2)'],
  ['quantity > 0', 'boolean'],
  ['min(quantity, 10)', 'decimal(18,2)'],
  ['decimal(price, 4) - quantity', 'decimal(38,4)'],
  ['double(quantity) * price', 'double'],
  ['round(quantity, 1)', 'decimal(18,1)'],
  ['round(price)', 'double'],
  ['long(price)', 'long'],
  ["symbol + 'x'", 'string'],
  ["if(open, 'a', 'b')", '"a" or "b"'],
  ["side == 'BUY' || side != 'SELL'", 'boolean'],
  ["symbol < 'B'", 'boolean'],
  ["'a' in tags && symbol in ['x', 'y'] && 'EUR' in rates", 'boolean'],
  ['symbol in param.names', 'boolean'],
  ['rates["EUR"]', 'double?'],
  ['tags[0]', 'string?'],
  ['mood', 'social.Mood?'],
  ['mood.score', 'double?'],
  ['book.score', 'double'],
  ['orElse(mood.score, 0.5)', 'double'],
  ['orElse(mood.score, last)', 'double?'],
  ['orElse(mood.posts, 0)', 'long'],
  ['if(ready(mood), mood.score, 0)', 'double'],
  ['if(!ready(mood), 0, mood.score)', 'double'],
  ['if(ready(mood.posts), mood.posts + mood.score, 0)', 'double'],
  ['ready(mood) && mood.score > 0', 'boolean'],
  ['!ready(mood) || mood.score > 0', 'boolean'],
  ['!(!ready(mood) || open) && mood.score > 0', 'boolean'],
  ['if(price > 0, price, null)', 'double?'],
  ['if(open, count, 0)', 'long'],
  ['param.bar * 2', 'duration'],
  ['price < param.spread', 'boolean'],
  ['total(close)', 'Total'],
  ['total(close).sum', 'double'],
  ['prev(time)', 'time(ms)'],
  ["time('2024-01-01T00:00:00Z')", 'time'],
  ['[1, 2]', 'list of double'],
])('it types %s as %s', (text, type) => {
  const { expression } = checked(quotedEntry(text)).entries[0] ?? {}
  expect(expression && describeType(expression.type)).toBe(type)
})

test.each<[string, ...string[]]>([
  [
    'pirce > 0',
    'fields-exist at pirce',
    'stream "ticks" has no field "pirce"',
    'did you mean "price"?',
  ],
  ['fast + 1', 'fields-exist at fast', 'stream "ticks" has no field "fast"', 'write param.fast'],
  [
    'abs + 1',
    'fields-exist at abs',
    'stream "ticks" has no field "abs"',
    '"abs" is a function: abs(close - open)',
  ],
  ['book.scroe', 'fields-exist at scroe', '"book" has no field "scroe"', 'did you mean "score"?'],
  ['price.x', 'types-agree at x', '"price" is double, which has no fields'],
  [
    'rates.EUR',
    'types-agree at EUR',
    '"rates" is map of double, which has no fields',
    'write rates["EUR"]',
  ],
  ['price(3)', 'functions-known at price', '"price" is a field, not a function'],
  ['sqr(3)', 'functions-known at sqr', 'there is no function "sqr"', 'did you mean "sqrt"?'],
  ['abs(1, 2)', 'types-agree at abs(1, 2)', '"abs" takes 1 argument, not 2'],
  ['min(1)', 'types-agree at min(1)', '"min" takes 2 or more arguments, not 1'],
  [
    'log(symbol)',
    'types-agree at symbol',
    '"symbol" is string where "log" takes number',
    'write double(x)',
  ],
  [
    'min(price, age)',
    'types-agree at age',
    '"min" takes values of one type, not double and duration',
  ],
  [
    'param',
    'parameters-known at param',
    '"param" alone is not a value',
    'name the parameter: param.x',
  ],
  [
    'param.fats',
    'parameters-known at fats',
    'there is no parameter "fats"',
    'did you mean "fast"?',
  ],
  [
    'param.by_venue',
    'fields-exist at param.by_venue',
    '"param.by_venue" depends on "venue" of stream "ticks", which has no such field',
  ],
  [
    'price + symbol',
    'types-agree at price + symbol',
    '"+" does not take double and string',
    'turn one into the other: double(text), or string(x)',
  ],
  [
    'quantity * price',
    'types-agree at quantity * price',
    '"*" does not take decimal(18,2) and double',
    'say which is meant: double(x), or decimal(x, scale)',
  ],
  [
    'quantity > price',
    'types-agree at quantity > price',
    '">" does not take decimal(18,2) and double',
    'say which is meant: double(x), or decimal(x, scale)',
  ],
  ['time + time', 'types-agree at time + time', '"+" does not take time(ms) and time(ms)'],
  ['age < 5', 'types-agree at age < 5', '"<" does not take duration and double'],
  ['open < open', 'types-agree at open < open', '"<" does not take boolean and boolean'],
  ['side < side', 'types-agree at side < side', '"<" does not take market.Side and market.Side'],
  [
    "side == 'BUI'",
    `types-agree at 'BUI'`,
    `"BUI" is not one of the symbols of market.Side`,
    `did you mean "BUY"?`,
  ],
  [
    "side in ['BUY', 'HOLD']",
    `types-agree at 'HOLD'`,
    `"HOLD" is not one of the symbols of market.Side`,
  ],
  [
    "'a' in symbol",
    `types-agree at 'a' in symbol`,
    `"in" does not look for string in string`,
    `write contains(text, part)`,
  ],
  ['price && open', 'types-agree at price', '"price" is double where boolean is expected'],
  ['!price', 'types-agree at price', '"price" is double where boolean is expected'],
  ['-symbol', 'types-agree at -symbol', '"-" does not take string'],
  [
    "if(open, 1, 'x')",
    `types-agree at if(open, 1, 'x')`,
    `"if" chooses between values of one type, not double and string`,
  ],
  ["[1, 'a']", "types-agree at 'a'", 'a list has items of one type, not double and string'],
  [
    '2pip + price',
    'types-agree at 2pip',
    '"2pip" is a price step: no operator here gives it a meaning yet',
    'write the price difference itself',
  ],
  [
    'last + 1',
    'nulls-handled at last',
    '"last" may be null',
    'write orElse(last, ...), or if(ready(last), ..., ...)',
  ],
  [
    'mood.score > 0 || ready(mood)',
    'nulls-handled at mood.score',
    '"mood.score" may be null',
    'write orElse(mood.score, ...), or if(ready(mood.score), ..., ...)',
  ],
  [
    'ready(mood) || mood.score > 0',
    'nulls-handled at mood.score',
    '"mood.score" may be null',
    'write orElse(mood.score, ...), or if(ready(mood.score), ..., ...)',
  ],
  [
    'mood == null',
    'nulls-handled at mood == null',
    '"==" does not compare with null',
    'write !ready(mood)',
  ],
  [
    'null != mood.score',
    'nulls-handled at null != mood.score',
    '"!=" does not compare with null',
    'write ready(mood.score)',
  ],
  [
    'null',
    'nulls-handled at null',
    '"null" stands where a value is expected',
    '"null" may only be a branch of if(c, a, b)',
  ],
  [
    'prev(last)',
    'nulls-handled at last',
    '"last" may be null',
    'write orElse(last, ...), or if(ready(last), ..., ...)',
  ],
  [
    'if(ready(last), prev(last), 0)',
    'nulls-handled at last',
    '"last" may be null',
    'write orElse(last, ...), or if(ready(last), ..., ...)',
  ],
  [
    'prev(close, count)',
    'constants-constant at count',
    '"period" of "prev" is a constant, and "count" is not',
    'a constant is a literal, or a parameter without per',
  ],
  [
    'prev(close, param.spread)',
    'constants-constant at param.spread',
    '"period" of "prev" is a constant, and "param.spread" is not',
    'a constant is a literal, or a parameter without per',
  ],
  ['prev(close, 0)', 'constants-constant at 0', '"period" of "prev" is at least 1, not 0'],
  [
    'prev(close, 1.5)',
    'constants-constant at 1.5',
    '"period" of "prev" is a whole number, not 1.5',
  ],
  ['prev(close, 101)', 'constants-constant at 101', '"period" of "prev" is at most 100, not 101'],
  [
    "prev(close, 'x')",
    `types-agree at 'x'`,
    `'x' is string where "prev" takes number`,
    `write double(x)`,
  ],
  [
    "total(close, 'zeor').sum",
    `constants-constant at 'zeor'`,
    `"start" of "total" is zero or hundred, not zeor`,
    `did you mean "zero"?`,
  ],
  [
    'total(close, zero).sum',
    `constants-constant at zero`,
    `"start" of "total" is a constant, and "zero" is not`,
    `write 'zero'`,
  ],
  [
    'prev(symbol)',
    'types-agree at symbol',
    '"symbol" is string where "prev" takes number or boolean or time or duration',
    'write double(x)',
  ],
  [
    "time('monday')",
    `types-agree at time('monday')`,
    `"monday" is not a time like 2024-01-01T00:00:00Z`,
  ],
  [
    'tags["a"]',
    'types-agree at "a"',
    '"tags" is list of string, whose index is a number, not string',
  ],
])('it refuses %s', (text, ...complaint) => {
  expect(complaints(`x: >-\n  ${text}\n`)).toEqual([complaint])
})

test('it reports every mistake of an expression and nothing that follows from one', () => {
  const found = complaints('x: pirce * sise + quantity > symbol\ny: x + unknown_name\n')
  expect(found.map(([place]) => place)).toEqual([
    'fields-exist at pirce',
    'fields-exist at sise',
    'fields-exist at unknown_name',
  ])
})

test('it refuses stateful functions where they have no place', () => {
  const { diagnostics } = check('x: prev(close) > 1\n', { stateful: false })
  expect(diagnostics).toMatchObject([
    {
      code: 'stateful-in-place',
      message: '"prev" remembers earlier records, which an expression here cannot',
      notes: ['`indicator` and `signal` take stateful functions'],
    },
  ])
})

test.each<[string, Type, string[]]>([
  ['count', { kind: 'double' }, []],
  ['1', { kind: 'long' }, []],
  ['1.5', { kind: 'long' }, ['"1.5" is double where long is expected']],
  ['price', { kind: 'boolean' }, ['"price" is double where boolean is expected']],
  ['last', { kind: 'double' }, ['"last" may be null']],
  ['last', { kind: 'nullable', of: { kind: 'double' } }, []],
  ['1.5', { kind: 'decimal', precision: 10, scale: 2 }, []],
  [
    '1.555',
    { kind: 'decimal', precision: 10, scale: 2 },
    ['"1.555" is decimal(4,3) where decimal(10,2) is expected'],
  ],
  ['side', { kind: 'string' }, []],
  ["'BUY'", { kind: 'enum', name: 'S', symbols: ['BUY'] }, []],
  [
    "'BUX'",
    { kind: 'enum', name: 'S', symbols: ['BUY'] },
    ['"BUX" is not one of the symbols of S'],
  ],
])('it holds %s to the type that is expected', (text, expected, messages) => {
  const found: Diagnostic[] = []
  const span = { source: { path: 'topology.yaml', text }, start: 0, end: text.length }
  const node = { kind: 'scalar', value: text, text, style: 'plain', span, flow: false } as const
  const report = (each: Diagnostic): void => void found.push(each)
  const expression = checkExpression(node, scope, report, { expected, stateful: false })
  expect(found.map(({ message }) => message)).toEqual(messages)
  expect(expression === undefined).toBe(messages.length > 0)
})

test.each([
  ['price>0&&(count<5)', 'price > 0 && count < 5'],
  ['(price - 1) - (2 - count)', 'price - 1 - (2 - count)'],
  ['(price > 1) == (price < 2)', '(price > 1) == (price < 2)'],
  ['-(price + 1) * 10%', '-(price + 1) * 0.1'],
  ['age < 1m', 'age < 60000000us'],
  ['prev( close,param.period )', 'prev(close, 2)'],
  ["symbol == 'a'", 'symbol == "a"'],
  ['price < param.spread', 'price < per(symbol, {"BTC": 1}, 5)'],
])('it spells %s in one way', (text, canonical) => {
  expect(checked(quotedEntry(text)).entries[0]?.expression.canonical).toBe(canonical)
})

test('it spells parameters of equal digits apart where their types differ', () => {
  const parameters = new Map<string, ParameterValue>([
    ['d', { type: { kind: 'duration' }, value: 60_000_000 }],
    ['n', { type: { kind: 'double' }, value: 60_000_000 }],
    ['t', { type: { kind: 'time', unit: 'us' }, value: 60_000_000 }],
    ['m', { type: { kind: 'decimal', precision: 8, scale: 0 }, value: '60000000' }],
    ['s', { type: { kind: 'string' }, value: '60000000' }],
    ['b', { type: { kind: 'boolean' }, value: true }],
    ['ds', { type: { kind: 'list', items: { kind: 'duration' } }, value: [1, 2] }],
    [
      'per',
      {
        type: { kind: 'duration' },
        value: 1,
        per: { field: 'symbol', values: new Map([['BTC', 2]]) },
      },
    ],
  ])
  const spelt = [...parameters].map(([name, value]) => {
    const ast: Ast = { kind: 'name', name, start: 0, end: 0 }
    return canonical(
      { parameters: new Map([[ast, value]]), calls: new Map(), used: new Set() },
      ast,
    )
  })
  expect(spelt).toEqual([
    '60000000us',
    '60000000',
    'time(60000000)',
    'decimal(60000000)',
    '"60000000"',
    'true',
    '[1us, 2us]',
    'per(symbol, {"BTC": 2us}, 1us)',
  ])
})

test('it counts the records that pass before everything in an expression is ready', () => {
  const block = checked('a: prev(prev(close, 2), 3)\nb: prev(a) + close\nc: close\n')
  const lookbacks = block.entries.map(({ name, expression }) => [name, expression.lookback])
  expect(lookbacks).toEqual([
    ['a', 5],
    ['b', 6],
    ['c', 0],
  ])
})
