import { expect, test } from 'vitest'
import { END, HEARTBEAT } from '../../connectors/record-batch.ts'
import { bareChannel, type BareRow, storedBatch } from './rows.test-data.ts'

function channelOf(rows: readonly BareRow[], baseOffset = 0) {
  const channel = bareChannel(0)
  channel.add(storedBatch(rows, baseOffset), undefined, 0, rows.length)
  return channel
}

test('its clock is the running maximum, which a record without a time does not move', () => {
  const channel = channelOf([5, 3, NaN, 8].map((available) => ({ available })))
  const clocks: number[] = []
  while (channel.waiting > 0) {
    channel.bound()
    channel.advance()
    clocks.push(channel.clock)
  }
  expect(clocks).toEqual([5, 5, 5, 8])
})

test('says what may still come: its head, then its clock, then nothing once it has ended', () => {
  const channel = channelOf([{ available: 5 }, { available: 9, kind: END }])
  expect(channel.bound()).toBe(5)
  channel.advance()
  expect(channel.bound()).toBe(9)
  channel.advance()
  expect([channel.hasEnded, channel.bound()]).toEqual([true, Number.POSITIVE_INFINITY])
  channel.add(storedBatch([{ available: 7, kind: HEARTBEAT }], 2), undefined, 0, 1)
  // What comes after the end counts as known at the clock.
  expect(channel.bound()).toBe(9)
  channel.advance()
  expect([channel.hasEnded, channel.bound()]).toEqual([false, 9])
})

test('knows the offset of the first row that waits, and the clock of the last', () => {
  const channel = channelOf([{ available: 5 }, { available: 9 }], 40)
  expect([channel.firstWaiting, channel.lastClock, channel.waiting]).toEqual([40, 9, 2])
  channel.bound()
  channel.advance()
  expect([channel.firstWaiting, channel.offset]).toEqual([41, 41])
  channel.bound()
  channel.advance()
  expect([channel.firstWaiting, channel.lastClock]).toEqual([undefined, 9])
})

test('stands after a restart where it stood', () => {
  const channel = channelOf([{ available: 5 }, { available: 9, kind: END }])
  for (let row = 0; row < 2; row += 1) {
    channel.bound()
    channel.advance()
  }
  const again = bareChannel(0)
  again.restore(channel.state)
  expect(again.state).toEqual({ clock: 9, sequence: 0, offset: 2, hasEnded: true })
  expect(again.bound()).toBe(Number.POSITIVE_INFINITY)
})

test('numbers the records of an upstream task, and no marks', () => {
  const channel = bareChannel(0, { upstream: 2 })
  const rows = [
    { available: 1, upstream: 2, sequence: 0 },
    { available: 2, upstream: 2, sequence: 1, kind: HEARTBEAT },
    { available: 3, upstream: 2, sequence: 1 },
  ]
  channel.add(storedBatch(rows), undefined, 0, 3)
  while (channel.waiting > 0) {
    channel.bound()
    channel.advance()
  }
  expect(channel.sequence).toBe(2)
  expect(() => channel.advance()).toThrow('a channel without a head')
})
