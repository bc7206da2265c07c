import { expect, test } from 'vitest'
import type { Append, Producer, Writes } from '../../connector.ts'
import { append, row, series } from '../../contract/row.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { BookedTopic, TopicBook } from '../topics/topic-book.ts'
import { FakeBroker, type Plan, type RequestName, type Trouble } from './fake-broker.test-data.ts'
import { openProducer } from './open-producer.ts'

const MAX_BYTES: Readonly<Record<string, number>> = { topic: 1_000_000, large: 10_000_000 }

function known(name: string): BookedTopic | undefined {
  const maxBytes = MAX_BYTES[name]
  if (maxBytes === undefined) return undefined
  const spec = { name, partitions: 4, keeps: 'all' as const }
  return { name, partitions: 4, spec, maxBytes, framing: undefined }
}

const topics: TopicBook = {
  known,
  find: (topic) => {
    const message = `there is no topic "${topic}"`
    return Promise.reject(new EngineError('topic-missing', message, { coordinates: { topic } }))
  },
}

function open(broker: FakeBroker): Promise<Producer> {
  return openProducer(broker.cluster, { name: 'slot-0', topics }, broker.clock)
}

function rows(count: number, partition = 0): Append {
  return append('topic', partition, series('row', count))
}

function writes(...appends: readonly Append[]): Writes {
  return { appends, puts: [] }
}

async function outcomeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act
    return 'done'
  } catch (error) {
    if (error instanceof EngineError) return error.code
    throw error
  }
}

interface Case {
  readonly name: RequestName
  readonly trouble: Trouble
  readonly times?: number
  readonly outcome: string
}

function cases(
  name: RequestName,
  outcome: string,
  troubles: readonly Trouble[],
  times?: number,
): readonly Case[] {
  return troubles.map((trouble) => {
    return { name, trouble, outcome, ...(times !== undefined && { times }) }
  })
}

const LOST: readonly Trouble[] = ['request lost', 'response lost', 'late']

const table: readonly Case[] = [
  ...cases('AddPartitionsToTxn', 'done', [...LOST, 3, 14, 15, 16, 51], 2),
  ...cases('AddPartitionsToTxn', 'aborted', [...LOST, -1, 14, 16, 48, 51]),
  ...cases('AddPartitionsToTxn', 'fenced', [47, 49, 90, 105]),
  ...cases('AddPartitionsToTxn', 'not-allowed', [29, 53]),
  ...cases('AddPartitionsToTxn', 'topic-missing', [3]),
  ...cases('Produce', 'done', [...LOST, 3, 5, 6, 7, 19, 20, 56], 1),
  ...cases('Produce', 'aborted', [...LOST, -1, 6, 7, 19, 45, 46, 48, 59, 87, 120]),
  ...cases('Produce', 'fenced', [47, 49, 90]),
  ...cases('Produce', 'not-allowed', [29]),
  ...cases('Produce', 'too-large', [10, 18]),
  ...cases('Produce', 'topic-missing', [3]),
  ...cases('EndTxn', 'done', [...LOST, 14, 15, 16, 51], 2),
  ...cases('EndTxn', 'outcome-unknown', [...LOST, -1, 14, 16, 51]),
  ...cases('EndTxn', 'fenced', [47, 49, 90, 105]),
  ...cases('EndTxn', 'aborted', [48], 1),
  ...cases('EndTxn', 'not-allowed', [53]),
]

test.each(table)('$name meets $trouble ($times times): $outcome', async (each) => {
  const { name, trouble, times, outcome } = each
  const broker = new FakeBroker()
  const producer = await open(broker)
  expect(await producer.transact(writes(rows(2, 0), rows(3, 1)))).toEqual([2, 3])
  const after = broker.requests.filter((request) => request === name).length
  broker.plans = [{ name, trouble, after, ...(times !== undefined && { times }) }]

  expect(await outcomeOf(producer.transact(writes(rows(5, 0), rows(6, 1))))).toBe(outcome)

  const all = { left: [2, 5], right: [3, 6] }
  const none = { left: [2], right: [3] }
  const found = (): object => {
    return { left: broker.committed('topic/0'), right: broker.committed('topic/1') }
  }
  if (outcome === 'done') expect(found()).toEqual(all)
  else if (outcome === 'outcome-unknown') expect([all, none]).toContainEqual(found())
  else expect(found()).toEqual(none)
  // What is late changes nothing once the name was opened again, whatever the outcome.
  broker.plans = []
  broker.takeName()
  const settled = found()
  broker.deliverLate()
  expect(found()).toEqual(settled)
  expect(broker.hasOpen).toBe(false)
})

