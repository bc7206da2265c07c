import { expect, test } from 'vitest'
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

test.each([...plantedFaults])('the simulation finds that %s', async (_what, start) => {
  let found: unknown
  for (let seed = 1; seed <= TRIED && found === undefined; seed += 1) {
    await simulate(seed, { start }).catch((error: unknown) => void (found = error))
  }
  expect(String(found)).toMatch(/^Error: seed \d+: .+\nrepeat it with: npm run simulate/s)
})
