import { expect, test } from 'vitest'
import { EngineError } from '../topology/engine-error.ts'
import type { LogPoint } from '../connectors/memory/log-point.ts'
import { createMemoryBroker, type MemoryBroker } from '../connectors/memory/memory-broker.ts'
import { USUAL_FETCH, USUAL_STORE_BYTES } from '../runtime/defaults.ts'
import { findEnds } from '../runtime/ends.ts'
import { type Layout, makeLayout } from '../runtime/layout.ts'
import { type ObservedRun, observeRun } from '../runtime/observe/observe-run.ts'
import type { RunResult } from '../runtime/reference/history.ts'
import { reportToAll, type Report } from '../runtime/report.ts'
import { readResults } from '../runtime/results/read-results.ts'
import { feedInputs } from '../runtime/run-history.ts'
import { startWorker } from '../runtime/worker.ts'
import { metricValues } from './metric-values.ts'
import { generateHistory } from './simulation/generate-history.ts'
import { generateTopology } from './simulation/generate-topology.ts'
import { simulatedOperators } from './simulation/operators.ts'
import { readRepository } from './tidy/repository.ts'

/** Between them they hold back, refuse, repartition, broadcast and keep state. */
const SEEDS = [1, 2, 3, 5]

interface Scene {
  readonly layout: Layout
  readonly broker: MemoryBroker
}

async function fedScene(seed: number): Promise<Scene> {
  const { plan } = generateTopology(seed)
  const layout = makeLayout(plan)
  const broker = createMemoryBroker()
  const log = broker.connect()
  await log.createTopics(layout.topics)
  await feedInputs(plan, log, generateHistory(seed, plan))
  return { layout, broker }
}

/** As a process of its own would: what it observes begins with nothing. */
async function runObserved(
  { layout, broker }: Scene,
  { at, report }: { at?: (point: LogPoint) => Promise<void>; report?: Report } = {},
): Promise<ObservedRun> {
  const observed = observeRun({
    layout,
    level: 'silent',
    isTerminal: false,
    write: () => undefined,
  })
  const log = broker.connect(at ? { owner: 'worker', at } : { owner: 'worker' })
  const worker = startWorker({
    layout,
    operators: simulatedOperators,
    log,
    // Time stands still, so that commits come by records alone.
    pace: { now: () => 0, pause: () => new Promise((resolve) => setImmediate(resolve)) },
    commit: { everyMs: 1_000, records: 7 },
    fetchRecords: USUAL_FETCH,
    ends: await findEnds(layout.plan, broker.connect()),
    storeBytes: USUAL_STORE_BYTES,
    report: report ? reportToAll(observed.report, report) : observed.report,
  })
  await worker.done.catch((error: unknown) => {
    if (!(error instanceof EngineError && error.code === 'log-damaged')) throw error
  })
  return observed
}

function metricsOf({ registry }: ObservedRun): Promise<string> {
  return registry.metrics()
}

interface Counted {
  readonly records: Readonly<Record<string, number>>
  readonly stepRecords: Readonly<Record<string, number>>
  readonly emitted: Readonly<Record<string, number>>
  readonly held: Readonly<Record<string, number>>
  readonly fates: Readonly<Record<string, number>>
}

const NAMES = {
  records: 'millrace_records_total',
  stepRecords: 'millrace_step_records_total',
  emitted: 'millrace_step_emitted_total',
  held: 'millrace_step_held_total',
  fates: 'millrace_step_fates_total',
} as const satisfies Readonly<Record<keyof Counted, string>>

const KINDS = Object.keys(NAMES) as readonly (keyof Counted)[]

/** What the metrics of several processes say together; what is zero left out. */
async function countedBy(processes: readonly ObservedRun[]): Promise<Counted> {
  const texts = await Promise.all(processes.map(metricsOf))
  const sum = (name: string): Record<string, number> => {
    const sums = new Map<string, number>()
    for (const text of texts) {
      for (const [id, value] of metricValues(text, name)) {
        sums.set(id, (sums.get(id) ?? 0) + value)
      }
    }
    return withoutZeros([...sums])
  }
  return {
    records: sum(NAMES.records),
    stepRecords: sum(NAMES.stepRecords),
    emitted: sum(NAMES.emitted),
    held: sum(NAMES.held),
    fates: sum(NAMES.fates),
  }
}

function countedIn({ plan }: Layout, { steps, inputs }: RunResult): Counted {
  const all = [...steps]
  return {
    records: withoutZeros(
      [...inputs].map(([name, count]) => [`topic=${plan.topics.get(name)?.topic ?? ''}`, count]),
    ),
    stepRecords: withoutZeros(all.map(([step, { records }]) => [`step=${step}`, records])),
    emitted: withoutZeros(all.map(([step, { emitted }]) => [`step=${step}`, emitted])),
    held: withoutZeros(
      all.flatMap(([step, { held }]) =>
        [...held].map(([reason, count]): [string, number] => [
          `reason=${reason},step=${step}`,
          count,
        ]),
      ),
    ),
    fates: withoutZeros(
      all.flatMap(([step, { fates }]) =>
        Object.entries(fates).map(([fate, count]): [string, number] => [
          `fate=${fate},step=${step}`,
          count,
        ]),
      ),
    ),
  }
}

