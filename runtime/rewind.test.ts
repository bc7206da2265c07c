import { expect, test } from 'vitest'
import type { Log, Producer } from '../connectors/connector.ts'
import type { InputItem } from '../connectors/file/input-record.ts'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { statefulFunctions } from '../operators/functions/index.ts'
import { operators } from '../operators/index.ts'
import { builtInSchemas } from '../schemas/built-in.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { USUAL_COMMIT, USUAL_FETCH, USUAL_STORE_BYTES } from './defaults.ts'
import { findEnds } from './ends.ts'
import { makeLayout } from './layout.ts'
import { processPace } from './pace.ts'
import { readResults } from './results/read-results.ts'
import { rewind } from './rewind.ts'
import { feedInputs } from './run-history.ts'
import { StateLog } from './state/committed-state.ts'
import { decodeCommit } from './task/commit-record.ts'
import { startWorker } from './worker.ts'

const TOPOLOGY = `
topology: again
topics:
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time, partitions: 2 }
  results: { topic: results, schema: market/Trade, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  counted:
    from: trades
    indicator:
      n: count()
  all: { from: counted, filter: n > 1, key: all }
  back: { from: all, filter: price > 0, key: symbol, to: results }
`

const SECOND = 1_000_000

function layout() {
  const catalogue = { operators, functions: statefulFunctions, schemas: builtInSchemas }
  const { plan, diagnostics } = checkTopology({ path: 't.yaml', text: TOPOLOGY }, catalogue, {
    files: { read: () => undefined },
  })
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics))
  return makeLayout(plan)
}

function trades(): readonly InputItem[] {
  return Array.from({ length: 40 }, (_, index): InputItem => {
    const time = index * SECOND
    const about = { symbol: `S${index % 5}`, price: index + 1, size: 1, side: null }
    const value = { ...about, trade_id: null, time, received: time }
    return { kind: 'record', value, time, available: time, place: `trades.csv:${index + 2}` }
  })
}

async function fed(): Promise<Log> {
  const log = createMemoryBroker().connect()
  const own = layout()
  await log.createTopics(own.topics)
  await feedInputs(own.plan, log, new Map([['trades', trades()]]))
  return log
}

async function run(log: Log): Promise<string | undefined> {
  const own = layout()
  await startWorker({
    layout: own,
    operators,
    log,
    pace: processPace,
    commit: USUAL_COMMIT,
    fetchRecords: USUAL_FETCH,
    ends: await findEnds(own.plan, log),
    storeBytes: USUAL_STORE_BYTES,
    report: () => undefined,
  }).done
  return (await readResults(own, log)).digests.get('results')?.toString()
}

const all = { to: undefined, clearOutputs: true, clearDeadLetters: true }

test('starts afresh on a log without tables', async () => {
  const log = await fed()
  const first = await run(log)
  const { entries, positions } = await rewind({ layout: layout(), log, ...all })
  expect(entries).toBe(5)
  expect(Object.fromEntries(positions)).toEqual({ 'trades/0': 0, 'trades/1': 0 })
  expect((await readResults(layout(), log)).outputs.get('results')).toEqual([])
  expect(await run(log)).toBe(first)
})

test('refuses to run after a rewind that was broken off, until it is rewound', async () => {
  const log = await fed()
  const first = await run(log)
  const broken: Log = {
    ...log,
    deleteTopic: async (topic) => {
      if (topic === 'again.state') throw new Error('the power is gone')
      await log.deleteTopic(topic)
    },
  }
  const breaking = rewind({ layout: layout(), log: broken, ...all })
  await expect(breaking).rejects.toThrow('the power is gone')
  await expect(run(log)).rejects.toMatchObject({ code: 'topology-changed' })
  await rewind({ layout: layout(), log, ...all })
  expect(await run(log)).toBe(first)
})

test('reads inputs from what retention has left of them', async () => {
  const log = await fed()
  await run(log)
  await log.deleteBefore([{ topic: 'trades', partition: 0, offset: 3 }])
  const { positions } = await rewind({ layout: layout(), log, ...all })
  const [bounds] = await log.bounds([{ topic: 'trades', partition: 0 }])
  expect(positions.get('trades/0')).toBe(bounds?.first)
  expect(bounds?.first).toBeGreaterThan(0)
  await expect(run(log)).resolves.toMatch(/^[0-9a-f]{64}$/)
})

test('fences whoever still runs', async () => {
  const log = await fed()
  await run(log)
  const zombie = await log.producer('again.slot-0')
  await rewind({ layout: layout(), log, ...all })
  await expect(zombie.transact({ appends: [], puts: [] })).rejects.toMatchObject({
    code: 'fenced',
  })
})

test('is not undone by a worker that opens a slot again meanwhile', async () => {
  const log = await fed()
  await run(log)
  const before = [...(await new StateLog(log, 'again').commits(0))]
  let opened: Promise<Producer> | undefined
  const watched: Log = {
    ...log,
    producer: async (name) => {
      const producer = await log.producer(name)
      // As soon as it is fenced, and as often as it takes to commit once more.
      if (name === 'again.slot-0' && opened === undefined) opened = log.producer(name)
      await opened
      return producer
    },
    deleteTopic: async (topic) => {
      const { appends } = new StateLog(log, 'again').writes(0, [], before)
      const commit = (await opened)?.transact({ appends, puts: [] })
      await expect(commit).rejects.toMatchObject({ code: 'fenced' })
      await log.deleteTopic(topic)
    },
  }
  await rewind({ layout: layout(), log: watched, ...all })
  const records = await new StateLog(log, 'again').commits(0)
  expect([...records.values()].map((bytes) => decodeCommit(bytes).taken)).toEqual(
    before.map(() => 0),
  )
})
