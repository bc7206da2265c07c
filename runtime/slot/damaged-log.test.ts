import { expect, test } from 'vitest'
import type { Append } from '../../connectors/connector.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { readCommits } from '../finish.ts'
import { type ItemsLog, openItemsLog, planItems } from '../items-log.test-data.ts'
import { item as anyItem } from '../reference/run-steps.test-data.ts'
import { rewind } from '../rewind.ts'
import { StateLog } from '../state/committed-state.ts'
import { decodeCommit, encodeCommit } from '../task/commit-record.ts'
import { commitsTopic, stateTopic } from '../topic-names.ts'
import { Slot } from './slot.ts'

const item = (symbol: string, at: number, n: number): InputItem =>
  anyItem(symbol, at, n) as InputItem

const PLAN = planItems(`  all: { from: items, pass: , key: all }
  first: { from: items, sum: }
  total: { from: all, sum: }`)
const NONE = new Map<string, number>()
const [STATE, COMMITS] = [stateTopic('t'), commitsTopic('t')]

async function settle(slot: Slot): Promise<void> {
  for (let idle = 0; idle < 2;) idle = (await slot.round()) === 0 ? idle + 1 : 0
}

/** A topology that has run, in several commits, and stopped. */
async function run(items = 6): Promise<ItemsLog> {
  const rig = await openItemsLog(PLAN)
  const slot = await Slot.open(0, rig.options(), NONE)
  for (let n = 1; n <= items; n += 1) {
    await rig.feed('items', [item('A', n, 1), item(`B${n}`, n, 1)])
    await settle(slot)
  }
  await slot.close()
  return rig
}

/** Puts records of a topic back as they were; of one partition the share that is wanted. */
async function cut(
  { log, layout }: ItemsLog,
  topic: string,
  keep: (part: number) => boolean,
  of = 0,
) {
  const { partitions = 1 } = layout.topics.find(({ name }) => name === topic) ?? {}
  const appends: Append[] = []
  for (let partition = 0; partition < partitions; partition += 1) {
    const own: Append[] = []
    for (const bounds of await log.bounds([{ topic, partition }])) {
      for await (const { batch } of readPartition(log, bounds))
        own.push({ topic, partition, batch })
    }
    appends.push(...own.filter((_, index) => partition !== of || keep(index / own.length)))
  }
  await log.deleteTopic(topic)
  await log.createTopics(layout.topics)
  const producer = await log.producer('restore')
  for (const append of appends) await producer.transact({ appends: [append], puts: [] })
}

const open = (rig: ItemsLog): Promise<Slot> => Slot.open(0, rig.options(), NONE)

test.each([
  ['all of the changelog', STATE, () => false, /t\.state.*it ends at offset 0.*known up to/],
  ['its end', STATE, (part: number) => part < 0.5, /t\.state.*it ends at offset .*known up to/],
  ['the last commit of it', STATE, (part: number) => part < 0.9, /t\.state.*(lacks|ends at)/],
  ['all commit records', COMMITS, () => false, /t\.commits.*no commit record.*"t\.state" holds/],
  ['the last commit records', COMMITS, (part: number) => part < 0.5, /t\.commits.*is older than/],
])('refuses to go on where the log has lost %s', async (_what, topic, keep, message) => {
  const rig = await run()
  await cut(rig, topic, keep)
  await expect(open(rig)).rejects.toMatchObject({
    code: 'log-damaged',
    retryable: false,
    message: expect.stringMatching(message) as unknown,
    coordinates: { topic, partition: 0 },
  })
})

test('refuses a changelog whose beginning was deleted, and says the repairs', async () => {
  const rig = await run()
  await rig.log.deleteBefore([{ topic: STATE, partition: 0, offset: 4 }])
  await expect(open(rig)).rejects.toThrow(
    /before offset \d was deleted; restore the topic from a copy, or rewind .* another name/,
  )
})

const CAPTURED = ['t.all.captured', 't.first.captured', 't.total.captured']

