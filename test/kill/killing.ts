// Starts a process over the log of a scene, lets it come to a drawn point, and kills it there.
import { fileURLToPath } from 'node:url'
import type { Append } from '../../connectors/connector.ts'
import type { Layout } from '../../runtime/layout.ts'
import { orderTopic } from '../../runtime/topic-names.ts'
import type { Random } from '../simulation/random.ts'
import type { Blow } from './blow.ts'
import { Child } from './child.ts'
import { countSlices } from './fed-slices.ts'
import { HEARTBEAT_EVERY, type Slice } from './history.ts'
import { topologyFile } from './plan.ts'
import type { Standing, Witness } from './witness.ts'

export interface Scene {
  readonly seed: number
  /** Of the embedded log. */
  readonly folder: string
  readonly layout: Layout
  readonly history: readonly Slice[]
  /** What is appended for each slice. */
  readonly slices: readonly (readonly Append[])[]
  readonly random: Random
  readonly witness: Witness
}

const feeder = fileURLToPath(new URL('./feed-process.ts', import.meta.url))
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
/** What both say on stderr once they have the log. */
const OPENED = 'opened'

/** Feeds towards slice `until` and dies on the way; undefined: that much is on the log. */
export async function killFeeder(scene: Scene, until: number): Promise<Blow | undefined> {
  const { seed, folder, layout, slices, random, witness } = scene
  const fed = await countSlices(witness.log, layout.plan, slices)
  if (fed >= until) return undefined
  const stop = fed + Math.ceil((until - fed) * between(random, 0.1, 0.8))
  const rows = rowsUpTo(slices, stop)
  return strike(scene, {
    victim: 'feed',
    settings: `slices ${fed} to ${until}`,
    aim: `at slice ${stop}`,
    start: () => new Child(feeder, [folder, `${seed}`, `${until}`]),
    isThere: async () => (await witness.look()).fed >= rows,
  })
}

/** Runs what is on the log and dies on the way; undefined: there is nothing to run. */
export async function killRun(scene: Scene): Promise<Blow | undefined> {
  const { folder, random, witness } = scene
  const before = await witness.look()
  const runnable = { live: await runnableLive(scene), untilIdle: before.fed }
  if (before.read >= runnable.untilIdle) return undefined
  const isLive = random.chance(0.5) && before.read < runnable.live
  const victim = isLive ? 'run' : 'run --until-idle'
  const limit = isLive ? runnable.live : runnable.untilIdle
  const workers = random.pick([1, 1, 2])
  const [records, everyMs] = [random.pick([5, 15, 50]), random.pick([1, 5, 50])]
  const pace = ['--commit-records', `${records}`, '--commit-every', `${everyMs}`]
  const more = ['--workers', `${workers}`, ...pace]
  return strike(scene, {
    victim,
    settings: `${workers} of ${records}/${everyMs} ms`,
    start: () =>
      new Child(main, [...victim.split(' '), topologyFile, '--log', `embedded:${folder}`, ...more]),
    ...(await drawAim(scene, { before, limit, isLive })),
  })
}

/** Runs what is on the log, to the end. Gives what it printed. */
export async function runToEnd(scene: Scene, workers: number): Promise<string> {
  const { folder, witness } = scene
  const log = ['--log', `embedded:${folder}`, '--workers', `${workers}`]
  const child = new Child(main, ['run', topologyFile, ...log, '--until-idle', '--json'])
  await child.end()
  const { left } = await witness.look()
  if (left > 0) throw new Error(`a run ended by itself and left ${left} rows`)
  return child.output
}

/** Feeds all that is not on the log yet. */
export async function feedRest({ folder, seed, slices }: Scene): Promise<void> {
  await new Child(feeder, [folder, `${seed}`, `${slices.length}`]).end()
}

interface Target {
  readonly before: Standing
  /** Rows of the inputs that the run can come to read. */
  readonly limit: number
  readonly isLive: boolean
}

/** Mostly in the middle of the work; now and then right after the log was opened, or at the end. */
async function drawAim(
  { random, layout, witness }: Scene,
  { before, limit, isLive }: Target,
): Promise<Pick<Strike, 'aim' | 'isThere'>> {
  const draw = random.next()
  const read = before.read + Math.ceil((limit - before.read) * between(random, 0.05, 0.45))
  if (draw < 0.1) return { aim: 'as it opens', isThere: () => true }
  if (draw < 0.2 && !isLive) {
    const ends = await countEnds(witness, layout)
    const isThere = async () => (await countEnds(witness, layout)) > ends
    return { aim: 'at its end', isThere }
  }
  const isThere = async () => (await witness.look()).read >= read
  return { aim: `at ${read} read`, isThere }
}

interface Strike extends Pick<Blow, 'victim' | 'settings' | 'aim'> {
  readonly start: () => Child
  readonly isThere: () => boolean | Promise<boolean>
}

async function strike(scene: Scene, { start, isThere, ...about }: Strike): Promise<Blow> {
  const { random, witness, layout, slices } = scene
  const before = await witness.look()
  // With nobody else in it, who opens the log clears up behind the dead; else it has survivors.
  if (random.chance(0.5)) await witness.close()
  const child = start()
  await child.until('that it opens the log', () => child.said.includes(OPENED))
  await witness.open()
  await child.until(about.aim, isThere)
  const wasKilled = await child.kill()
  await witness.close()
  await witness.open()
  await witness.readAll()
  await countSlices(witness.log, layout.plan, slices)
  return { ...about, wasKilled, before, after: await witness.look() }
}

/** Rows of the inputs that can be read before more is fed: nothing is silent up to a heartbeat. */
async function runnableLive({ witness, layout, slices }: Scene): Promise<number> {
  const fed = await countSlices(witness.log, layout.plan, slices)
  const heartbeats = Math.floor(fed / HEARTBEAT_EVERY)
  return rowsUpTo(slices, Math.max(0, heartbeats * HEARTBEAT_EVERY - 1))
}

/** Inputs that a run has taken as ended, so far. */
async function countEnds(witness: Witness, { plan, partitions }: Layout): Promise<number> {
  const topic = orderTopic(plan.topology)
  const ids = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  const bounds = await witness.log.bounds(ids)
  return bounds.reduce((sum, { stable }) => sum + stable, 0)
}

function rowsUpTo(slices: readonly (readonly Append[])[], end: number): number {
  return slices.slice(0, end).reduce((sum, appends) => {
    return sum + appends.reduce((rows, { batch }) => rows + batch.count, 0)
  }, 0)
}

function between(random: Random, least: number, most: number): number {
  return least + random.next() * (most - least)
}
