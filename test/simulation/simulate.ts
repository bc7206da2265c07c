// One seed: draws a topology and its inputs, runs the engine over the memory log under a drawn
// schedule, and compares what it committed with what must come of it.
import { startWorker, type Worker, type WorkerOptions } from '../../runtime/worker.ts'
import type { Plan } from '../../topology/plan.ts'
import { tryFailing } from './fail-trial.ts'
import { generateHistory } from './generate-history.ts'
import { generateTopology } from './generate-topology.ts'
import { tryIdle } from './idle-trial.ts'
import { createRandom } from './random.ts'
import { findFailure } from './reference-by-task.ts'
import type { Story } from './scheduler.ts'
import { openStage } from './stage.ts'
import { tryInTwoParts, tryWhole } from './whole-trial.ts'

/** What takes the engine's place where a test plants a fault. */
export interface Planted {
  readonly start?: (options: WorkerOptions) => Worker
}

/** Which trial it was. */
export type Trial = 'whole' | 'in two parts' | 'idle' | 'failing'

/** @throws with the difference, and the command that repeats it. */
export async function simulate(
  seed: number,
  { start = startWorker }: Planted = {},
): Promise<Story & { readonly trial: Trial; readonly idleSkips?: number }> {
  const plan = topologyOf(seed)
  try {
    return await simulateDrawn(seed, plan, start)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const again = `npm run simulate -- --seed ${seed}`
    throw new Error(`seed ${seed}: ${why}\nrepeat it with: ${again}`, { cause: error })
  }
}

async function simulateDrawn(
  seed: number,
  plan: Plan,
  start: (options: WorkerOptions) => Worker,
): Promise<Story & { readonly trial: Trial; readonly idleSkips?: number }> {
  const inputs = generateHistory(seed, plan)
  const mayBeIdle = [...plan.topics.values()].some(({ idle }) => idle !== undefined)
  if (mayBeIdle) {
    const stage = await openStage({ seed, plan, start })
    return { ...(await tryIdle(stage, inputs)), trial: 'idle' }
  }
  const failure = mayFail(plan) ? findFailure(plan, inputs) : undefined
  if (failure !== undefined) {
    const stage = await openStage({ seed, plan, start, capture: '*' })
    return { ...(await tryFailing(stage, inputs, failure)), trial: 'failing' }
  }
  const stage = await openStage({ seed, plan, start })
  // Where a record of the sequel could fail, what comes after the end is not known here.
  if (!mayFail(plan) && createRandom(seed, 'trial').chance(0.15)) {
    return { ...(await tryInTwoParts(stage, inputs)), trial: 'in two parts' }
  }
  return { ...(await tryWhole(stage, inputs)), trial: 'whole' }
}

function mayFail({ fates, steps }: Plan): boolean {
  return [{ fates }, ...steps].some((each) => Object.values(each.fates).includes('fail'))
}

/** To check a topology costs as much as to run it, so some seeds in a row share one. */
const SEEDS_OF_A_TOPOLOGY = 4
const MOST_REMEMBERED = 64
const topologies = new Map<number, Plan>()

function topologyOf(seed: number): Plan {
  const own = Math.ceil(seed / SEEDS_OF_A_TOPOLOGY)
  const known = topologies.get(own)
  if (known !== undefined) return known
  const { plan } = generateTopology(own)
  if (topologies.size >= MOST_REMEMBERED) topologies.clear()
  topologies.set(own, plan)
  return plan
}
