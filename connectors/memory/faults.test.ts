import { expect, test } from 'vitest'
import { append, rowsOf, series } from '../contract/row.ts'
import type { Log, Writes } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { LogPoint } from './log-point.ts'
import { createMemoryBroker, type MemoryBroker } from './memory-broker.ts'

const topic = 't'

async function brokerWithTopic(): Promise<{ broker: MemoryBroker; reader: Log }> {
  const broker = createMemoryBroker()
  const reader = broker.connect({ owner: 'reader' })
  await reader.createTopics([{ name: topic, partitions: 2, keeps: 'all' }])
  return { broker, reader }
}

/** The word's rows `0` and `1` to partition 0, and `0` to partition 1. */
function writes(word: string): Writes {
  const appends = [append(topic, 0, series(word, 2)), append(topic, 1, series(word, 1))]
  return { appends, puts: [] }
}

/** `value@offset` of all that can be read of partition 0, and the offset to read on. */
async function readable(log: Log): Promise<string> {
  const [fetched] = await log.fetch([{ topic, partition: 0, offset: 0 }], {
    maxRecords: 1_000,
    waitMs: 0,
  })
  if (fetched === undefined) throw new Error('a fetch without an answer')
  const rows = rowsOf(fetched).map(({ value, offset }) => `${value ?? ''}@${offset}`)
  return [...rows, `next ${fetched.next}`].join(', ')
}

/** An `at` that does `act` at the stage's nth point (from 1) of a transaction, once. */
function once(stage: LogPoint['stage'], act: () => Promise<void>, nth = 1) {
  let seen = 0
  return async (point: LogPoint): Promise<void> => {
    if (point.operation !== 'transact' || point.stage !== stage) return
    seen += 1
    if (seen === nth) await act()
  }
}

/** An `at` that holds a transaction up at its nth point in the middle, once. */
function heldUp(nth = 1) {
  const reached = Promise.withResolvers<undefined>()
  const gate = Promise.withResolvers<undefined>()
  const at = once(
    'middle',
    async () => {
      reached.resolve(undefined)
      await gate.promise
    },
    nth,
  )
  return { at, reached: reached.promise, goOn: () => gate.resolve(undefined) }
}

function failWith(code: string): () => Promise<void> {
  return () => Promise.reject(new EngineError(code, 'injected by the test', { coordinates: {} }))
}

test('counts a marker behind every transaction, in each partition that it touched', async () => {
  const { broker, reader } = await brokerWithTopic()
  const at = once('middle', failWith('aborted'))
  const first = await broker.connect().producer('a')
  const failing = await broker.connect({ at }).producer('b')
  await first.transact(writes('one'))
  await expect(failing.transact(writes('lost'))).rejects.toMatchObject({ code: 'aborted' })
  await failing.transact(writes('two'))
  expect(await readable(reader)).toBe('one 0@0, one 1@1, two 0@6, two 1@7, next 9')
  const bounds = await reader.bounds([0, 1].map((partition) => ({ topic, partition })))
  expect(bounds.map(({ stable }) => stable)).toEqual([9, 4])
})

test('gives the very batches that were appended', async () => {
  const { broker, reader } = await brokerWithTopic()
  const { appends } = writes('one')
  await (await broker.connect().producer('a')).transact({ appends, puts: [] })
  const [fetched] = await reader.fetch([{ topic, partition: 0, offset: 0 }], {
    maxRecords: 1,
    waitMs: 0,
  })
  expect(fetched?.batches[0]?.batch).toBe(appends[0]?.batch)
})

test('holds readers below the first record of an open transaction', async () => {
  const { broker, reader } = await brokerWithTopic()
  const { at, reached, goOn } = heldUp()
  const slow = await broker.connect({ at }).producer('slow')
  const quick = await broker.connect().producer('quick')
  await quick.transact(writes('before'))
  const writing = slow.transact(writes('slow'))
  await reached
  await quick.transact(writes('behind'))
  expect(await readable(reader)).toBe('before 0@0, before 1@1, next 3')
  goOn()
  await writing
  expect(await readable(reader)).toBe(
    'before 0@0, before 1@1, slow 0@3, slow 1@4, behind 0@5, behind 1@6, next 9',
  )
})

