import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCursor, readPageEnd, writeCursor, writePageEnd } from './cursor.ts'

const text = fc.string({ unit: 'binary' })

test('gives back what was written, whatever is in it', () => {
  const isKept = (last: string, partition: number): void => {
    expect(readCursor(writeCursor(last))).toBe(last)
    const end = { name: last, partition }
    expect(readPageEnd(writePageEnd(end))).toEqual(end)
  }
  fc.assert(fc.property(text, fc.nat(999_999), isKept))
})

test('takes no other text for one', () => {
  const isRefused = (cursor: string): void => {
    expect(() => readPageEnd(cursor)).toThrow(expect.objectContaining({ code: 'cursor-malformed' }))
  }
  fc.assert(fc.property(text, isRefused))
  for (const other of ['', 'name', '/name', 'x/name', '-1/name', '1.5/name', '9999999999/name']) {
    isRefused(writeCursor(other))
  }
})
