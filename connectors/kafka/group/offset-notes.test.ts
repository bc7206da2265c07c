import { expect, test } from 'vitest'
import type { Position } from '../../connector.ts'
import { createOffsetNotes } from './offset-notes.ts'
import { createVirtualClock, rest } from './virtual-clock.test-data.ts'

const at = (offset: number, partition = 0): Position => ({ topic: 't', partition, offset })

function open() {
  const clock = createVirtualClock()
  const written: (readonly Position[])[] = []
  const failures: number[] = []
  let outcome: () => Promise<boolean> = () => Promise.resolve(true)
  const notes = createOffsetNotes({
    clock,
    commit(positions) {
      written.push(positions)
      return outcome()
    },
    onFailure: (_, count) => void failures.push(count),
  })
  const answer = (next: typeof outcome) => void (outcome = next)
  return { ...notes, clock, written, failures, answer }
}

test('writes the latest of each partition, ten times a second at most', async () => {
  const { note, written, clock } = open()
  note([at(1), at(5, 1)])
  for (const offset of [2, 3, 4]) note([at(offset)])
  await clock.advance(99)
  expect(written).toEqual([[at(1), at(5, 1)]])
  await clock.advance(1)
  expect(written.slice(1)).toEqual([[at(4)]])
  await clock.advance(10_000)
  expect(written).toHaveLength(2)
})

test('has one request under way at a time', async () => {
  const { note, written, clock, answer } = open()
  let arrive = (): void => undefined
  answer(() => new Promise((resolve) => void (arrive = () => resolve(true))))
  note([at(1)])
  note([at(2)])
  await clock.advance(60_000)
  expect(written).toEqual([[at(1)]])
  arrive()
  await clock.advance(100)
  expect(written).toEqual([[at(1)], [at(2)]])
})

test('tries again what could not be written, less and less often, unless it is older', async () => {
  const { note, written, failures, clock, answer } = open()
  answer(() => Promise.reject(new Error('lost')))
  note([at(1), at(1, 1)])
  note([at(2)])
  await clock.advance(60_000)
  expect(written.length).toBeLessThan(20)
  expect(failures).toEqual(written.map((_, index) => index + 1))
  expect(written.at(-1)).toEqual([at(2), at(1, 1)])
  answer(() => Promise.resolve(true))
  await clock.advance(5000)
  const count = written.length
  await clock.advance(60_000)
  expect(written).toHaveLength(count)
})

test('waits with what cannot be written just now', async () => {
  const { note, written, failures, clock, answer } = open()
  answer(() => Promise.resolve(false))
  note([at(1)])
  await clock.advance(250)
  answer(() => Promise.resolve(true))
  await clock.advance(250)
  expect(written).toEqual([[at(1)], [at(1)], [at(1)], [at(1)]])
  expect(failures).toEqual([])
})

test('writes what is left at its end without waiting, and nothing after it', async () => {
  const { note, end, written, clock } = open()
  note([at(1)])
  await rest()
  note([at(2)])
  await end()
  expect(written).toEqual([[at(1)], [at(2)]])
  note([at(3)])
  await clock.advance(1000)
  expect(written).toHaveLength(2)
})