test("keeps a dead owner's transaction open until its name is opened anew", async () => {
  const { broker, reader } = await brokerWithTopic()
  const { at, reached } = heldUp()
  const dead = await broker.connect({ at }).producer('slot')
  void dead.transact(writes('dead'))
  await reached
  await (await broker.connect().producer('other')).transact(writes('other'))
  expect(await readable(reader)).toBe('next 0')
  const heir = await broker.connect().producer('slot')
  expect(await readable(reader)).toBe('other 0@2, other 1@3, next 6')
  await heir.transact(writes('heir'))
  expect(await readable(reader)).toBe('other 0@2, other 1@3, heir 0@6, heir 1@7, next 9')
})

test.each([1, 2, 3])('fences a zombie that goes on at point %i of its transaction', async (nth) => {
  const { broker, reader } = await brokerWithTopic()
  const { at, reached, goOn } = heldUp(nth)
  const zombie = await broker.connect({ at }).producer('slot')
  const writing = zombie.transact(writes('zombie'))
  await reached
  const heir = await broker.connect().producer('slot')
  const partitions = [0, 1].map((partition) => ({ topic, partition }))
  const before = await reader.bounds(partitions)
  goOn()
  await expect(writing).rejects.toMatchObject({ code: 'fenced' })
  expect(await reader.bounds(partitions)).toEqual(before)
  await heir.transact(writes('heir'))
  expect(await readable(reader)).toBe('heir 0@3, heir 1@4, next 6')
})

test.each([
  ['before', 1, 'one 0@0, one 1@1, next 3'],
  ['middle', 1, 'one 0@3, one 1@4, next 6'],
  ['middle', 3, 'one 0@3, one 1@4, next 6'],
] as const)(
  'writes nothing when it fails %s (point %i), and can go on',
  async (stage, nth, then) => {
    const { broker, reader } = await brokerWithTopic()
    const at = once(stage, failWith('log-unavailable'), nth)
    const producer = await broker.connect({ at }).producer('slot')
    await expect(producer.transact(writes('lost'))).rejects.toMatchObject({
      code: 'log-unavailable',
    })
    await producer.transact(writes('one'))
    expect(await readable(reader)).toBe(then)
  },
)

test('leaves a transaction open whose outcome is lost before it is decided', async () => {
  const { broker, reader } = await brokerWithTopic()
  const at = once('middle', failWith('outcome-unknown'), 3)
  const producer = await broker.connect({ at }).producer('slot')
  await expect(producer.transact(writes('lost'))).rejects.toMatchObject({ code: 'outcome-unknown' })
  await expect(producer.transact(writes('more'))).rejects.toThrow('must be opened anew')
  expect((await reader.bounds([{ topic, partition: 0 }]))[0]?.stable).toBe(0)
  await (await broker.connect().producer('slot')).transact(writes('one'))
  expect(await readable(reader)).toBe('one 0@3, one 1@4, next 6')
})

test('has committed what fails after the decision', async () => {
  const { broker, reader } = await brokerWithTopic()
  const at = once('after', failWith('outcome-unknown'))
  const producer = await broker.connect({ at }).producer('slot')
  await expect(producer.transact(writes('one'))).rejects.toMatchObject({ code: 'outcome-unknown' })
  expect(await readable(reader)).toBe('one 0@0, one 1@1, next 3')
})

test('stops at every await of the port', async () => {
  const broker = createMemoryBroker()
  const points: string[] = []
  const log = broker.connect({
    owner: 'me',
    at: ({ operation, stage, owner, name }) => {
      expect(owner).toBe('me')
      points.push([operation, stage, ...(name === undefined ? [] : [name])].join(' '))
      return Promise.resolve()
    },
  })
  await log.createTopics([{ name: topic, partitions: 2, keeps: 'all' }])
  await (await log.producer('slot')).transact(writes('a'))
  await readable(log)
  const member = await log.join('group', 1)
  await member.poll()
  await member.leave()
  const around = (point: string, name = ''): string[] =>
    ['before', 'after'].map((stage) => `${point} ${stage}${name}`)
  expect(points).toEqual([
    ...around('createTopics'),
    ...around('producer', ' slot'),
    'transact before slot',
    'transact middle slot',
    'transact middle slot',
    'transact middle slot',
    'transact after slot',
    ...around('fetch'),
    ...around('join', ' group'),
    ...around('poll', ' group'),
    ...around('leave', ' group'),
  ])
})
