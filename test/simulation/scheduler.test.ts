import { expect, test } from 'vitest'
import type { Log } from '../../connectors/connector.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { createRandom } from './random.ts'
import { RunFailed, type Scene, type Seat, runSchedule, type Story } from './scheduler.ts'
import {
  batchOf,
  COMMITS,
  INPUT,
  PARTITIONS,
  readNumbers,
  startToy,
  SUMS,
  type ToyFault,
} from './toy-worker.ts'

const SEEDS = 200

/** Runs one seed, and says what is wrong with the outcome. */
async function runToy(
  seed: number,
  fault?: ToyFault,
): Promise<{ readonly story: Story; readonly wrong: string | undefined }> {
  const random = createRandom(seed, 'toy')
  const broker = createMemoryBroker()
  const log = broker.connect()
  const spec = { partitions: PARTITIONS, keeps: 'all' } as const
  await log.createTopics([INPUT, SUMS, COMMITS].map((name) => ({ name, ...spec })))
  const inputs = Array.from({ length: PARTITIONS }, () =>
    Array.from({ length: random.int(0, 20) }, () => random.int(1, 9)),
  )
  const feed = async ({ log }: Seat): Promise<void> => {
    const producer = await log.producer('feeder')
    for (const [partition, numbers] of inputs.entries()) {
      for (let at = 0; at < numbers.length; at += 7) {
        const batch = batchOf(numbers.slice(at, at + 7))
        await producer.transact({ appends: [{ topic: INPUT, partition, batch }], puts: [] })
      }
    }
  }
  const findEnds = async (): Promise<readonly number[]> => {
    const partitions = inputs.map((_, partition) => ({ topic: INPUT, partition }))
    return (await log.bounds(partitions)).map(({ stable }) => stable)
  }
  let ends: readonly number[] | undefined
  const scene: Scene = {
    random,
    broker,
    feeders: [(seat) => feed(seat).then(async () => void (ends = await findEnds()))],
    start: (seat, isFed) => startToy(seat, { fault, ends: isFed ? ends : undefined }),
    disturbances: random.int(0, 8),
    mostSteps: 10_000,
  }
  const story = await runSchedule(scene)
  const wrong = await judge(log, inputs)
  return { story, wrong: wrong && `seed ${seed}: ${wrong}` }
}

/** What is wrong with the sums and positions that are committed. */
async function judge(
  log: Log,
  inputs: readonly (readonly number[])[],
): Promise<string | undefined> {
  for (const [partition, numbers] of inputs.entries()) {
    let sum = 0
    const sums = numbers.map((number) => (sum += number))
    const found = await readNumbers(log, SUMS, partition)
    if (found.join() !== sums.join()) return `${found.join()} instead of ${sums.join()}`
    const offsets = (await readNumbers(log, COMMITS, partition)).filter((_, i) => i % 2 === 0)
    const isForward = offsets.every((offset, i) => offset > (offsets[i - 1] ?? 0))
    if (!isForward) return 'a position goes back'
  }
  return undefined
}

test(`a worker that is exactly once stays so under ${SEEDS} schedules`, async () => {
  const disturbed = new Map<string, number>()
  const wrong: string[] = []
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const outcome = await runToy(seed)
    if (outcome.wrong !== undefined) wrong.push(outcome.wrong)
    for (const [what, count] of outcome.story.disturbed) {
      disturbed.set(what, (disturbed.get(what) ?? 0) + count)
    }
  }
  expect(wrong).toEqual([])
  const points = ['before', 'middle', 'after'].map((stage) => `transact ${stage}`)
  const everywhere = [...points, 'producer before', 'producer after'].flatMap((point) =>
    ['kill', 'expire', 'stop', 'join', 'delay'].map((what) => `${what} at ${point}`),
  )
  const faults = [
    ...['aborted at transact before', 'aborted at transact middle'],
    ...['outcome-unknown at transact middle', 'outcome-unknown at transact after'],
    ...['log-unavailable at fetch before', 'log-unavailable at producer after'],
    ...['log-unavailable at poll after', 'log-unavailable at join after'],
  ]
  expect([...everywhere, ...faults].filter((what) => !disturbed.has(what))).toEqual([])
})

const faults: readonly ToyFault[] = [
  'the position is in a transaction of its own',
  'an unknown outcome is taken for an abort',
  'an abort is taken for a commit',
  'the position is read before the producer is opened',
  'a producer is named after its worker',
  'state outlives an abort',
  'the end is taken from what was read',
]

async function isFoundOut(seed: number, fault: ToyFault): Promise<boolean> {
  try {
    return (await runToy(seed, fault)).wrong !== undefined
  } catch (error) {
    // A worker that goes round in circles for ever is found out too.
    if (error instanceof RunFailed) return true
    throw error
  }
}

test.each(faults)('a worker is found out where %s', async (fault) => {
  let found = 0
  for (let seed = 1; seed <= SEEDS && found < 2; seed += 1) {
    if (await isFoundOut(seed, fault)) found += 1
  }
  expect(found).toBe(2)
})

test('a seed is run the same way again', async () => {
  const [first, again] = [await runToy(5), await runToy(5)]
  expect(again.story).toEqual(first.story)
})

function sceneOf(start: Scene['start']): Scene {
  const broker = createMemoryBroker()
  const random = createRandom(1, 'scene')
  return { random, broker, feeders: [], start, disturbances: 0, mostSteps: 500 }
}

test('a worker that never ends fails with what it did last', async () => {
  const start: Scene['start'] = ({ pace }) => {
    const forEver = async (): Promise<void> => {
      for (;;) await pace.pause(1)
    }
    return { done: forEver(), stop: () => Promise.resolve() }
  }
  await expect(runSchedule(sceneOf(start))).rejects.toThrow(/^it does not end\n[^]*wakes/)
})

test('a worker that waits for nothing fails, and so does one that crashes by itself', async () => {
  const stuck = { done: new Promise<void>(() => undefined), stop: () => Promise.resolve() }
  await expect(runSchedule(sceneOf(() => stuck))).rejects.toThrow(/^nobody waits/)
  const start: Scene['start'] = () => {
    return { done: Promise.reject(new Error('broken')), stop: () => Promise.resolve() }
  }
  await expect(runSchedule(sceneOf(start))).rejects.toThrow(/^broken/)
})