test.each(LOST)('opens a name although InitProducerId is %s', async (trouble) => {
  const broker = new FakeBroker()
  broker.plans = [{ name: 'InitProducerId', trouble, times: 2 }]
  const producer = await open(broker)
  await producer.transact(writes(rows(1)))
  expect(broker.committed('topic/0')).toEqual([1])
})

test.each([14, 15, 16, 51, 47, 90])('opens a name that meets %i for a while', async (trouble) => {
  const broker = new FakeBroker()
  broker.plans = [{ name: 'InitProducerId', trouble, times: 20 }]
  await open(broker)
  expect(broker.requests).toHaveLength(21)
})

test.each([
  ['request lost', 'log-unavailable'],
  [14, 'log-unavailable'],
  [51, 'log-unavailable'],
  [50, 'not-allowed'],
  [53, 'not-allowed'],
] as const)('opens no name that meets %s for ever: %s', async (trouble, outcome) => {
  const broker = new FakeBroker()
  broker.plans = [{ name: 'InitProducerId', trouble }]
  expect(await outcomeOf(open(broker))).toBe(outcome)
  expect(broker.nowMs).toBeLessThanOrEqual(33_000)
})

test('raises the epoch with every opening, and ends what was left open', async () => {
  const broker = new FakeBroker()
  const first = await open(broker)
  broker.plans = [{ name: 'EndTxn', trouble: 'request lost' }]
  expect(await outcomeOf(first.transact(writes(rows(2))))).toBe('outcome-unknown')
  expect(broker.hasOpen).toBe(true)
  const second = await open(broker)
  expect(broker.hasOpen).toBe(false)
  expect(second.epoch).toBeGreaterThan(first.epoch)
})

test('says where each append ended, joined or cut', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  const large = append('topic', 0, series('x'.repeat(400_000), 7))
  const ends = await producer.transact(
    writes(rows(2), rows(1, 1), rows(0), rows(3), large, rows(4, 1), rows(2)),
  )
  expect(ends).toEqual([2, 1, NaN, 5, 12, 5, 14])
  expect(broker.committed('topic/0')).toEqual([5, 2, 2, 2, 1, 2])
  expect(broker.committed('topic/1')).toEqual([5])
  // Behind the markers, with the sequences that follow.
  expect(await producer.transact(writes(rows(1), rows(1, 1)))).toEqual([16, 7])
})

test('writes records that are larger than what is encoded at once', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  const sizes = [1, 5_000_000, 1, 1, 9_000_000]
  const appends = sizes.map((size) => append('large', 0, series('x'.repeat(size), 1)))
  expect(await producer.transact(writes(...appends))).toEqual([1, 2, 3, 4, 5])
  const together = append(
    'large',
    0,
    sizes.map((size) => row('k', 'x'.repeat(size))),
  )
  expect(await producer.transact(writes(together))).toEqual([11])
  expect(broker.committed('large/0')).toEqual([1, 1, 2, 1, 1, 1, 2, 1])
})

test('sends nothing for a transaction without rows', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  const before = broker.requests.length
  expect(await producer.transact(writes())).toEqual([])
  expect(await producer.transact(writes(rows(0)))).toEqual([NaN])
  expect(broker.requests).toHaveLength(before)
})

