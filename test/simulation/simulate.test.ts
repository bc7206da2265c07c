import { expect, test } from 'vitest'
import type { Worker, WorkerOptions } from '../../runtime/worker.ts'
import { plantedFaults } from './planted-faults.ts'
import { simulate } from './simulate.ts'

const SEEDS = 50

test(`the engine commits what the reference interpreter gives, over ${SEEDS} seeds`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { steps } = await simulate(seed)
    expect(steps).toBeGreaterThan(0)
  }
})

const TRIED = 40

async function findSeed(
  start: (options: WorkerOptions) => Worker,
): Promise<{ readonly seed: number; readonly error: unknown } | undefined> {
  for (let seed = 1; seed <= TRIED; seed += 1) {
    try {
      await simulate(seed, { start })
    } catch (error) {
      return { seed, error }
    }
  }
  return undefined
}

test.each([...plantedFaults])('the simulation finds that %s', async (_what, start) => {
  const found = await findSeed(start)
  expect(String(found?.error)).toMatch(/^Error: seed \d+: .+\nrepeat it with: npm run simulate/s)
  // It is the fault that was found: without it the seed passes.
  await simulate(found?.seed ?? 0)
})
