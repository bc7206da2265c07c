import { expect, test } from 'vitest'
import { LONGEST_RECORD } from './input-record.ts'
import { collectText, faults, micros, topicOf, values } from './collect.test-data.ts'

const header = 'symbol,bid,size,time\n'
const good = { symbol: 'A', bid: 1.5, size: null, time: 1398902400292000 }

test.each([
  ['plain', `${header}A,1.5,,1398902400292\n`],
  ['without a line break at its end', `${header}A,1.5,,1398902400292`],
  ['with CRLF', 'symbol,bid,size,time\r\nA,1.5,,1398902400292\r\n'],
  ['with a byte order mark', `\uFEFF${header}A,1.5,,1398902400292\n`],
  ['with quotes', `"symbol","bid","size","time"\n"A","1.5","","1398902400292"\n`],
  ['with its columns in another order', 'time,size,bid,symbol\n1398902400292,,1.5,A\n'],
  ['without a column that may be null', 'symbol,bid,time\nA,1.5,1398902400292\n'],
  ['with blanks around numbers', 'symbol, bid ,size,time\nA, 1.5 , , 1398902400292\n'],
  ['with blank lines', `${header}\n\nA,1.5,,1398902400292\n\n`],
])('reads a file %s', async (_, text) => {
  const { items } = await collectText('ticks.csv', text)
  expect(items).toMatchObject([{ kind: 'record', value: good, time: good.time }])
})

test('gives values their fields in the order of the schema', async () => {
  const { items } = await collectText('ticks.csv', 'time,bid,symbol\n1398902400292,1.5,A\n')
  const [item] = items
  expect(item?.kind === 'record' && Object.keys(item.value ?? {})).toEqual(Object.keys(good))
})

const schemas: Readonly<Record<string, unknown>> = {
  double: 'double',
  float: 'float',
  int: 'int',
  long: 'long',
  boolean: 'boolean',
  string: 'string',
  decimal: { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 },
  side: { type: 'enum', name: 'Side', symbols: ['BUY', 'SELL'] },
  list: { type: 'array', items: 'long' },
  duration: { type: 'long', logicalType: 'duration-micros' },
  bytes: 'bytes',
  time: micros,
  millis: { type: 'long', logicalType: 'timestamp-millis' },
}

async function readCell(type: string, cell: string): Promise<unknown> {
  const topic = topicOf([
    ['symbol', 'string'],
    ['time', micros],
    ['x', schemas[type]],
  ])
  const quoted = `"${cell.replaceAll('"', '""')}"`
  const read = await collectText('x.csv', `symbol,time,x\nA,1398902400,${quoted}\n`, topic)
  const [item] = read.items
  return item?.kind === 'record' ? item.value?.['x'] : faults(read)[0]?.slice('x.csv:2: '.length)
}

test.each([
  ['double', '1.38756', 1.38756],
  ['double', '-.5e-3', -0.0005],
  ['double', '+5.', 5],
  ['float', '0.1', Math.fround(0.1)],
  ['int', '-7', -7],
  ['int', '5.0', 5],
  ['long', '9007199254740990', 9007199254740990],
  ['long', '-0', 0],
  ['boolean', 'True', true],
  ['boolean', '0', false],
  ['string', 'a "b", c\nd', 'a "b", c\nd'],
  ['string', 'Zürich €', 'Zürich €'],
  ['string', ' x ', ' x '],
  ['side', 'SELL', 'SELL'],
  ['list', '[1,2]', [1, 2]],
  ['duration', '1.5s', 1500000],
  ['duration', '250', 250],
  ['time', '2014-05-01T00:00:00.123456789Z', 1398902400123456],
  ['millis', '2014-05-01T00:00:00.123456Z', 1398902400123000],
])('reads a %s from %j', async (type, cell, value) => {
  expect(await readCell(type, cell)).toEqual(value)
})

test('reads decimals digit by digit', async () => {
  expect(String(await readCell('decimal', '1234.50'))).toBe('1234.5')
})