test.each<[string, Append]>([
  ['too-large', append('topic', 0, [...series('x'.repeat(1_000_000), 1)])],
  ['topic-missing', append('elsewhere', 0, series('a', 1))],
  ['topic-missing', append('topic', 4, series('a', 1))],
])('refuses as %s before anything is sent, and goes on', async (code, refused) => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  const before = broker.requests.length
  expect(await outcomeOf(producer.transact(writes(rows(1), refused)))).toBe(code)
  expect(broker.requests).toHaveLength(before)
  expect(await producer.transact(writes(rows(1)))).toEqual([1])
})

test('is done after a fault, and says so', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  broker.plans = [{ name: 'Produce', trouble: 87, times: 1 }]
  expect(await outcomeOf(producer.transact(writes(rows(1))))).toBe('aborted')
  await expect(producer.transact(writes(rows(1)))).rejects.toThrow('must be opened anew')
})

test('says that it is fenced as often as it is asked', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  broker.takeName()
  expect(await outcomeOf(producer.transact(writes(rows(1))))).toBe('fenced')
  expect(await outcomeOf(producer.transact(writes(rows(1))))).toBe('fenced')
})

test('tells a transaction that took too long from one that another has fenced', async () => {
  for (const [passedMs, outcome] of [
    [9_000, 'fenced'],
    [10_001, 'aborted'],
  ] as const) {
    const broker = new FakeBroker()
    const producer = await open(broker)
    broker.before = (name) => {
      if (name !== 'EndTxn') return
      broker.nowMs += passedMs
      broker.expire()
    }
    expect(await outcomeOf(producer.transact(writes(rows(1))))).toBe(outcome)
  }
})

test('does not know whether a commit without an answer came before its fence', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  broker.plans = [{ name: 'EndTxn', trouble: 'response lost', times: 1 }]
  broker.before = (name, count) => {
    if (name === 'EndTxn' && count === 1) broker.takeName()
  }
  expect(await outcomeOf(producer.transact(writes(rows(1))))).toBe('outcome-unknown')
  expect(broker.committed('topic/0')).toEqual([1])
})

test('lets no late EndTxn commit the transaction behind its own', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  const lost: Plan = { name: 'EndTxn', trouble: 'request lost', after: 2 }
  broker.plans = [{ name: 'EndTxn', trouble: 'late', times: 1 }, lost]
  await producer.transact(writes(rows(1)))
  broker.before = (name) => {
    if (name === 'EndTxn') broker.deliverLate()
  }
  expect(await outcomeOf(producer.transact(writes(rows(2))))).toBe('outcome-unknown')
  expect(broker.committed('topic/0')).toEqual([1])
})

test('takes the next epoch after a missing answer only while it holds the name', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  broker.plans = [{ name: 'EndTxn', trouble: 'response lost', times: 1 }]
  await producer.transact(writes(rows(1)))
  broker.takeName()
  expect(await outcomeOf(producer.transact(writes(rows(1))))).toBe('fenced')
})

test('leaves no batch open that comes behind its transaction, on old brokers too', async () => {
  const broker = new FakeBroker()
  broker.verifies = false
  const producer = await open(broker)
  broker.plans = [{ name: 'Produce', trouble: 'late' }]
  expect(await outcomeOf(producer.transact(writes(rows(1))))).toBe('aborted')
  await open(broker)
  broker.deliverLate()
  expect(broker.hasOpen).toBe(false)
})

test('lets readers go on at once after a transaction that was refused', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  broker.plans = [{ name: 'Produce', trouble: 87, after: 1 }]
  const large = append('topic', 0, series('x'.repeat(400_000), 7))
  expect(await outcomeOf(producer.transact(writes(large)))).toBe('aborted')
  expect(broker.requests.at(-1)).toBe('EndTxn')
  expect(broker.hasOpen).toBe(false)
})

test('writes no more once it is closed, nor twice at once', async () => {
  const broker = new FakeBroker()
  const producer = await open(broker)
  const first = producer.transact(writes(rows(1)))
  await expect(producer.transact(writes(rows(1)))).rejects.toThrow('await it first')
  await first
  await producer.close()
  await expect(producer.transact(writes(rows(1)))).rejects.toThrow('is closed')
})
