// One seed: draws a topology and its inputs, runs the engine over the memory log under a drawn
// schedule, and compares what it committed with what must come of it.
import { startWorker, type Worker, type WorkerOptions } from '../../runtime/worker.ts'
import type { Plan } from '../../topology/plan.ts'
import { tryFailing } from './fail-trial.ts'
import { generateHistory } from './generate-history.ts'
import { generateTopology } from './generate-topology.ts'
import { tryIdle } from './idle-trial.ts'
import { createRandom } from './random.ts'
import { withLocalState } from './local-folder.ts'
import { findFailure } from './reference-by-task.ts'
import type { Story } from './scheduler.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'
import { tryInTwoParts, tryWhole } from './whole-trial.ts'

/** What takes the engine's place where a test plants a fault. */
export interface Planted {
  readonly start?: (options: WorkerOptions) => Worker
}

interface SimulatedStory extends Story {
  /** How often a task went on without a topic. */
  readonly idleSkips?: number
}

/** Which trial it was. */
type Trial = 'whole' | 'in two parts' | 'idle' | 'failing'

/** @throws with the difference, and the command that repeats it. */
export async function simulate(
  seed: number,
  { start = startWorker }: Planted = {},
): Promise<SimulatedStory & { readonly trial: Trial }> {
  const trial = chooseTrial(seed)
  try {
    return { ...(await trial.run(start)), trial: trial.name }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const again = `npm run simulate -- --seed ${seed}`
    throw new Error(`seed ${seed}, ${trial.name}: ${why}\nrepeat it with: ${again}`, {
      cause: error,
    })
  }
}

interface Chosen {
  readonly name: Trial
  readonly run: (start: StageOptions['start']) => Promise<SimulatedStory>
}

/** By what the topology may do; where both would do, drawn. */
function chooseTrial(seed: number): Chosen {
  const plan = topologyOf(seed)
  const inputs = generateHistory(seed, plan)
  const on = (play: (stage: Stage) => Promise<SimulatedStory>, capture?: '*'): Chosen['run'] => {
    return (start) =>
      withLocalState(seed, plan, async (local) =>
        play(await openStage({ seed, plan, start, local, ...(capture && { capture }) })),
      )
  }
  if ([...plan.topics.values()].some(({ idle }) => idle !== undefined)) {
    return { name: 'idle', run: on((stage) => tryIdle(stage, inputs)) }
  }
  const failure = mayFail(plan) ? findFailure(plan, inputs) : undefined
  if (failure !== undefined) {
    return { name: 'failing', run: on((stage) => tryFailing(stage, inputs, failure), '*') }
  }
  // Where a record of the sequel could fail, what comes after the end is not known here.
  if (!mayFail(plan) && createRandom(seed, 'trial').chance(0.15)) {
    return { name: 'in two parts', run: on((stage) => tryInTwoParts(stage, inputs)) }
  }
  return { name: 'whole', run: on((stage) => tryWhole(stage, inputs)) }
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
