import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { type ItemsLog, openItemsLog, planItems } from '../items-log.test-data.ts'
import { makeLayout } from '../layout.ts'
import { item as anyItem } from '../reference/run-steps.test-data.ts'
import { Slot } from './slot.ts'

const item = (symbol: string, at: number, n: number): InputItem =>
  anyItem(symbol, at, n) as InputItem

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol }
  other: { topic: other, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }`
const TOLD = '  told: { from: items, pass: , key: broadcast }\n'
/** One task tells two, each of a slot of its own; A and D belong to different ones. */
const PLAN = planItems(
  `${TOLD}  seen: { from: other, enrich: { told: { with: told, missing: null } } }`,
  TOPICS,
)
const BROADCAST = { topic: 't.told.between-tasks', partition: 0 }

async function boundsOf({ log }: ItemsLog) {
  const [bounds] = await log.bounds([BROADCAST])
  if (bounds === undefined) throw new Error('the broadcast has no bounds')
  return bounds
}

async function openRig() {
  const rig = await openItemsLog(PLAN)
  const options = rig.options({ deleteEvery: 1 })
  return { rig, open: (id: number) => Slot.open(id, options, new Map()) }
}

/** Each of the slots in turn, after every record. */
async function tell(rig: ItemsLog, from: number, to: number, ...slots: readonly Slot[]) {
  for (let at = from; at <= to; at += 1) {
    await rig.feed('items', [item('A', at, at)])
    for (let round = 0; round < 3; round += 1) for (const slot of slots) await slot.round()
  }
}

test('keeps all of a broadcast until every task that reads it has committed', async () => {
  const { rig, open } = await openRig()
  const zero = await open(0)
  await rig.feed('other', [item('A', 100, 1), item('D', 100, 2)])
  await tell(rig, 1, 20, zero)
  expect((await boundsOf(rig)).first).toBe(0)
})

test('deletes what all have read, and loses nothing for the slowest', async () => {
  const { rig, open } = await openRig()
  const [zero, one] = [await open(0), await open(1)]
  await rig.feed('other', [item('A', 100, 1), item('D', 100, 2)])
  await tell(rig, 1, 20, zero, one)
  const both = await boundsOf(rig)
  expect(both.first).toBeGreaterThan(0)
  await one.close()
  await tell(rig, 21, 40, zero)
  const stopped = await boundsOf(rig)
  // As far as the stopped one had come, and not a record further.
  expect(stopped.first).toBeLessThanOrEqual(both.stable)
  await tell(rig, 41, 60, zero)
  expect((await boundsOf(rig)).first).toBe(stopped.first)
  const again = await open(1)
  await tell(rig, 61, 80, zero, again)
  expect((await boundsOf(rig)).first).toBeGreaterThan((await boundsOf(rig)).stable - 20)
  await tell(rig, 101, 103, zero, again)
  expect([...(await rig.given('seen'))].sort()).toEqual(['A 1', 'D 2'])
})

test('refuses a task that is new to what was deleted', async () => {
  const { rig, open } = await openRig()
  const [zero, one] = [await open(0), await open(1)]
  await rig.feed('other', [item('A', 100, 1), item('D', 100, 2)])
  await tell(rig, 1, 20, zero, one)
  await zero.close()
  await one.close()
  const more = planItems(
    `${TOLD}  seen: { from: other, enrich: { told: { with: told, missing: null } } }
  by: { from: other, pass: , key: all }
  anew: { from: by, enrich: { told: { with: told, on: symbol, missing: null } } }`,
    TOPICS,
  )
  const layout = makeLayout(more, { capture: '*' })
  await rig.log.createTopics(layout.topics)
  const opening = Slot.open(0, rig.options({ layout }), new Map())
  await expect(opening).rejects.toMatchObject({ code: 'topology-changed' })
})
