import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { Log } from '../../connectors/connector.ts'
import { HEARTBEAT } from '../../connectors/record-batch.ts'
import { handPace, openItemsLog, planItems } from '../items-log.test-data.ts'
import { item as anyItem } from '../reference/run-steps.test-data.ts'
import type { RunEvent } from '../report.ts'
import { rewind } from '../rewind.ts'
import { readInserted } from './inserted-rows.ts'
import { Slot } from './slot.ts'
import { SlotTaken } from './slot-taken.ts'

const SECOND = 1_000_000
const item = (symbol: string, seconds: number, n: number): InputItem =>
  anyItem(symbol, seconds * SECOND, n) as InputItem

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol }
  slow: { topic: slow, schema: my/Item, key: symbol, idle: 2s }
fate: { bad: fail, late: fail, duplicate: fail }`
const IDLE = planItems('  both: { from: [items, slow], merge: }', TOPICS)
const FROM_THE_FIRST = { to: undefined, clearOutputs: true, clearDeadLetters: true }
const NONE = new Map<string, number>()
const SLOW = { sub: 0, source: 'slow/0', upstream: -1 }

/** Rounds until two take nothing: what a task waits for is known after one. How many it took. */
async function settle(slot: Slot): Promise<number> {
  let taken = 0
  for (let idle = 0; idle < 2;) {
    const last = await slot.round()
    taken += last
    idle = last === 0 ? idle + 1 : 0
  }
  return taken
}

async function runIdle() {
  const rig = await openItemsLog(IDLE)
  const pace = handPace()
  const options = rig.options({ pace })
  const slot = await Slot.open(0, options, NONE)
  await rig.feed('items', [item('A', 1, 1), item('A', 2, 2)])
  return { rig, pace, options, slot }
}

test('waits for a silent topic as long as its idle says, and not a moment longer', async () => {
  const { rig, pace, slot } = await runIdle()
  expect(await settle(slot)).toBe(0)
  pace.ms = 1_999
  expect(await settle(slot)).toBe(0)
  pace.ms = 2_000
  // Both at once. The heartbeat itself waits: items might still bring what sorts before it.
  expect(await settle(slot)).toBe(2)
  expect(await rig.given('both')).toEqual(['A 1', 'A 2'])
})

test('what arrives makes the wait begin anew', async () => {
  const { rig, pace, slot } = await runIdle()
  await settle(slot)
  pace.ms = 1_500
  await rig.feed('slow', [item('B', 1.5, 7)])
  expect(await settle(slot)).toBe(2)
  expect(await rig.given('both')).toEqual(['A 1', 'B 7'])
  pace.ms = 3_499
  expect(await settle(slot)).toBe(0)
  pace.ms = 3_500
  expect(await settle(slot)).toBeGreaterThan(0)
  expect(await rig.given('both')).toEqual(['A 1', 'B 7', 'A 2'])
})

test('commits the decision, as far as what was fetched goes, with what came of it', async () => {
  const { rig, pace, slot } = await runIdle()
  await settle(slot)
  expect(await readInserted(rig.log, 't', 0)).toEqual([])
  pace.ms = 2_000
  await settle(slot)
  expect(await readInserted(rig.log, 't', 0)).toEqual([
    { ...SLOW, offset: 0, kind: HEARTBEAT, clock: 2 * SECOND + 1 },
  ])
})

test('repeats the decision when all is taken again, without waiting', async () => {
  const { rig, pace, slot } = await runIdle()
  await settle(slot)
  pace.ms = 2_000
  await settle(slot)
  // What slow brings now was known too late: it comes after both.
  await rig.feed('slow', [item('B', 1.5, 7)])
  await rig.feed('items', [item('A', 9, 3)])
  await settle(slot)
  await slot.close()
  const live = await rig.given('both')
  expect(live).toEqual(['A 1', 'A 2', 'B 7'])
  // As if the topology had never run: only the order log is left.
  await rig.log.deleteTopic('t.both.captured')
  await rewind({ layout: rig.layout, log: rig.log, ...FROM_THE_FIRST })
  const again = await Slot.open(0, rig.options({ pace: handPace() }), NONE)
  await settle(again)
  expect(await rig.given('both')).toEqual(live)
  expect(await readInserted(rig.log, 't', 0)).toHaveLength(1)
})

test('goes on where it stood, with what it decided', async () => {
  const { rig, pace, options, slot } = await runIdle()
  await settle(slot)
  pace.ms = 2_000
  await settle(slot)
  await slot.close()
  const again = await Slot.open(0, options, NONE)
  await rig.feed('slow', [item('B', 1.5, 7)])
  await rig.feed('items', [item('A', 9, 3)])
  await settle(again)
  expect(await rig.given('both')).toEqual(['A 1', 'A 2', 'B 7'])
  expect(await readInserted(rig.log, 't', 0)).toHaveLength(1)
})

/** Two decisions without a record of the silent topic between them, the second not yet taken. */
async function runTwice(crashes: boolean): Promise<readonly string[]> {
  const { rig, pace, options, slot } = await runIdle()
  await settle(slot)
  pace.ms = 2_000
  await settle(slot)
  await rig.feed('items', [item('A', 5, 3)])
  await settle(slot)
  pace.ms = 4_000
  await settle(slot)
  if (crashes) await slot.close()
  const last = crashes ? await Slot.open(0, options, NONE) : slot
  await rig.feed('slow', [item('B', 1.5, 7)])
  await rig.feed('items', [item('A', 5, 4), item('A', 9, 5)])
  await settle(last)
  return rig.given('both')
}

test('keeps a decision that was committed and not yet taken', async () => {
  const straight = await runTwice(false)
  expect(straight).toEqual(['A 1', 'A 2', 'A 3', 'A 4', 'B 7'])
  expect(await runTwice(true)).toEqual(straight)
})

test('decides nothing about a silent topic that holds nobody up', async () => {
  const lone = TOPICS.replace(/ {2}items.*\n/, '')
  const rig = await openItemsLog(planItems('  both: { from: slow, pass: }', lone))
  const pace = handPace()
  const slot = await Slot.open(0, rig.options({ pace }), NONE)
  await rig.feed('slow', [item('A', 1, 1)])
  expect(await settle(slot)).toBe(1)
  pace.ms = 10_000
  expect(await settle(slot)).toBe(0)
  expect(await readInserted(rig.log, 't', 0)).toEqual([])
})

const BOTH_IDLE = planItems(
  '  both: { from: [items, slow], merge: }',
  TOPICS.replace('key: symbol }', 'key: symbol, idle: 2s }'),
)

test('takes what comes too late of one silent topic while the other is silent too', async () => {
  const rig = await openItemsLog(BOTH_IDLE)
  const pace = handPace()
  const slot = await Slot.open(0, rig.options({ pace }), NONE)
  await rig.feed('items', [item('A', 1, 1)])
  for (const ms of [0, 2_000, 4_000]) {
    pace.ms = ms
    await settle(slot)
  }
  // It has the clock that both were decided to have come to.
  await rig.feed('slow', [item('B', 0.5, 2)])
  for (const ms of [6_000, 8_000]) {
    pace.ms = ms
    await settle(slot)
  }
  expect(await rig.given('both')).toEqual(['A 1', 'B 2'])
})

test('is not stalled where nothing waits but what it has put in', async () => {
  const rig = await openItemsLog(BOTH_IDLE)
  const pace = handPace()
  const kinds: string[] = []
  const report = ({ kind }: RunEvent) => void kinds.push(kind)
  const slot = await Slot.open(0, rig.options({ pace, report }), NONE)
  await rig.feed('items', [item('A', 1, 1)])
  for (let ms = 0; ms <= 20_000; ms += 1_000) {
    pace.ms = ms
    await settle(slot)
  }
  expect(await rig.given('both')).toEqual(['A 1'])
  expect(kinds).not.toContain('stalled')
})

const SUM = planItems('  total: { from: items, sum: }')

test('an END lets others pass, and more that comes after it is taken like any', async () => {
  const plan = planItems(
    '  both: { from: [items, slow], merge: }',
    TOPICS.replace(', idle: 2s', ''),
  )
  const rig = await openItemsLog(plan)
  const slot = await Slot.open(0, rig.options(), NONE)
  await rig.feed('items', [item('A', 1, 1), item('A', 5, 2)])
  await rig.end('slow', 0)
  await settle(slot)
  expect(await rig.given('both')).toEqual(['A 1', 'A 2'])
  expect(slot.tasks[0]?.hasFinished).toBe(false)
  await rig.end('items', 5 * SECOND)
  await settle(slot)
  expect(slot.tasks[0]?.hasFinished).toBe(true)
  await rig.feed('slow', [item('B', 6, 3)])
  await settle(slot)
  expect(slot.tasks[0]?.hasFinished).toBe(false)
  await rig.feed('items', [item('A', 9, 4)])
  await settle(slot)
  // Slow has brought something, so it is waited for again.
  expect(await rig.given('both')).toEqual(['A 1', 'A 2', 'B 3'])
})

test('drops what was not committed, and gives the same from the log', async () => {
  const rig = await openItemsLog(SUM)
  const options = rig.options({ commit: { everyMs: 1_000, records: 1_000 } })
  const first = await Slot.open(0, options, NONE)
  await rig.feed('items', [item('A', 1, 1), item('A', 2, 2)])
  await settle(first)
  await first.commit()
  await rig.feed('items', [item('A', 3, 4)])
  expect(await settle(first)).toBe(1)
  await first.close()
  expect(await rig.given('total')).toEqual(['A 1', 'A 3'])
  const second = await Slot.open(0, options, NONE)
  await settle(second)
  await second.commit()
  expect(await rig.given('total')).toEqual(['A 1', 'A 3', 'A 7'])
})

test('a slot that another has opened can commit nothing more', async () => {
  const rig = await openItemsLog(SUM)
  const options = rig.options({ commit: { everyMs: 1_000, records: 1_000 } })
  const zombie = await Slot.open(0, options, NONE)
  await rig.feed('items', [item('A', 1, 1)])
  await settle(zombie)
  const heir = await Slot.open(0, options, NONE)
  await expect(zombie.commit()).rejects.toMatchObject({ code: 'fenced' })
  await settle(heir)
  await heir.commit()
  expect(await rig.given('total')).toEqual(['A 1'])
})

test('an opening that fails leaves no producer open', async () => {
  const rig = await openItemsLog(SUM)
  let open = 0
  const log: Log = {
    ...rig.log,
    producer: async (name) => {
      const producer = await rig.log.producer(name)
      open += 1
      const close = (): Promise<void> => {
        open -= 1
        return producer.close()
      }
      return { ...producer, close }
    },
    bounds: () => Promise.reject(new Error('the log is away')),
  }
  await expect(Slot.open(0, rig.options({ log }), NONE)).rejects.toThrow('the log is away')
  expect(open).toBe(0)
})

test('a slot that another has opened gives up where that has deleted what it read', async () => {
  const rig = await openItemsLog(
    planItems('  all: { from: items, pass: , key: all }\n  total: { from: all, sum: }'),
  )
  const options = rig.options({ deleteEvery: 1 })
  const zombie = await Slot.open(0, options, NONE)
  const heir = await Slot.open(0, options, NONE)
  for (let n = 1; n <= 5; n += 1) {
    await rig.feed('items', [item('A', n, 1)])
    await settle(heir)
  }
  await expect(zombie.round()).rejects.toThrow(SlotTaken)
  expect(await rig.given('total')).toHaveLength(5)
})

test('begins with what is kept of an input', async () => {
  const rig = await openItemsLog(SUM)
  await rig.feed('items', [item('A', 1, 1)])
  await rig.feed('items', [item('A', 2, 2)])
  await rig.log.deleteBefore([{ topic: 'items', partition: 0, offset: 2 }])
  await settle(await Slot.open(0, rig.options(), NONE))
  expect(await rig.given('total')).toEqual(['A 2'])
})

test('deletes between tasks only what is committed as read', async () => {
  const topics = TOPICS.replace(', idle: 2s', '')
  const rig = await openItemsLog(
    planItems(
      `  one: { from: items, pass: , key: all }
  two: { from: slow, pass: , key: all }
  first: { from: one, sum: }
  second: { from: two, sum: }`,
      topics,
    ),
  )
  const slot = await Slot.open(0, rig.options(), NONE)
  await rig.feed('slow', [item('B', 1, 5)])
  await settle(slot)
  // The topic goes on by what nobody can take: its reader has nothing to commit.
  const between = { topic: 't.two.between-tasks', partition: 0 }
  const [read] = await rig.log.fetch([{ ...between, offset: 0 }], { maxRecords: 1, waitMs: 0 })
  const appends = [{ ...between, batch: read?.batches[0]?.batch ?? new BatchBuilder().take() }]
  const broken = [...appends, ...appends.map((each) => ({ ...each, topic: 'nowhere' }))]
  const stranger = await rig.log.producer('stranger')
  const writing = stranger.transact({ appends: broken, puts: [] })
  await expect(writing).rejects.toMatchObject({ code: 'topic-missing' })
  for (let n = 1; n <= 70; n += 1) {
    await rig.feed('items', [item('A', n, 1)])
    await settle(slot)
  }
  const [kept] = await rig.log.bounds([{ topic: 't.one.between-tasks', partition: 0 }])
  expect(kept?.first).toBeGreaterThan(0)
  await slot.close()
  const again = await Slot.open(0, rig.options(), NONE)
  await rig.feed('slow', [item('B', 2, 6)])
  await settle(again)
  expect(await rig.given('second')).toEqual(['[] 5', '[] 11'])
})

test('refuses to go on where its task reads other streams than it did', async () => {
  const rig = await openItemsLog(
    planItems('  both: { from: items, pass: }', TOPICS.replace(/ {2}slow.*\n/, '')),
  )
  const slot = await Slot.open(0, rig.options(), NONE)
  await rig.feed('items', [item('A', 1, 1)])
  await settle(slot)
  await slot.close()
  const changed = await openItemsLog(IDLE)
  await rig.log.createTopics(changed.layout.topics)
  const { layout } = changed
  await expect(Slot.open(0, rig.options({ layout }), NONE)).rejects.toMatchObject({
    code: 'topology-changed',
    coordinates: { task: '0_0' },
  })
})

test.each([
  ['stream "all"', '  all: { from: total, pass: , key: all }\n  last: { from: all, sum: }'],
  ['topic "slow"', '  last: { from: slow, sum: }'],
])('refuses a new reader of what was sent to nobody: %s', async (what, more) => {
  const total = '  total: { from: items, sum: , to: slow }\n'
  const rig = await openItemsLog(planItems(total, TOPICS))
  const before = await Slot.open(0, rig.options(), NONE)
  const { layout } = await openItemsLog(planItems(total + more, TOPICS))
  await rig.log.createTopics(layout.topics)
  // Nothing was sent yet, so nothing is missing.
  await (await Slot.open(0, rig.options({ layout }), NONE)).close()
  await before.close()
  const first = await Slot.open(0, rig.options(), NONE)
  await rig.feed('items', [item('A', 1, 1)])
  await settle(first)
  await first.close()
  await expect(Slot.open(0, rig.options({ layout }), NONE)).rejects.toMatchObject({
    code: 'topology-changed',
    message: expect.stringContaining(what) as unknown,
  })
  // What it was goes on.
  await (await Slot.open(0, rig.options(), NONE)).close()
})

test('a table that cannot be read ends the slot, and is no fate of the record', async () => {
  const rig = await openItemsLog(planItems('  total: { from: items, sum: }'))
  const { log } = rig.options()
  const get = (): never => {
    throw new Error('the disk is gone')
  }
  const tables = { get, entries: () => [] }
  const slot = await Slot.open(0, rig.options({ log: { ...log, tables } }), NONE)
  await rig.feed('items', [item('A', 1, 1)])
  await expect(settle(slot)).rejects.toMatchObject({
    code: 'log-damaged',
    message: expect.stringMatching(
      /"t\.state", partition 0, .*the disk is gone; see to/,
    ) as unknown,
  })
})
