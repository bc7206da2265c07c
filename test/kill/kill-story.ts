// Feeds a log and runs a topology on it, in processes that are killed over and over, until it has
// taken everything. What stands on the log must then be what an undisturbed run leaves.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedLog } from '../../connectors/embedded/embedded-log.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import { readResults } from '../../runtime/results/read-results.ts'
import { createRandom } from '../simulation/random.ts'
import { type Blow, blowsText, isKilledRun } from './blow.ts'
import { appendsOf, drawHistory } from './history.ts'
import { feedRest, killFeeder, killRun, runToEnd, type Scene } from './killing.ts'
import { loadPlan } from './plan.ts'
import { holdResults, runUndisturbed } from './undisturbed.ts'
import { Witness } from './witness.ts'

export interface KillOptions {
  readonly seed: number
  /** Of runs that have work left; feeders are killed beside them. */
  readonly kills: number
}

const RUNS_BETWEEN_FEEDERS = 4

/**
 * What is drawn follows from the seed; at which instant a process dies does not.
 * @throws with what differs, a table of the kills, and the command that tries again.
 */
export async function killRepeatedly({ seed, kills }: KillOptions): Promise<readonly Blow[]> {
  const place = mkdtempSync(join(tmpdir(), 'millrace-kill-'))
  const scene = await openScene(seed, join(place, 'log'))
  const blows: Blow[] = []
  try {
    await killUntil(scene, kills, blows)
    await finish(scene, join(place, 'undisturbed'))
    return blows
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const again = `node test/kill/main.ts --from ${seed} --kills ${kills}`
    const text = [`seed ${seed}: ${why}`, blowsText(blows), `try it again with: ${again}`]
    throw new Error(text.join('\n'), { cause: error })
  } finally {
    await scene.witness.close()
    rmSync(place, { recursive: true, force: true })
  }
}

async function openScene(seed: number, folder: string): Promise<Scene> {
  const plan = loadPlan()
  const layout = makeLayout(plan)
  const log = await openEmbeddedLog(folder, { mode: 'write' })
  await prepareLog(layout, log)
  await log.close()
  const witness = new Witness(layout, folder)
  await witness.open()
  const history = drawHistory(seed)
  const slices = appendsOf(plan, history)
  return { seed, folder, layout, history, slices, witness, random: createRandom(seed, 'kills') }
}

/** Adds to `blows` as they fall. */
async function killUntil(scene: Scene, kills: number, blows: Blow[]): Promise<void> {
  const total = scene.slices.length
  const feedings = Math.ceil(kills / RUNS_BETWEEN_FEEDERS)
  const isDone = (): boolean => blows.filter(isKilledRun).length >= kills
  for (let feeding = 1; !isDone(); feeding += 1) {
    // A part is kept back, so that there is work left when the last blow has fallen.
    const until = Math.round((total * Math.min(feeding, feedings + 1)) / (feedings + 1))
    // Then a later one has to go on where all had ended.
    if (feeding % 2 === 0) await runToEnd(scene, 1 + (feeding % 4) / 2)
    const fed = await killFeeder(scene, until)
    if (fed !== undefined) blows.push(fed)
    let runs = 0
    for (; runs < RUNS_BETWEEN_FEEDERS && !isDone(); runs += 1) {
      const blow = await killRun(scene)
      if (blow === undefined) break
      blows.push(blow)
    }
    if (fed === undefined && runs === 0) throw new Error('all was done before the last kill')
  }
}

/** Feeds the rest, runs to the end, and compares. */
async function finish(scene: Scene, folder: string): Promise<void> {
  const { seed, layout, history, witness } = scene
  await feedRest(scene)
  const summary = await runToEnd(scene, 1 + (seed % 2))
  const expected = await runUndisturbed(layout.plan, history, folder)
  const found = await readResults(layout, witness.log)
  holdResults(layout.plan, expected, { found, summary })
}
