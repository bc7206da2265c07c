import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Pace } from '../../runtime/pace.ts'
import { paced } from './paced.ts'

/** A clock that moves only while somebody waits. */
function handClock(): Pace {
  let now = 1000
  return {
    now: () => now,
    pause: (ms) => {
      now += ms
      return Promise.resolve()
    },
  }
}

async function* batchesOf(...sizes: readonly number[]): AsyncGenerator<readonly InputItem[]> {
  let next = 0
  for (const size of sizes) {
    yield await Promise.resolve(
      Array.from({ length: size }, () => ({ kind: 'heartbeat', available: next++ }) as const),
    )
  }
}

test('gives every item out in order, when it is due', async () => {
  const pace = handClock()
  const { signal } = new AbortController()
  const seen: number[] = []
  const due: number[] = []
  for await (const slice of paced(batchesOf(3, 4), { rate: 2, pace, signal })) {
    seen.push(...slice.map((item) => (item.kind === 'heartbeat' ? item.available : -1)))
    due.push(pace.now() - 1000)
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(due).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000])
})

test('gives many a second out in slices', async () => {
  const pace = handClock()
  const { signal } = new AbortController()
  const sizes: number[] = []
  for await (const slice of paced(batchesOf(1000), { rate: 2000, pace, signal })) {
    sizes.push(slice.length)
  }
  expect(sizes).toEqual(Array.from({ length: 10 }, () => 100))
  expect(pace.now() - 1000).toBe(450)
})

test('ends while it waits when it is told to stop', async () => {
  const controller = new AbortController()
  const clock = handClock()
  let pauses = 0
  const pace: Pace = {
    now: clock.now,
    pause: (ms) => {
      pauses += 1
      if (pauses === 3) controller.abort()
      return clock.pause(ms)
    },
  }
  const seen: number[] = []
  for await (const slice of paced(batchesOf(5), { rate: 0.1, pace, signal: controller.signal })) {
    seen.push(slice.length)
  }
  expect(seen).toEqual([1])
  expect(pauses).toBe(3)
})
