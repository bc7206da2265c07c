import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import type { RecordType, Type, Value } from '../../schemas/type.ts'
import type { SinkRecord } from '../sink.ts'
import { config, lastTicks, PRESENT, ticks } from './postgres.test-data.ts'
import { rowsOf } from './rows.ts'
import { tableOf } from './table.ts'

const record: RecordType = {
  kind: 'record',
  name: 'test.Row',
  fields: [
    { name: 'id', type: { kind: 'string' } },
    { name: 'n', type: { kind: 'int' } },
  ],
}

/** `a1` is id and number, `-a` the deletion of a key. */
function records(words: string): readonly SinkRecord[] {
  return words.split(' ').map((word, offset) => {
    const id = word.replace(/^-|\d+$/g, '')
    const digits = word.replace(/\D/g, '')
    const value = word.startsWith('-') ? null : { id, n: digits === '' ? null : Number(digits) }
    return { offset, key: id, value, time: PRESENT, available: PRESENT }
  })
}

/** Elements of the array that a parameter is, as texts. */
function texts(parameter: Buffer | undefined, isText: boolean): readonly string[] {
  const all: string[] = []
  for (let at = 20; parameter !== undefined && at < parameter.length;) {
    const bytes = parameter.subarray(at + 4, at + 4 + parameter.readInt32BE(at))
    all.push(isText ? bytes.toString() : String(bytes.readInt32BE(0)))
    at += 4 + bytes.length
  }
  return all
}

function filled(words: string, isTable: boolean) {
  const topic = { ...(isTable ? lastTicks : ticks), record, key: ['id'], time: 'id' }
  const key = isTable ? undefined : words.includes('!') ? undefined : ['id']
  const rows = rowsOf(tableOf({ ...config, key }, topic), topic, 0)
  const refused = rows.fill(records(words.replace('! ', '')))
  const [ids, numbers, gone] = rows.parameters()
  return {
    rows: texts(ids, true).map((id, at) => `${id}${texts(numbers, false)[at] ?? ''}`),
    gone: isTable ? texts(gone, true) : [],
    refused: refused.map(({ record: { offset }, reason }) => `${String(offset)} ${reason}`),
  }
}

test.each<[words: string, rows: string, gone: string]>([
  ['a1 b2', 'b2 a1', ''],
  ['a1 a2 b1 a3', 'a3 b1', ''],
  ['a1 -a', '', 'a'],
  ['-a a1', 'a1', ''],
  ['a1 -a -a b1', 'b1', 'a'],
])('makes of %s the rows %s and the deletions %s', (words, rows, gone) => {
  const { refused, ...rest } = filled(words, true)
  expect(refused).toEqual([])
  expect({ rows: rest.rows.join(' '), gone: rest.gone.join(' ') }).toEqual({ rows, gone })
})

test('has the last record of a key that is declared, and each where none is', () => {
  expect(filled('a1 b1 a2', false).rows).toEqual(['a2', 'b1'])
  expect(filled('! a1 b1 a2', false).rows.toReversed()).toEqual(['a1', 'b1', 'a2'])
})

test('refuses what no column takes, superseded or not, and the row before it counts', () => {
  expect(filled('a1 b a b4294967296 -c b5', true)).toEqual({
    rows: ['b5', 'a1'],
    gone: ['c'],
    refused: [
      '1 column "n" takes no null',
      '2 column "n" takes no null',
      '3 column "n" takes whole numbers of 32 bits alone',
    ],
  })
  expect(filled('a1 -a', false).refused).toEqual([
    '1 it has no value, and only what a table holds can be deleted',
  ])
})

const list = (items: Type): Type => ({ kind: 'list', items })
test.each<[what: string, type: Type, value: unknown, reason: string]>([
  ['a NUL', { kind: 'string' }, 'a\0', 'takes no text with a NUL'],
  ['half a character', { kind: 'string' }, '\ud800', 'takes no text with half a character'],
  ['a NUL within a list', list({ kind: 'string' }), ['\0'], 'takes no text with a NUL'],
  ['infinity in JSON', list({ kind: 'double' }), [Infinity], 'is JSON, which has no number'],
  ['an endless time', { kind: 'time', unit: 'us' }, Infinity, 'takes whole microseconds'],
  ['a large long', { kind: 'long' }, 2 ** 53, 'takes whole numbers below 2^53 alone'],
  ['too many decimals', decimalOf(4, 2), new Decimal('0.001'), 'takes 4 digits alone, 2 of them'],
  ['too many digits', decimalOf(4, 2), new Decimal('100'), 'takes 4 digits alone, 2 of them'],
  ['no decimal', decimalOf(4, 2), new Decimal(NaN), 'takes 4 digits alone'],
  ['a missing value', { kind: 'boolean' }, undefined, 'takes no null'],
])('refuses %s, and says nothing of the value', (_, type, value, reason) => {
  const about = { ...ticks, record: { ...record, fields: [{ name: 'x', type }] } }
  const rows = rowsOf(tableOf(config, about), about, 0)
  const row: Value = { x: value }
  const [refusal, ...others] = rows.fill([{ ...(records('a1')[0] as SinkRecord), value: row }])
  expect(others).toEqual([])
  expect(refusal?.reason).toMatch(`column "x" ${reason}`)
})

function decimalOf(precision: number, scale: number): Type {
  return { kind: 'decimal', precision, scale }
}
