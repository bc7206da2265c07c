// A test of the simulation: every planted fault is found within a few seeds, by a difference or an
// assertion of the right kind.
import { expect, test } from 'vitest'
import type { Worker, WorkerOptions } from '../../runtime/worker.ts'
import { plantedFaults } from './planted-faults.ts'
import { plantedInside } from './planted-inside.ts'
import { simulate } from './simulate.ts'

const MOST_TRIED = 200

/** The run came to its end, and what it had committed was wrong. */
const DIFFERENCE =
  /^seed \d+, [^:]+: .*(instead of|has another digest|goes back to|has not stopped)/s
/** The engine or the log noticed it, and stopped. */
const ASSERTION =
  /^seed \d+, [^:]+: .*(brings number \d+ of task|writes already|cannot be read past)/s

function isOfKind(why: string): boolean {
  const [first = ''] = why.split('\n')
  return DIFFERENCE.test(first) || ASSERTION.test(first)
}

async function findSeed(
  start?: (options: WorkerOptions) => Worker,
): Promise<{ readonly seed: number; readonly why: string }> {
  for (let seed = 1; seed <= MOST_TRIED; seed += 1) {
    try {
      await simulate(seed, start && { start })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      // A run that only goes on for ever has not shown what is wrong.
      if (isOfKind(why)) return { seed, why }
    }
  }
  throw new Error(`${MOST_TRIED} seeds do not show it`)
}

/** It is the fault that was found: without it the seed passes. */
async function check({ seed, why }: Awaited<ReturnType<typeof findSeed>>): Promise<void> {
  expect(why).toContain(`repeat it with: npm run simulate -- --seed ${seed}`)
  await simulate(seed)
}

test.each([...plantedFaults])('the simulation finds that %s', async (_what, start) => {
  await check(await findSeed(start))
})

test.each([...plantedInside])('the simulation finds that %s', async (_what, plant) => {
  const undo = plant()
  const found = await findSeed().finally(undo)
  await check(found)
})
