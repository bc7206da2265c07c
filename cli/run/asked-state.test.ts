import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { processPace } from '../../runtime/pace.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import type { PartitionState } from '../../runtime/query/state-view.ts'
import type { RunEvent } from '../../runtime/report.ts'
import { planOf } from '../plan-of.test-data.ts'
import { openAskedState } from './asked-state.ts'
import { startCrew } from './crew.ts'

const PARTITIONS = 4
const layout = makeLayout(
  planOf(`topology: asked
topics:
  quotes:
    { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: ${PARTITIONS} }
fate: { bad: fail, late: skip, duplicate: skip }
steps:
  calm: { from: quotes, conflate: { every: 1d } }
`),
)

const EVERYWHERE = Array.from({ length: PARTITIONS }, (_, partition) => partition)
const countIn = ({ entries }: PartitionState): number => [...entries('entry/')].length

/** Two workers of a memory log, and who asks them. */
async function run(folder?: string) {
  const broker = createMemoryBroker()
  const connect = (owner: string) => broker.connect({ owner, pause: processPace.pause })
  const log = connect('feed')
  await prepareLog(layout, log)
  const events: RunEvent[] = []
  const asked = await openAskedState({ topology: 'asked', folder, tell: (e) => events.push(e) })
  const report = (event: RunEvent): void => {
    events.push(event)
    asked.report(event)
  }
  const crew = await startCrew({
    ...{ layout, file: '', set: {}, report, copies: asked.copies, ends: undefined },
    on: [connect('one'), connect('other')],
    commit: { everyMs: 5, records: 1_000 },
  })
  const feed = async (round: number): Promise<void> => {
    const topic = layout.plan.topics.get('quotes')
    if (topic === undefined) throw new Error('no topic')
    const producer = await log.producer('feed')
    const feeder = createFeeder({ producer, topic, partitions: PARTITIONS })
    const time = 1_704_067_200_000_000 + round
    const rest = { ask: 2, bid_size: null, ask_size: null, received: null, time }
    for (let n = 0; n < 40; n += 1) {
      const value = { symbol: `S${n}`, bid: 1, ...rest }
      await feeder.add([{ kind: 'record', value, time, available: time, place: '' }])
    }
    await feeder.flush()
  }
  return {
    asked,
    crew,
    feed,
    events,
    count: () => EVERYWHERE.map((p) => asked.view.look(p, countIn)),
  }
}

const sum = (counts: readonly (number | undefined)[]): number =>
  counts.reduce<number>((all, count) => all + (count ?? 0), 0)

test('workers of a memory log are asked while they run, and leave nothing behind', async () => {
  const { asked, crew, feed, count, events } = await run()
  await feed(1)
  await vi.waitFor(() => expect(sum(count())).toBe(40), { timeout: 20_000 })
  const slots = events.flatMap((event) => (event.kind === 'slot-opened' ? [event.slot] : []))
  expect(slots.toSorted()).toEqual(EVERYWHERE)
  await crew.stop()
  await processPace.pause(0)
  expect(count()).toEqual(EVERYWHERE.map(() => undefined))
  expect(existsSync(asked.copies.folder)).toBe(true)
  await asked.close()
  expect(existsSync(asked.copies.folder)).toBe(false)
})

test('what an earlier run left in a folder is no answer of this one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-asked-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const first = await run(folder)
  await first.feed(1)
  await vi.waitFor(() => expect(sum(first.count())).toBe(40), { timeout: 20_000 })
  // As a process leaves it that is killed: nobody has closed the copies.
  const second = await openAskedState({ topology: 'asked', folder, tell: () => undefined })
  expect(EVERYWHERE.map((p) => second.view.look(p, countIn))).toEqual(
    EVERYWHERE.map(() => undefined),
  )
  await second.close()
  await first.crew.stop()
  await first.asked.close()
  expect(existsSync(folder)).toBe(true)
})

test('copies that workers do without are asked no more', async () => {
  const { asked, crew, feed, count } = await run()
  await feed(1)
  await vi.waitFor(() => expect(sum(count())).toBe(40), { timeout: 20_000 })
  asked.report({ kind: 'local-state-dropped', slot: 1, partition: 1, message: 'built anew' })
  expect(sum(count())).toBe(40)
  asked.report({ kind: 'local-state-dropped', message: 'the disk is full' })
  expect(count()).toEqual(EVERYWHERE.map(() => undefined))
  await crew.stop()
  await asked.close()
})
