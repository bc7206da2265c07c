// A test of the simulation: every planted fault is found within a few seeds, by a difference or an
// assertion of the right kind.
import { expect, test } from 'vitest'
import type { Worker, WorkerOptions } from '../../runtime/worker.ts'
import { plantedFaults } from './planted-faults.ts'
import { plantedInside } from './planted-inside.ts'
import { simulate } from './simulate.ts'

const MOST_TRIED = 200
/** Of faults that few seeds can show: where to begin, so that no time goes to the others. */
const BEGINS_AT = new Map([
  ['a slot believes a leader that was deposed', 131],
  ['entries outlive an abort', 241],
  ['a decision about a task is not repeated', 241],
])

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
  first = 1,
): Promise<{ readonly seed: number; readonly why: string }> {
  for (let seed = first; seed < first + MOST_TRIED; seed += 1) {
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

test.each([...plantedFaults])('the simulation finds that %s', async (what, start) => {
  await check(await findSeed(start, BEGINS_AT.get(what)))
})

test.each([...plantedInside])('the simulation finds that %s', async (what, plant) => {
  const undo = plant()
  const found = await findSeed(undefined, BEGINS_AT.get(what)).finally(undo)
  await check(found)
})