test.each([
  ['double', 'abc', 'column "x" is not a number'],
  ['double', '1.5abc', 'column "x" is not a number'],
  ['double', '0x1F', 'column "x" is not a number'],
  ['double', 'NaN', 'column "x" is not a number'],
  ['double', 'Infinity', 'column "x" is not a number'],
  ['double', '1,5', 'column "x" is not a number'],
  ['double', '1e999', 'column "x" is larger than a double can be'],
  ['double', '9'.repeat(500), 'column "x" is not a number'],
  ['double', '1\0', 'column "x" is not a number'],
  ['double', '', 'column "x" is empty, and its type may not be null'],
  ['float', '1e39', 'column "x" is larger than a double can be'],
  ['int', '2147483648', 'column "x" is an integer beyond 32 bits'],
  ['int', '1.5', 'column "x" is not an integer'],
  ['long', '9007199254740993', 'column "x" is an integer beyond 2^53, which would lose digits'],
  ['boolean', 'yes', 'column "x" is not true, false, 1 or 0'],
  ['string', '', 'column "x" is empty, and its type may not be null'],
  ['string', 'a\0b', 'column "x" holds a NUL character, as damaged files do'],
  ['side', 'buy', 'column "x" is none of BUY, SELL'],
  ['list', '[1,"2"]', 'column "x[1]" is not long'],
  ['list', '[1', 'column "x" is not JSON, which a list, map or record in a cell must be'],
  ['bytes', '%%', 'column "x" is not base64'],
])('refuses a %s of %j', async (type, cell, reason) => {
  expect(await readCell(type, cell)).toBe(reason)
})

test('refuses decimals that would be rounded or cut', async () => {
  expect(await readCell('decimal', '1.005')).toContain('3 decimals')
  expect(await readCell('decimal', '12345')).toContain('takes 7 digits')
  expect(await readCell('decimal', '1e99999')).toContain('digits')
})

test('goes on after a bad cell and says when the record was available', async () => {
  const read = await collectText(
    'ticks.csv',
    `${header}A,x,,1398902400\nA,1,,never\nA,1,,1398902401\n`,
  )
  expect(read.items).toMatchObject([
    { kind: 'bad', available: 1398902400000000, original: 'A,x,,1398902400' },
    { kind: 'bad', original: 'A,1,,never' },
    { kind: 'record', place: 'ticks.csv:4' },
  ])
  expect(read.items[1]).not.toHaveProperty('available')
})

test('takes rows with too many or too few cells for bad', async () => {
  const read = await collectText('ticks.csv', `${header}A,1,,1398902400,9\nA,1\nA,1,,1398902401\n`)
  expect(faults(read)).toEqual([
    'ticks.csv:2: the row has 5 cells, the header 4',
    'ticks.csv:3: the row has 2 cells, the header 4',
  ])
  expect(values(read)).toHaveLength(1)
})

test.each([
  ['never closed', 'A,"1,,1398902400', 'the row opens a quote that is never closed'],
  ['inside a cell', 'A,1",,1398902400', 'a quote inside a cell that does not start with one'],
  ['closed too early', 'A,"1"x,,1398902400', 'text behind a closing quote'],
])('loses one line to a quote %s', async (_, line, reason) => {
  const rest = 'A,2,,1398902401\nA,3,,1398902402\n'
  for (const lineBreak of ['\n', '\r\n']) {
    const text = `${header}A,1,,1398902400\n\n${line}\n${rest}`.replaceAll('\n', lineBreak)
    const read = await collectText('ticks.csv', text)
    expect(faults(read)).toEqual([expect.stringContaining(reason)])
    const [, fault] = read.items
    expect(fault).toMatchObject({ place: 'ticks.csv:4', original: line })
    expect(read.items.slice(2)).toMatchObject([{ place: 'ticks.csv:5' }, { place: 'ticks.csv:6' }])
  }
})

test('counts lines through quoted cells that hold line breaks', async () => {
  for (const lineBreak of ['\n', '\r\n']) {
    const text = `${header}"A\nB\nC",1,,1398902400\nD,1,,1398902400\n`.replaceAll('\n', lineBreak)
    const { items } = await collectText('ticks.csv', text)
    expect(items.map((item) => 'place' in item && item.place)).toEqual([
      'ticks.csv:4',
      'ticks.csv:5',
    ])
  }
})

test('gives up a row that is too long, and no other', async () => {
  const row = 'A,2,,1398902401\n'
  for (const filling of ['x', ',', '"', '","']) {
    const long = filling.repeat((10 * LONGEST_RECORD) / filling.length)
    const read = await collectText('ticks.csv', `${header}${row}${long}\n${row}`)
    const bad = read.items.filter((item) => item.kind === 'bad')
    expect(values(read)).toHaveLength(2)
    expect(bad).toHaveLength(1)
    expect(bad[0]?.original.length).toBeLessThanOrEqual(1024)
    expect(read.items.at(-1)).toMatchObject({ place: 'ticks.csv:4' })
  }
})

