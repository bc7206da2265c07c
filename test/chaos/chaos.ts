// Runs the story in three workers on a broker of its own while they are killed, frozen and crowded,
// the broker dies, and input goes on being fed. In the end every record is audited.
import { rmSync } from 'node:fs'
import { until } from '../../docker/native/until.ts'
import type { Log } from '../../connectors/connector.ts'
import { processPace } from '../../runtime/pace.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import { HEARTBEAT_EVERY } from '../kill/history.ts'
import { startKafka, startRegistry, type StartedKafka } from '../servers/start-server.ts'
import { createRandom, type Random } from '../simulation/random.ts'
import { audit, type Audited } from '../story/audit.ts'
import { CommitWatch } from '../story/commit-watch.ts'
import { Feed } from '../story/feed.ts'
import { patiently } from '../story/patiently.ts'
import { openStoryLog, type Story, writeStory } from '../story/story.ts'
import { WorkerProcess } from '../story/worker-process.ts'
import { Crew } from './crew.ts'
import { type Deed, drawIncidents, type Incident, incidentText } from './incident.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly incidents: number
  /** For the topology and what workers say; kept where it fails. */
  readonly folder: string
  /** Told of each incident when it is over. */
  readonly say: (line: string) => void
}

export interface Chaos extends Audited {
  readonly incidents: readonly Incident[]
  readonly workers: number
  readonly gaveUp: readonly string[]
}

interface Scene {
  readonly story: Story
  readonly broker: StartedKafka
  readonly log: Log
  readonly feed: Feed
  readonly watch: CommitWatch
  readonly crew: Crew
}

/** Between two slices, so that an incident falls among them. */
const FEED_PAUSE_MS = 40
const CATCH_UP_WITHIN_MS = 300_000
const END_WITHIN_MS = 300_000

/** @throws with what is wrong, how to repeat it, and where the workers' words are. */
export async function runChaos(options: ChaosOptions): Promise<Chaos> {
  const { seed, incidents, folder } = options
  try {
    const result = await withServers(options)
    rmSync(folder, { recursive: true, force: true })
    return result
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const again = `node test/chaos/main.ts --incidents ${incidents} --seed ${seed}`
    const text = [`seed ${seed}: ${why}`, `try it again with: ${again}`, `all is in ${folder}`]
    throw new Error(text.join('\n'), { cause: error })
  }
}

async function withServers(options: ChaosOptions): Promise<Chaos> {
  const { seed, incidents, folder } = options
  const [broker, registry] = await Promise.all([startKafka(), startRegistry()])
  try {
    const servers = { bootstrap: broker.bootstrap, registry: registry.url }
    // One portion to begin with, and one for each incident.
    const slices = (incidents + 1) * HEARTBEAT_EVERY
    const story = writeStory({ name: 'chaos', seed, slices, servers, folder })
    const log = await openStoryLog(servers)
    try {
      return await play(story, { broker, log }, options)
    } finally {
      await log.close()
    }
  } finally {
    await Promise.all([broker.stop(), registry.stop()])
  }
}

async function play(
  story: Story,
  { broker, log }: Pick<Scene, 'broker' | 'log'>,
  { seed, incidents, say }: ChaosOptions,
): Promise<Chaos> {
  const random = createRandom(seed, 'chaos')
  await patiently(() => prepareLog(story.layout, log))
  const watch = new CommitWatch(story.layout, log)
  const crew = new Crew(story)
  const scene = { story, broker, log, watch, crew, feed: new Feed(story, log) }
  const drawn = drawIncidents(random, incidents)
  try {
    // One keeps no copies of its state; who takes another's place finds what that one has left.
    for (const copies of ['copies-1', 'copies-2', undefined]) crew.start(copies)
    await feedPortion(scene)
    await catchUp(scene, false)
    for (const [index, incident] of drawn.entries()) {
      say(`${index + 1}. ${incidentText(incident)}: ${await strike(scene, incident, seed + index)}`)
    }
    await scene.feed.close()
    await crew.stop()
    const audited = await audit(story, { log, watch, summary: await runToEnd(story) })
    return { ...audited, incidents: drawn, workers: crew.started, gaveUp: crew.gaveUp }
  } finally {
    await crew.end()
  }
}

/** Returns when it is over and everybody has caught up. */
async function strike(scene: Scene, incident: Incident, seed: number): Promise<string> {
  const { crew, watch } = scene
  const began = processPace.now()
  const before = watch.seen
  crew.beginIncident()
  const fed = feedPortion(scene)
  const isOver = incident.map((deed) => act(scene, deed, { random: createRandom(seed, deed), fed }))
  const [, ...told] = await Promise.all([fed, ...isOver])
  await catchUp(scene, incident.includes('broker'))
  const seconds = ((processPace.now() - began) / 1000).toFixed(1)
  return `${told.join('; ')}; ${watch.seen - before} commits, ${seconds} s`
}

async function act(
  { broker, crew, ...rest }: Scene,
  deed: Deed,
  { random, fed }: { readonly random: Random; readonly fed: Promise<void> },
): Promise<string> {
  if (deed === 'kill') return crew.kill(random)
  if (deed === 'storm') return crew.storm(random)
  if (deed === 'freeze') {
    return crew.freeze(random, async () => {
      await fed
      await areBehindFeed(rest)
    })
  }
  await broker.kill()
  await broker.restart()
  return 'the broker was killed and came back'
}

async function feedPortion({ feed }: Pick<Scene, 'feed'>): Promise<void> {
  for (let slice = 0; slice < HEARTBEAT_EVERY; slice += 1) {
    await feed.next()
    await processPace.pause(FEED_PAUSE_MS)
  }
}

/** Waits until every task has committed what was fed, and every worker has had slots. */
async function catchUp(scene: Scene, wasBrokerAway: boolean): Promise<void> {
  await areBehindFeed(scene, () => scene.crew.muster(wasBrokerAway))
  const areUp = (): boolean => {
    scene.crew.muster(wasBrokerAway)
    return scene.crew.areUp
  }
  if (await until(areUp, { withinMs: CATCH_UP_WITHIN_MS })) return
  throw new Error(`a worker gets no slots within ${CATCH_UP_WITHIN_MS / 1000} s`)
}

async function areBehindFeed(
  { story, feed, watch }: Pick<Scene, 'story' | 'feed' | 'watch'>,
  look: () => void = () => undefined,
): Promise<void> {
  const items = [...(story.history[feed.fed - 1]?.values() ?? [])].flat()
  const known = items.flatMap((item) => (item.kind === 'bad' ? [] : [item.available]))
  const instant = Math.min(...known)
  const areThere = async (): Promise<boolean> => {
    look()
    return watch.areBehind(instant)
  }
  if (await until(areThere, { withinMs: CATCH_UP_WITHIN_MS, everyMs: 100 })) return
  const seconds = CATCH_UP_WITHIN_MS / 1000
  throw new Error(`tasks do not go on within ${seconds} s: ${watch.laggards(instant)}`)
}

/** Gives what it printed. */
async function runToEnd(story: Story): Promise<string> {
  const { bootstrap } = story.servers
  const last = new WorkerProcess({ story, name: 'last', bootstrap, untilIdle: true })
  await last.hasEnded(END_WITHIN_MS)
  return last.output
}
