import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { type ItemsLog, openItemsLog, planItems } from '../items-log.test-data.ts'
import { processPace } from '../pace.ts'
import { item } from '../reference/run-steps.test-data.ts'
import { type LocalState, openLocalState } from '../state/local-state.ts'
import { decodeCommit } from '../task/commit-record.ts'
import type { SlotOptions } from './options.ts'
import { Slot } from './slot.ts'

// One more than there are slots: slot 0 has two of them.
const PARTITIONS = 9
const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: ${PARTITIONS} }
fate: { bad: fail, late: fail, duplicate: fail }`
const PLAN = planItems('  total: { from: items, sum: }', TOPICS)

let folder = ''
const locals: LocalState[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-asked-'))
})

afterEach(async () => {
  for (const each of locals.splice(0)) await each.close()
  rmSync(folder, { recursive: true })
})

function open(askedBy?: string): LocalState {
  const onDropped = (why: string): never => {
    throw new Error(why)
  }
  const local = openLocalState({ folder, topology: 't', onDropped, askedBy })
  locals.push(local)
  return local
}

/** What stands in a copy: its commit, and how many entries it has. Undefined: it is not asked. */
async function look(local: LocalState, partition: number) {
  // Who has looked in a turn of the event loop sees the same until it is over.
  await processPace.pause(0)
  return local.look(partition, ({ commit, entries }) => {
    const bytes = commit(`0_${partition}`)
    return { commit: bytes && decodeCommit(bytes).number, entries: [...entries('entry/')].length }
  })
}

async function openSlot(rig: ItemsLog, local: LocalState, own: Partial<SlotOptions> = {}) {
  return Slot.open(0, rig.options({ local, ...own }), new Map())
}

async function fill(rig: ItemsLog, from: number): Promise<void> {
  const items = Array.from({ length: 60 }, (_, n) => item(`K${n}`, from + n, 1) as InputItem)
  await rig.feed('items', items)
}

test('a copy is asked from its opening to its end, at each commit', async () => {
  const rig = await openItemsLog(PLAN)
  const [local, asking] = [open('this run'), open('this run')]
  expect(await look(asking, 0)).toBeUndefined()
  const slot = await openSlot(rig, local)
  expect(await look(asking, 0)).toEqual({ commit: undefined, entries: 0 })
  expect(await look(asking, 1)).toBeUndefined()
  await fill(rig, 1)
  while ((await slot.round()) > 0);
  const first = await look(asking, 0)
  expect(first).toMatchObject({ commit: 1 })
  expect(first?.entries).toBeGreaterThan(0)
  await fill(rig, 100)
  while ((await slot.round()) > 0);
  expect(await look(asking, 8)).toMatchObject({ commit: 2 })
  await slot.close()
  expect(await look(asking, 0)).toBeUndefined()
})

test('a task that changes nothing says where it stands all the same', async () => {
  const rig = await openItemsLog(planItems('  given: { from: items, pass: }', TOPICS))
  const local = open('this run')
  const slot = await openSlot(rig, local)
  for (const commit of [1, 2, 3]) {
    await fill(rig, commit * 100)
    while ((await slot.round()) > 0);
    expect(await look(local, 0)).toEqual({ commit, entries: 0 })
  }
  await slot.close()
})

test('a restart goes on with the copy, and says where its tasks stood', async () => {
  const rig = await openItemsLog(PLAN)
  const local = open('this run')
  const first = await openSlot(rig, local)
  await fill(rig, 1)
  while ((await first.round()) > 0);
  const before = await look(local, 0)
  await first.close()
  const second = await openSlot(rig, local)
  expect(await look(local, 0)).toEqual(before)
  await second.close()
})

test('nobody is answered from what another run has left, or has', async () => {
  const rig = await openItemsLog(PLAN)
  const slot = await openSlot(rig, open('that run'))
  expect(await look(open('this run'), 0)).toBeUndefined()
  expect(await look(open(), 0)).toBeUndefined()
  await slot.close()
})

test('a slot that could not be opened answers for none of its partitions', async () => {
  const rig = await openItemsLog(PLAN)
  const local = open('this run')
  const slot = await openSlot(rig, local)
  await fill(rig, 1)
  while ((await slot.round()) > 0);
  const { log } = rig.options()
  const fetch: typeof log.fetch = (positions, how) =>
    positions.some(({ topic, partition }) => topic === 't.state' && partition === 8)
      ? Promise.reject(new Error('broken'))
      : log.fetch(positions, how)
  const opening = openSlot(rig, local, { log: { ...log, fetch } })
  await expect(opening).rejects.toThrow('broken')
  expect([await look(local, 0), await look(local, 8)]).toEqual([undefined, undefined])
  await slot.close()
})