test('shows bytes that are not UTF-8 as base64', async () => {
  const bytes = Buffer.concat([
    Buffer.from(`${header}A`),
    Buffer.from([0xe2, 0x82]),
    Buffer.from(',1,,1398902400\nB,1,,1398902400\n'),
  ])
  const read = await collectText('ticks.csv', bytes)
  expect(faults(read)).toEqual(['ticks.csv:2: column "symbol" is not UTF-8'])
  expect(read.items[0]).toMatchObject({ original: expect.stringMatching(/^base64:Qe/) as string })
  expect(values(read)).toHaveLength(1)
})

test('refuses a header that lacks a column, before the first record', async () => {
  await expect(collectText('ticks.csv', 'symbol,bidd,time\nA,1,1398902400\n')).rejects.toThrow(
    'ticks.csv has no column "bid" (did you mean "bidd"?), which topic "rows" takes; ' +
      'add them, or give the fields a default in the schema. ' +
      'Its columns are "symbol", "bidd", "time".',
  )
  await expect(collectText('ticks.csv', 'A,1.5,,1398902400\n')).rejects.toThrow(
    'its first line must name the columns',
  )
  await expect(collectText('ticks.csv', 'symbol,bid,bid,time\n')).rejects.toMatchObject({
    name: 'InputProblem',
    column: 'bid',
  })
})

test('gives no records for a header alone', async () => {
  expect(await collectText('ticks.csv', header)).toEqual({ items: [], ignored: {} })
})

test('fills columns that are missing with the default of the field', async () => {
  const topic = topicOf([
    ['symbol', 'string'],
    ['time', micros],
    ['venue', 'string', 'oanda'],
  ])
  const read = await collectText('ticks.csv', 'symbol,time\nA,1398902400\n', topic)
  expect(values(read)).toMatchObject([{ venue: 'oanda' }])
})

test('ignores columns that the schema lacks, and counts them', async () => {
  const text = 'symbol,bid,time,note\nA,1,1398902400,x\nA,1,1398902401,"""\n'
  const { ignored } = await collectText('ticks.csv', text)
  expect(ignored).toEqual({ note: 1 })
})

test('takes both times from beside the value where the topic names no field', async () => {
  const topic = topicOf(
    [
      ['symbol', 'string'],
      ['bid', 'double'],
    ],
    { time: undefined, delay: 5, unit: 'ms' },
  )
  const times = async (text: string): Promise<unknown> =>
    (await collectText('ticks.csv', text, topic)).items
  expect(await times('symbol,bid,time\nA,1,1000\n')).toMatchObject([
    { time: 1_000_000, available: 1_000_005 },
  ])
  expect(await times('symbol,bid,time,available\nA,1,1000,2000\n')).toMatchObject([
    { time: 1_000_000, available: 2_000_000 },
  ])
  expect(await times('symbol,bid,time\nA,1,\n')).toMatchObject([
    { kind: 'bad', reason: 'the record has no "time" beside its value' },
  ])
  await expect(times('symbol,bid\nA,1\n')).rejects.toThrow('has no column "time"')
})

test('reads a plain long as a time in the unit of the topic, its value unchanged', async () => {
  const topic = topicOf(
    [
      ['symbol', 'string'],
      ['ts', 'long'],
      ['seen', 'long'],
    ],
    { time: 'ts', available: 'seen', unit: 'ms' },
  )
  const { items } = await collectText('ticks.csv', 'symbol,ts,seen\nA,1000,2000\n', topic)
  expect(items).toMatchObject([
    { value: { ts: 1000, seen: 2000 }, time: 1_000_000, available: 2_000_000 },
  ])
})

test('makes a record bad whose field for the time is null', async () => {
  const topic = topicOf([
    ['symbol', 'string'],
    ['time', ['null', micros]],
  ])
  const read = await collectText('ticks.csv', 'symbol,time\nA,\n', topic)
  expect(faults(read)).toEqual([
    'ticks.csv:2: field "time" is null, and the record takes its time from it',
  ])
})
