import fc from 'fast-check'
import { expect, test } from 'vitest'
import { END, HEARTBEAT } from '../../connectors/record-batch.ts'
import { Merge } from './merge.ts'
import { bareChannel, type BareRow, storedBatch } from './rows.test-data.ts'

/** What is taken of channels with these rows: `channel@clock`, and the channel waited for. */
function take(...channels: readonly (readonly BareRow[])[]): readonly string[] {
  const all = channels.map((rows, index) => {
    const channel = bareChannel(index)
    channel.add(storedBatch(rows), undefined, 0, rows.length)
    return channel
  })
  const merge = new Merge(all)
  const taken: string[] = []
  for (let next = merge.next(); next !== undefined; next = merge.next()) {
    taken.push(`${next.index}@${next.headClock}`)
    next.advance()
  }
  const { waitsFor } = merge
  return [...taken, waitsFor === undefined ? 'over' : `waits for ${waitsFor.index}`]
}

const records = (...available: readonly number[]): BareRow[] =>
  available.map((each) => ({ available: each }))
const beat = (available: number): BareRow => ({ kind: HEARTBEAT, available })
const end = (available: number): BareRow => ({ kind: END, available })

test('takes by clock, ties by place, and waits for a channel that has nothing', () => {
  expect(take(records(1, 3), records(1, 2))).toEqual(['0@1', '1@1', '1@2', 'waits for 1'])
})

test('a channel that has never brought anything holds the others up', () => {
  expect(take(records(1), [])).toEqual(['waits for 1'])
})

test('a heartbeat lets those pass that sort before what may follow it', () => {
  expect(take(records(5), [beat(5)])).toEqual(['0@5', 'waits for 0'])
  expect(take([beat(5)], records(5))).toEqual(['0@5', 'waits for 0'])
  expect(take([beat(6)], records(5))).toEqual(['1@5', 'waits for 1'])
})

test('a channel that has ended holds nobody up, until more comes', () => {
  expect(take([end(1)], records(5, 9))).toEqual(['0@1', '1@5', '1@9', 'waits for 1'])
  expect(take([end(1), ...records(7)], records(5, 9))).toEqual(['0@1', '1@5', '0@7', 'waits for 0'])
  expect(take([end(1)], [end(2)])).toEqual(['0@1', '1@2', 'over'])
})

test('a record that is stamped before its predecessor counts as known with it', () => {
  expect(take(records(5, 3), records(4, 6))).toEqual(['1@4', '0@5', '0@5', 'waits for 0'])
})

const rows = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 12 })

test('gives the order of (clock, place, sequence) in which the reference sorts', () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 5 }), (channels) => {
      const sorted = channels
        .flatMap((available, index) => {
          let clock = Number.NEGATIVE_INFINITY
          return [...available, 8].map((each) => ({
            index,
            clock: (clock = Math.max(clock, each)),
          }))
        })
        .sort((a, b) => a.clock - b.clock || a.index - b.index)
      const taken = take(...channels.map((available) => [...records(...available), end(8)]))
      expect(taken).toEqual([...sorted.map(({ index, clock }) => `${index}@${clock}`), 'over'])
    }),
    { seed: 3 },
  )
})
