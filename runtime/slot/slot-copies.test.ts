import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { type ItemsLog, openItemsLog, planItems } from '../items-log.test-data.ts'
import { item as anyItem } from '../reference/run-steps.test-data.ts'
import type { RunEvent } from '../report.ts'
import { rewind } from '../rewind.ts'
import { CopyTaken } from '../state/copy-taken.ts'
import { type LocalState, openLocalState } from '../state/local-state.ts'
import type { SlotOptions } from './options.ts'
import { Slot } from './slot.ts'

const item = (symbol: string, at: number, n: number): InputItem =>
  anyItem(symbol, at, n) as InputItem

const PLAN = planItems('  total: { from: items, sum: }')
const NONE = new Map<string, number>()

let folder = ''
let local: LocalState
let events: RunEvent[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-copies-'))
  events = []
  local = openLocalState({ folder, topology: 't', onDropped: () => undefined })
})

afterEach(async () => {
  await local.close()
  rmSync(folder, { recursive: true })
})

/** With next to no memory for entries, so that they are read from the copy. */
function optionsOf(rig: ItemsLog, own: Partial<SlotOptions> = {}): SlotOptions {
  const report = (event: RunEvent): void => void events.push(event)
  return rig.options({ local, storeBytes: 1, report, ...own })
}

const dropped = () =>
  events.flatMap((event) => (event.kind === 'local-state-dropped' ? [event.message] : []))

async function settle(slot: Slot): Promise<void> {
  while ((await slot.round()) > 0);
}

async function feed(rig: ItemsLog, slot: Slot, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n += 1) {
    await rig.feed('items', [item(`K${n % 3}`, n, 1)])
    await settle(slot)
  }
}

/** What is read of the changelog when the slot opens with the copy. */
async function opened(rig: ItemsLog): Promise<{ slot: Slot; read: number }> {
  const options = optionsOf(rig)
  let read = 0
  const fetch: SlotOptions['log']['fetch'] = async (positions, how) => {
    const found = await options.log.fetch(positions, how)
    for (const { topic, batches } of found) {
      if (topic !== 't.state') continue
      for (const { batch, from } of batches) read += batch.count - from
    }
    return found
  }
  return { slot: await Slot.open(0, { ...options, log: { ...options.log, fetch } }, NONE), read }
}

test('a restart with a copy reads only what is new of the changelog', async () => {
  const rig = await openItemsLog(PLAN)
  const first = await Slot.open(0, optionsOf(rig), NONE)
  await feed(rig, first, 1, 30)
  await first.close()
  const { slot, read } = await opened(rig)
  // The mark of this opening.
  expect(read).toBe(1)
  await feed(rig, slot, 31, 33)
  expect((await rig.given('total')).slice(-3)).toEqual(['K1 11', 'K2 11', 'K0 11'])
  expect(dropped()).toEqual([])
})

test('what a process had not yet written when it was killed is read again', async () => {
  const rig = await openItemsLog(PLAN)
  const first = await Slot.open(0, optionsOf(rig), NONE)
  await feed(rig, first, 1, 6)
  await first.close()
  // This one is never closed: what it has gathered is gone with it.
  const { slot: killed } = await opened(rig)
  await feed(rig, killed, 7, 12)
  const { slot, read } = await opened(rig)
  // And the mark of this opening.
  expect(read).toBe(6 + 1)
  await feed(rig, slot, 13, 15)
  expect((await rig.given('total')).slice(-3)).toEqual(['K1 5', 'K2 5', 'K0 5'])
})

test('a copy of what was before a rewind is not taken for what is', async () => {
  const rig = await openItemsLog(PLAN)
  const first = await Slot.open(0, optionsOf(rig), NONE)
  await feed(rig, first, 1, 6)
  await first.close()
  const { layout, log } = rig
  await rewind({ layout, log, to: undefined, clearOutputs: true, clearDeadLetters: true })
  const without = await Slot.open(0, optionsOf(rig, { local: undefined }), NONE)
  await settle(without)
  await feed(rig, without, 7, 12)
  await without.close()
  const { slot } = await opened(rig)
  expect(dropped()).toEqual(['it is of another history'])
  await feed(rig, slot, 13, 15)
  expect((await rig.given('total')).slice(-3)).toEqual(['K1 5', 'K2 5', 'K0 5'])
})

test('a copy that lies before what is kept of the changelog is of no use', async () => {
  const rig = await openItemsLog(PLAN)
  const first = await Slot.open(0, optionsOf(rig), NONE)
  await feed(rig, first, 1, 6)
  await first.close()
  const without = await Slot.open(0, optionsOf(rig, { local: undefined }), NONE)
  await feed(rig, without, 7, 9)
  await without.close()
  const [bounds] = await rig.log.bounds([{ topic: 't.state', partition: 0 }])
  const end = bounds?.stable ?? 0
  await rig.log.deleteBefore([{ topic: 't.state', partition: 0, offset: end - 1 }])
  await expect(opened(rig)).rejects.toMatchObject({ code: 'log-damaged' })
  expect(dropped()).toEqual([expect.stringMatching(/^the log holds \d+ to \d+ and not \d+$/)])
})

test('a copy that reaches as far as what was deleted makes up for it', async () => {
  const rig = await openItemsLog(PLAN)
  const first = await Slot.open(0, optionsOf(rig), NONE)
  await feed(rig, first, 1, 6)
  await first.close()
  const [bounds] = await rig.log.bounds([{ topic: 't.state', partition: 0 }])
  const end = bounds?.stable ?? 0
  await rig.log.deleteBefore([{ topic: 't.state', partition: 0, offset: end - 1 }])
  const { slot } = await opened(rig)
  await feed(rig, slot, 7, 9)
  expect((await rig.given('total')).slice(-3)).toEqual(['K1 3', 'K2 3', 'K0 3'])
})

test('a copy that has missed deletions which compaction took out is built anew', async () => {
  const plan = planItems(
    '  seen: { from: items, dedupe: { by: [symbol], within: 10s } }',
    `
topics:
  items: { topic: items, schema: my/Item, key: symbol }
fate: { bad: fail, late: fail, duplicate: skip }`,
  )
  const broker = createMemoryBroker({ compactAfter: 1 })
  const rig = await openItemsLog(plan, {}, broker)
  const second = 1_000_000
  const first = await Slot.open(0, optionsOf(rig), NONE)
  for (let n = 1; n <= 5; n += 1) await rig.feed('items', [item(`K${n}`, n * second, 1)])
  await settle(first)
  await first.close()
  const without = await Slot.open(0, optionsOf(rig, { local: undefined }), NONE)
  for (let n = 40; n <= 80; n += 1) {
    await rig.feed('items', [item('L', n * second, 1)])
    await settle(without)
  }
  await without.close()
  const { slot } = await opened(rig)
  expect(dropped()).toEqual(['the log no longer says what was deleted since it was written'])
  await rig.feed('items', [item('K1', 90 * second, 1)])
  await settle(slot)
  expect((await rig.given('seen')).at(-1)).toBe('K1 1')
})

test('where the copy is taken while a step reads, that is no fate, and no commit', async () => {
  const rig = await openItemsLog(PLAN)
  const slot = await Slot.open(0, optionsOf(rig), NONE)
  await feed(rig, slot, 1, 3)
  local.copyOf(0)
  await rig.feed('items', [item('K9', 4, 1)])
  await expect(slot.round()).rejects.toThrow(CopyTaken)
  expect(await rig.given('total')).toHaveLength(3)
})
