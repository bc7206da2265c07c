// The engine's seeds in `npm test`, spread over test files so that Vitest's workers share them.
import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

/** Seeds of one test: few enough that its time limit is far away on a slow machine. */
const SEEDS_OF_A_TEST = 50

/** Tests of the seeds from `from` to `to`, both inclusive. */
export function testSeeds(from: number, to: number): void {
  for (let first = from; first <= to; first += SEEDS_OF_A_TEST) {
    const last = Math.min(to, first + SEEDS_OF_A_TEST - 1)
    test(`the engine commits what must come of it: seeds ${first} to ${last}`, async () => {
      for (let seed = first; seed <= last; seed += 1) {
        const { steps } = await simulate(seed)
        expect(steps).toBeGreaterThan(0)
      }
    })
  }
}