test.each([
  ['t.state', []],
  ['t.all.captured', [STATE]],
  ['t.all.between-tasks', [STATE, ...CAPTURED]],
])('refuses to begin anew where %s holds what was committed', async (left, gone) => {
  const two = 'topics:\n  items: { topic: items, schema: my/Item, key: symbol, partitions: 2 }'
  const fates = 'fate: { bad: fail, late: fail, duplicate: fail }'
  const steps = '  all: { from: items, pass: , key: all }\n  total: { from: all, sum: }'
  const plan = planItems(`${steps}\n  first: { from: items, sum: }`, `\n${two}\n${fates}`)
  const rig = await openItemsLog(plan)
  const slots = [await open(rig), await Slot.open(1, rig.options(), NONE)]
  await rig.feed('items', [item('A', 1, 1), item('D', 2, 1), item('A', 3, 1)])
  for (let round = 0; round < 6; round += 1) for (const slot of slots) await settle(slot)
  for (const slot of slots) await slot.close()
  for (const topic of [...gone, COMMITS]) await cut(rig, topic, () => false, 1)
  const run = Slot.open(1, rig.options(), NONE)
  await expect(run).rejects.toThrow(`it holds no commit record, and "${left}" holds`)
})

test('goes on after a rewind, whatever was lost', async () => {
  const rig = await run()
  const whole = await rig.given('total')
  await cut(rig, STATE, () => false)
  for (const topic of CAPTURED) await rig.log.deleteTopic(topic)
  const { layout, log } = rig
  await rewind({ layout, log, to: undefined, clearOutputs: true, clearDeadLetters: true })
  await settle(await open(rig))
  expect(await rig.given('total')).toEqual(whole)
})

test('a changelog that was compacted is whole', async () => {
  const broker = createMemoryBroker({ compactAfter: 1 })
  const rig = await openItemsLog(PLAN, {}, broker)
  for (let n = 1; n <= 12; n += 1) {
    const slot = await Slot.open(0, rig.options(), NONE)
    await rig.feed('items', [item('A', n, 1)])
    await settle(slot)
    await slot.close()
  }
  expect((await rig.given('total')).at(-1)).toBe('[] 12')
})

test('commit records of an earlier version, which do not tell, still open', async () => {
  const rig = await run(2)
  const stateLog = new StateLog(rig.log, 't')
  const old = [...(await stateLog.commits(0))].map(([task, bytes]) => {
    const { changelog, ...record } = decodeCommit(bytes)
    expect(changelog?.stateEnd).toBeGreaterThan(0)
    return [task, encodeCommit(record)] as const
  })
  const producer = await rig.log.producer('earlier version')
  await producer.transact(stateLog.writes(0, [], old))
  const slot = await open(rig)
  await rig.feed('items', [item('A', 9, 5)])
  await settle(slot)
  expect((await rig.given('total')).at(-1)).toBe('[] 9')
  for (const record of (await readCommits(rig.layout, rig.log)).values()) {
    expect(record.changelog?.id).not.toBe('')
  }
})

test('an input that retention has passed stops the slot, and nothing is guessed', async () => {
  const rig = await run()
  await rig.feed('items', [item('A', 7, 1)])
  await rig.feed('items', [item('A', 8, 1)])
  const [bounds] = await rig.log.bounds([{ topic: 'items', partition: 0 }])
  const before = await rig.given('total')
  const last = (bounds?.stable ?? 0) - 2
  await rig.log.deleteBefore([{ topic: 'items', partition: 0, offset: last }])
  const slot = await open(rig)
  await expect(slot.round()).rejects.toMatchObject({
    code: 'offset-gone',
    retryable: false,
    message: expect.stringMatching(
      /topic "items", partition 0: records from \d+ on were deleted .* first that is kept; rewind/,
    ) as unknown,
    coordinates: { topic: 'items', partition: 0, first: last },
  })
  expect(await rig.given('total')).toEqual(before)
})

test('an input that was made anew, and is shorter, stops the slot', async () => {
  const rig = await run()
  await cut(rig, 'items', (part) => part < 0.2)
  const slot = await open(rig)
  await expect(slot.round()).rejects.toThrow(/"items".*another topic than before/)
})

test('finds the damage however often it is opened, and marks what is left of the log', async () => {
  const rig = await run()
  await cut(rig, STATE, () => false)
  for (let times = 0; times < 30; times += 1) {
    await expect(open(rig)).rejects.toMatchObject({ code: 'log-damaged' })
  }
  const [bounds] = await rig.log.bounds([{ topic: STATE, partition: 0 }])
  await expect(open(rig)).rejects.toThrow(/lacks \d+ entries of the last commit/)
  expect(bounds?.stable).toBe(60)
})
