import { expect, test } from 'vitest'
import type { Update } from './answers.ts'
import { TailRecords } from './tail-records.ts'

function update(offset: number, time: number, key: unknown = 'A'): Update {
  return { position: `t/0@${offset}`, key, time, value: {} }
}

function timesOf(records: TailRecords, text = ''): readonly number[] {
  return records.find(text).map(({ time }) => time)
}

test('gives the newest first, each record once, the later of one time first', () => {
  const records = new TailRecords()
  records.add([update(0, 5), update(1, 9), update(2, 7)])
  records.add([update(1, 9), update(3, 9)])
  expect(timesOf(records)).toEqual([9, 9, 7, 5])
  expect(records.find('')[0]?.position).toBe('t/0@3')
})

test('lets what comes wait while it is held, and takes it afterwards', () => {
  const records = new TailRecords()
  records.add([update(0, 1)])
  expect(timesOf(records)).toEqual([1])
  records.isHeld = true
  records.add([update(1, 2)])
  expect([timesOf(records), records.waiting]).toEqual([[1], 1])
  records.isHeld = false
  expect([timesOf(records), records.waiting]).toEqual([[2, 1], 0])
})

test('finds keys by a part of their text, of several fields too', () => {
  const records = new TailRecords()
  records.add([update(0, 1, 'BTCUSDT'), update(1, 2, ['core', 'ETHUSDT']), update(2, 3, 17)])
  expect([timesOf(records, ' eth '), timesOf(records, '7'), timesOf(records, 'none')]).toEqual([
    ...[[2], [3], []],
  ])
})

test('lets go of the oldest, also of what waits', () => {
  const records = new TailRecords()
  records.isHeld = true
  for (let at = 0; at < 9_000; at += 1) records.add([update(at, at)])
  expect(records.waiting).toBeLessThanOrEqual(4_000)
  records.isHeld = false
  expect(timesOf(records)).toHaveLength(2_000)
  expect(timesOf(records)[0]).toBe(8_999)
})
