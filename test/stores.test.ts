import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import type { Log } from '../connectors/connector.ts'
import { openEmbeddedLog } from '../connectors/embedded/embedded-log.ts'
import { createFeeder, type Feeder } from '../connectors/feed/feeder.ts'
import type { InputItem } from '../connectors/file/input-record.ts'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { operators as shipped } from '../operators/index.ts'
import { openDriver } from '../runtime/driver.ts'
import { makeLayout } from '../runtime/layout.ts'
import { runReference } from '../runtime/reference/interpreter.ts'
import { readResults } from '../runtime/results/read-results.ts'
import { StateLog } from '../runtime/state/committed-state.ts'
import { entryPrefix } from '../runtime/state/state-keys.ts'
import { storeAccess } from '../runtime/step-stores.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { Plan } from '../topology/plan.ts'
import { storeOperators } from './store-operators.ts'

const TOPOLOGY = `
topology: stores
topics:
  trades:
    topic: trades
    schema: market/Trade
    key: symbol
    time: time
    available: received
    lateness: 5s
    partitions: 2
  mood:
    topic: mood
    schema: social/Mood
    key: symbol
    time: published
    available: ingested
    partitions: 2
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  first:
    from: trades
    once: { by: price, within: 8s }
  near:
    from: trades
    recent: { of: price, span: 6s }
  seen:
    from: near
    enrich:
      then: { with: mood, as_of: time, max_age: 4s, missing: null }
      last: { with: mood, missing: null }
  twice:
    from: seen
    once: { by: sum, within: 0s }
    key: all
  over:
    from: twice
    once: { by: symbol, within: 3s }
`

const operators = new Map([...shipped, ...storeOperators])
const { plan, diagnostics } = checkTopology(
  { path: 'topology.yaml', text: TOPOLOGY },
  { ...catalogue, operators },
  { files: { read: () => undefined } },
)

const SECOND = 1_000_000
const second = fc.nat(40)
const lag = fc.nat(6)
const symbol = fc.constantFrom('A', 'B', 'C", [1', 'D')

type RecordItem = Extract<InputItem, { kind: 'record' }>

function trades(at: number, late: number, key: string, price: number): RecordItem {
  const [time, received] = [at * SECOND, (at + late) * SECOND]
  const value = { symbol: key, price, size: 1, side: null, trade_id: null, time, received }
  return { kind: 'record', key, value, time, available: received, place: `${at}` }
}

function moods(at: number, late: number, key: string, score: number): RecordItem {
  const [time, available] = [at * SECOND, (at + late) * SECOND]
  const value = { symbol: key, score, source: null, published: time, ingested: available }
  return { kind: 'record', key, value, time, available, place: `${at}` }
}

function history(make: typeof trades) {
  const item = fc.tuple(second, lag, symbol, fc.nat(3)).map((each) => make(...each))
  return fc
    .array(item, { maxLength: 40 })
    .map((items) => items.toSorted((a, b) => a.available - b.available))
}

function planned(): Plan {
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return plan
}

type Inputs = ReadonlyMap<string, readonly InputItem[]>

/** Feeds in pieces, with a crash after each; then the clock goes far ahead if that is wanted. */
async function runEngine(log: Log, inputs: Inputs, pieces: number, ahead?: number) {
  const layout = makeLayout(planned())
  const driver = await openDriver({ layout, operators, log })
  const feeders = new Map<string, Feeder>()
  for (const topic of planned().topics.values()) {
    const producer = await log.producer(`feed.${topic.name}`)
    const { partitions } = topic
    feeders.set(topic.name, createFeeder({ producer, topic, partitions }))
  }
  for (let piece = 0; piece < pieces; piece += 1) {
    for (const [name, items] of inputs) {
      const [from, to] = [piece, piece + 1].map((each) =>
        Math.floor((each * items.length) / pieces),
      )
      await feeders.get(name)?.add(items.slice(from, to))
      await feeders.get(name)?.flush()
    }
    await driver.run()
    await driver.crash()
  }
  const clocks = [...feeders.values()].map(({ clock }) => clock)
  for (const feeder of feeders.values()) await feeder.end(ahead ?? Math.max(...clocks))
  await driver.run()
  await driver.close()
  return layout
}

function emptyBroker(): Log {
  return createMemoryBroker().connect()
}

async function expectAgreement(log: Log, inputs: Inputs, pieces: number): Promise<void> {
  const wanted = runReference({ plan: planned(), operators, inputs })
  const found = await readResults(await runEngine(log, inputs, pieces), log)
  expect(found.state).toEqual(wanted.state)
  expect(found.steps).toEqual(wanted.steps)
  expect(found.timers).toEqual(wanted.timers)
}

const inputsOf = fc.tuple(history(trades), history(moods)).map(
  ([first, second]): Inputs =>
    new Map([
      ['trades', first],
      ['mood', second],
    ]),
)

test('engine and reference agree on stores with places, on a log with changelogs', async () => {
  await fc.assert(
    fc.asyncProperty(inputsOf, fc.integer({ min: 1, max: 4 }), (inputs, pieces) =>
      expectAgreement(emptyBroker(), inputs, pieces),
    ),
    { numRuns: 60 },
  )
})

test('they agree on a log with tables', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-stores-'))
  let runs = 0
  try {
    const pieces = fc.integer({ min: 1, max: 3 })
    const property = fc.asyncProperty(inputsOf, pieces, async (inputs, count) => {
      runs += 1
      const log = await openEmbeddedLog(join(folder, String(runs)), { mode: 'write' })
      await expectAgreement(log, inputs, count)
      await log.close()
    })
    await fc.assert(property, { numRuns: 10 })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what its time has passed leaves the log, though nobody asks for it again', async () => {
  const seen = fc.asyncProperty(inputsOf, async (inputs) => {
    const log = emptyBroker()
    const { partitions } = await runEngine(log, inputs, 2, 10_000 * SECOND)
    const stateLog = new StateLog(log, planned().topology)
    const once = planned().steps.filter(({ operator }) => operator === 'once')
    for (let partition = 0; partition < partitions; partition += 1) {
      const state = await stateLog.state(partition)
      expect([...state.entries('note/')]).toEqual([])
      for (const { stateHash } of once) {
        expect([...state.entries(entryPrefix(stateHash, 'seen'))]).toEqual([])
      }
    }
  })
  await fc.assert(seen, { numRuns: 30 })
})

test('what a step asks for under another kind than it declares is a mistake of ours', () => {
  const [first] = planned().steps
  if (first === undefined) throw new Error('no step')
  const { map, store } = storeAccess(first, () => ({}))
  expect(() => map('seen')).not.toThrow()
  expect(() => store('seen')).toThrow('store seen of step first is a map, no value')
  expect(() => map('sean')).toThrow('step first declares no store sean')
})
