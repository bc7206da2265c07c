import { expect, test } from 'vitest'
import { inTime } from './in-time.ts'

/** Its pauses are over at once; the fifth calls `act`. */
function countedPace(act: () => void = () => undefined) {
  return {
    pauses: 0,
    now: () => 0,
    async pause() {
      this.pauses += 1
      if (this.pauses === 5) act()
      await new Promise(setImmediate)
    },
  }
}

const stopped = AbortSignal.abort()
const never = new Promise<never>(() => undefined)

test('says what is not known where a stopped run is told nothing', async () => {
  const ending = inTime(never, { log: 'kafka:a:1', pace: countedPace(), signal: stopped })
  await expect(ending).rejects.toMatchObject({ code: 'log-unavailable' })
  await expect(ending).rejects.toThrow(/^the run was stopped, and kafka:a:1 .* is not known; /)
})

test('gives what the log tells in time, and what it refuses', async () => {
  const about = { log: 'memory', pace: countedPace(), signal: stopped }
  expect(await inTime(Promise.resolve(7), about)).toBe(7)
  await expect(inTime(Promise.reject(new Error('refused')), about)).rejects.toThrow('refused')
})

test('waits as long as it takes where nobody has stopped the run', async () => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const pace = countedPace(() => resolve(7))
  const { signal } = new AbortController()
  expect(await inTime(promise, { log: 'memory', pace, signal })).toBe(7)
})

test('counts from when it is stopped', async () => {
  const stop = new AbortController()
  const pace = countedPace(() => stop.abort())
  const ending = inTime(never, { log: 'memory', pace, signal: stop.signal })
  await expect(ending).rejects.toThrow('stopped')
  expect(pace.pauses).toBe(4 + 100)
})