function withoutZeros(pairs: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(pairs.filter(([, value]) => value !== 0))
}

/** Throws at a stage of a slot's nth commit (from 1), of all slots together, if `isHit` says so. */
function failing(stage: LogPoint['stage'], code: string, isHit: (nth: number) => boolean) {
  let commits = 0
  const hit = new Set<string>()
  return async ({ operation, stage: at, name = '' }: LogPoint): Promise<void> => {
    if (operation !== 'transact' || !/\.slot-\d+$/.test(name)) return
    if (at === 'before') {
      commits += 1
      if (isHit(commits)) hit.add(name)
    }
    if (at !== stage || !hit.delete(name)) return
    await Promise.reject(new EngineError(code, 'injected by the test', { coordinates: {} }))
  }
}

test('counts what runs have committed', async () => {
  const kinds = new Set<string>()
  for (const seed of SEEDS) {
    const scene = await fedScene(seed)
    const counted = await countedBy([await runObserved(scene)])
    const result = await readResults(scene.layout, scene.broker.connect())
    expect(counted, `seed ${seed}`).toEqual(countedIn(scene.layout, result))
    for (const kind of KINDS) if (Object.keys(counted[kind]).length > 0) kinds.add(kind)
    if (scene.layout.plan.subTopologies.length > 1) kinds.add('repartitioned')
    if (scene.layout.slots > 1) kinds.add('several slots')
  }
  // The seeds show what is to be shown.
  expect(kinds).toEqual(new Set([...KINDS, 'repartitioned', 'several slots']))
})

test.each([1, 5])(
  'counts the same over two processes, one of which dies (seed %i)',
  async (seed) => {
    const scene = await fedScene(seed)
    // The first transaction of a slot is the mark of its opening.
    const first = await runObserved(scene, {
      at: failing('before', 'log-damaged', (nth) => nth > 5),
    })
    expect(metricValues(await metricsOf(first), 'millrace_commits_total').get('')).toBe(4)
    const second = await runObserved(scene)
    const result = await readResults(scene.layout, scene.broker.connect())
    expect(await countedBy([first, second])).toEqual(countedIn(scene.layout, result))
    // And not because one of them counted all.
    expect(await countedBy([second])).not.toEqual(countedIn(scene.layout, result))
  },
)

test.each([
  ['before', 'aborted'],
  ['middle', 'aborted'],
  ['after', 'outcome-unknown'],
] as const)('counts nothing twice when commits fail (%s: %s)', async (stage, code) => {
  const scene = await fedScene(2)
  const observed = await runObserved(scene, { at: failing(stage, code, (nth) => nth % 3 === 2) })
  const result = await readResults(scene.layout, scene.broker.connect())
  expect(await countedBy([observed])).toEqual(countedIn(scene.layout, result))
  const retries = metricValues(await metricsOf(observed), 'millrace_retries_total')
  expect([...retries.keys()]).toEqual([`code=${code}`])
  expect(retries.get(`code=${code}`)).toBeGreaterThan(1)
})

test('tells in its status where tasks stood at their last commit', async () => {
  const scene = await fedScene(3)
  const seen = new Map<string, unknown>()
  let bytes = 0
  // Once the slots are closed nothing runs here, so it is looked at while they do.
  const report: Report = (event) => {
    expect(structuredClone(event)).toEqual(event)
    if (event.kind !== 'committed') return
    for (const { task, sources, stores, waiting, hasFinished, clock } of event.tasks) {
      const lags = sources.map(({ stable = 0, position }) => stable - position)
      seen.set(task, { lags: [...new Set(lags)], waiting, hasFinished, clock })
      for (const store of stores) bytes = Math.max(bytes, store.bytes)
    }
  }
  const observed = await runObserved(scene, { report })
  const { layout, broker } = scene
  const { clock } = await findEnds(layout.plan, broker.connect())
  const done = { lags: [0], waiting: 0, hasFinished: true, clock }
  expect(seen).toEqual(new Map(layout.tasks.map(({ id }) => [id, done])))
  expect(bytes).toBeGreaterThan(0)
  expect(observed.status()).toMatchObject({ slots: [], tasks: [] })
})

test('explains each metric in docs/operating.md, and no other', async () => {
  const scene = await fedScene(1)
  const { registry } = await runObserved(scene)
  const own = (await registry.getMetricsAsJSON()).filter(({ name }) => /^millrace_/.test(name))
  const page = readRepository().find(({ path }) => path === 'docs/operating.md')?.text ?? ''
  const rows = [...page.matchAll(/^\| `(millrace_\w+)` +\| /gm)].map(([, name]) => name)
  expect(rows.toSorted()).toEqual(own.map(({ name }) => name).toSorted())
})
