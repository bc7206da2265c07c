import { expect, test } from 'vitest'
import { ColumnArray, SENT_AS } from './column-array.ts'

/** What stands behind the header, as hexadecimal digits. */
function elements(array: ColumnArray): string {
  return array.bytes().subarray(20).toString('hex')
}

test('writes the header that array_recv reads', () => {
  const array = new ColumnArray('int4')
  array.addInt(7)
  array.addNull()
  const head = [1, 1, SENT_AS.int4, 2, 1].map((word) => word.toString(16).padStart(8, '0'))
  const body = ['00000004', '00000007', 'ffffffff']
  expect(array.bytes().toString('hex')).toBe([...head, ...body].join(''))
})

test('has no dimensions while it is empty, and none again when it is cleared', () => {
  const array = new ColumnArray('text')
  const empty = '000000000000000000000019'
  expect(array.bytes().toString('hex')).toBe(empty)
  array.addText('x')
  array.addNull()
  array.clear()
  expect(array.bytes().toString('hex')).toBe(empty)
})

test.each<[string, (array: ColumnArray) => void, string]>([
  ['true', (array) => array.addBoolean(true), '01'],
  ['-1 in 32 bits', (array) => array.addInt(-1), 'ffffffff'],
  ['-1 in 64 bits', (array) => array.addLong(-1), 'ffffffffffffffff'],
  ['2^53 - 1', (array) => array.addLong(2 ** 53 - 1), '001fffffffffffff'],
  ['-(2^53 - 1)', (array) => array.addLong(1 - 2 ** 53), 'ffe0000000000001'],
  ['a double', (array) => array.addDouble(-1.5), 'bff8000000000000'],
  ['a float', (array) => array.addFloat(1.5), '3fc00000'],
  ['a text of several bytes', (array) => array.addText('é€'), 'c3a9e282ac'],
  ['bytes', (array) => array.addBytes(Uint8Array.of(0, 255)), '00ff'],
  ['2000-01-01', (array) => array.addTime(946_684_800_000_000), '0000000000000000'],
  ['a microsecond before it', (array) => array.addTime(946_684_799_999_999), 'ffffffffffffffff'],
  // -(2^53 - 1) - 946684800000000, which is no safe integer.
  ['the first time that there is', (array) => array.addTime(1 - 2 ** 53), 'ffdca2fec4c82001'],
  ['an interval', (array) => array.addInterval(-1), `${'f'.repeat(16)}${'0'.repeat(16)}`],
])('writes %s', (_, add, hex) => {
  const array = new ColumnArray('int8')
  add(array)
  expect(elements(array)).toBe(`${(hex.length / 2).toString(16).padStart(8, '0')}${hex}`)
})

test('takes the last element back, whatever it was', () => {
  const array = new ColumnArray('text')
  array.addText('a')
  for (const add of [() => array.addText('bb'), () => array.addNull()]) {
    add()
    array.takeBack()
  }
  expect(elements(array)).toBe('0000000161')
})

test('grows, and keeps what it has', () => {
  const array = new ColumnArray('text')
  for (let at = 0; at < 5_000; at += 1) array.addText('word')
  expect(elements(array)).toBe('00000004776f7264'.repeat(5_000))
})
