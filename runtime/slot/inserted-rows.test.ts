import { expect, test } from 'vitest'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { END, HEARTBEAT } from '../../connectors/record-batch.ts'
import { orderTopic } from '../topic-names.ts'
import { Source } from '../task/source.ts'
import { bareChannel, storedBatch } from '../task/rows.test-data.ts'
import { appendInserted, insertAgain, readInserted } from './inserted-rows.ts'

test('keeps rows with their place, partition by partition', async () => {
  const log = createMemoryBroker().connect()
  await log.createTopics([{ name: orderTopic('t'), partitions: 2, keeps: 'all' }])
  const producer = await log.producer('p')
  const clock = Number.NEGATIVE_INFINITY
  const rows = [
    { sub: 2, source: 'items.v1/0', upstream: -1, offset: 2 ** 40, kind: HEARTBEAT, clock: 5 },
    { sub: 1, source: 't.all.between-tasks/0', upstream: 12, offset: 7, kind: HEARTBEAT, clock: 5 },
    { sub: 0, source: 'slow.v1/0', upstream: -1, offset: 0, kind: END, clock },
  ]
  await producer.transact({ appends: appendInserted('t', 0, rows), puts: [] })
  await producer.transact({ appends: appendInserted('t', 0, rows.slice(1)), puts: [] })
  expect(await readInserted(log, 't', 0)).toEqual([...rows, ...rows.slice(1)])
  expect(await readInserted(log, 't', 1)).toEqual([])
  expect(appendInserted('t', 0, [])).toEqual([])
})

const PLACE = { sub: 0, source: 't/0', upstream: -1, offset: 7 }
const taken = { clock: 5, sequence: 0, offset: 8, hasEnded: false }

test.each([
  ['a heartbeat behind all that was taken', HEARTBEAT, 6, taken, 1],
  ['a heartbeat that was taken', HEARTBEAT, 5, taken, 0],
  ['a heartbeat at an offset that was not come to', HEARTBEAT, 5, { ...taken, offset: 7 }, 1],
  ['an end at the clock of a heartbeat', END, 5, taken, 1],
  ['an end that was taken', END, 5, { ...taken, hasEnded: true }, 0],
  ['an end that was taken before a heartbeat', END, 4, taken, 0],
])('puts in again what was not taken: %s', (_, kind, clock, state, waiting) => {
  const channel = bareChannel(0)
  channel.restore(state)
  const source = new Source('t', 0, [channel])
  source.next = 7
  const row = { ...PLACE, kind, clock }
  insertAgain([source], 0, [row, { ...row, sub: 1 }, { ...row, offset: 6 }])
  expect(channel.waiting).toBe(waiting)
})

test('knows by the number of the next record which decisions about a task are to come', () => {
  const [one, other] = [bareChannel(0, { upstream: 0 }), bareChannel(1, { upstream: 1 })]
  one.restore({ clock: 4, sequence: 2, offset: 90, hasEnded: false })
  const about = { sub: 0, source: 't/0', upstream: 0, kind: HEARTBEAT }
  const rows = [
    { ...about, offset: 1, clock: 9 },
    { ...about, offset: 2, clock: 6 },
    { ...about, offset: 3, clock: 8 },
  ]
  insertAgain([new Source('t', 0, [one, other])], 0, rows)
  expect([one.leastClock, other.leastClock]).toEqual([6, Number.NEGATIVE_INFINITY])
  const sent = [{ available: 5, upstream: 0, sequence: 2 }]
  one.add(storedBatch(sent, 90), undefined, 0, 1)
  expect(one.bound()).toBe(6)
  one.advance()
  expect([one.clock, one.leastClock]).toEqual([6, 8])
})
