// Faults of exactly-once that are planted between the engine and the log, so that they hold for any
// engine: each is a worker whose log does one thing wrongly.
import type { Append, Log, PartitionId, Producer, Writes } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { isOpeningMark } from '../../runtime/state/opening-mark.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../runtime/worker.ts'

type Transact = Producer['transact']

/** By what is wrong: how such a worker starts. */
export const plantedFaults: ReadonlyMap<string, (options: WorkerOptions) => Worker> = new Map([
  ['a commit is without its positions', writing(inTwo('.commits', 'after'))],
  ['positions are committed before the outputs', writing(inTwo('.commits', 'before'))],
  ['state is committed apart from the outputs', writing(inTwo('.state', 'after'))],
  ['an abort is taken for a commit', writing(swallowing('aborted'))],
  ['an unknown outcome is taken for a commit', writing(swallowing('outcome-unknown'))],
  ['a transaction of unknown outcome is written again', writing(retrying)],
  ['producers are named after their worker', starting(namedAfterWorker)],
  ['dead letters are written outside the transaction', writing(inTwo('.dead-letters', 'before'))],
  ['the decision to go on without a topic is not kept', writing(without('.order'))],
  ['a slot believes a leader that was deposed', starting(believing)],
])

let workers = 0

function namedAfterWorker(log: Log): Log {
  const own = (workers += 1)
  return { ...log, producer: (name) => log.producer(`${name} of ${own}`) }
}

function starting(change: (log: Log) => Log) {
  return (options: WorkerOptions): Worker => {
    return startWorker({ ...options, log: change(options.log) })
  }
}

function writing(change: (transact: Transact) => Transact) {
  return starting((log) => ({
    ...log,
    producer: async (name) => {
      const producer = await log.producer(name)
      return { ...producer, transact: change(producer.transact) }
    },
  }))
}

/** What goes to topics of this ending is in a transaction of its own. */
function inTwo(ending: string, when: 'before' | 'after') {
  return (transact: Transact): Transact =>
    async ({ appends, puts }) => {
      const isApart = ({ topic }: Append): boolean => topic.endsWith(ending)
      const apart: Writes = { appends: appends.filter(isApart), puts: [] }
      const rest: Writes = { appends: appends.filter((each) => !isApart(each)), puts }
      const ends = new Map<Append, number>()
      for (const each of when === 'before' ? [apart, rest] : [rest, apart]) {
        if (each.appends.length === 0) continue
        const found = await transact(each)
        for (const [index, end] of found.entries()) ends.set(atIndex(each.appends, index), end)
      }
      return appends.map((each) => ends.get(each) ?? NaN)
    }
}

function atIndex(appends: readonly Append[], index: number): Append {
  const append = appends[index]
  if (append === undefined) throw new Error('an end of nothing that was appended')
  return append
}

/** What goes to topics of this ending is lost, but for the marks of openings. */
function without(ending: string) {
  return (transact: Transact): Transact =>
    async ({ appends, puts }) => {
      const isKept = (each: Append): boolean => !each.topic.endsWith(ending) || isMark(each)
      const kept = appends.filter(isKept)
      const found = await transact({ appends: kept, puts })
      return appends.map((each) => found[kept.indexOf(each)] ?? NaN)
    }
}

/**
 * Whoever tells of a topic less than up to the mark of the opening is taken to have told it all.
 */
function believing(log: Log): Log {
  const marks = new Map<string, number>()
  const markOf = ({ topic, partition }: PartitionId): number =>
    marks.get(`${topic}/${partition}`) ?? 0
  return {
    ...log,
    producer: async (name) => {
      const producer = await log.producer(name)
      const transact: Transact = async (writes) => {
        const ends = await producer.transact(writes)
        for (const [at, each] of writes.appends.entries()) {
          if (isMark(each)) marks.set(`${each.topic}/${each.partition}`, ends[at] ?? 0)
        }
        return ends
      }
      return { ...producer, transact }
    },
    bounds: async (partitions) =>
      (await log.bounds(partitions)).map((each) => {
        return { ...each, stable: Math.max(each.stable, markOf(each)) }
      }),
    fetch: async (positions, options) =>
      (await log.fetch(positions, options)).map((each) =>
        each.next < each.stable ? each : { ...each, next: Math.max(each.next, markOf(each)) },
      ),
  }
}

function isMark({ batch }: Append): boolean {
  return batch.count === 1 && isOpeningMark(batch, 0)
}

function swallowing(code: string) {
  return (transact: Transact): Transact =>
    async (writes) => {
      try {
        return await transact(writes)
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== code) throw error
        return writes.appends.map(() => NaN)
      }
    }
}

/** Where an unknown outcome was a commit, all of it is there twice. */
function retrying(transact: Transact): Transact {
  return async (writes) => {
    try {
      return await transact(writes)
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'outcome-unknown') throw error
      return transact(writes)
    }
  }
}
