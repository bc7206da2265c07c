import { expect, onTestFinished, test } from 'vitest'
import { rowsOf } from '../../contract/row.ts'
import type { Fetched } from '../../connector.ts'
import { later, pause, steadyMs } from '../clock.ts'
import { KafkaFault, ownFault } from '../kafka-fault.ts'
import { type Framing, UnknownSchema } from '../registry/framing.ts'
import type { BookedTopic, TopicBook } from '../topics/topic-book.ts'
import { fakePartitions } from './fake-partitions.test-data.ts'
import { createFetcher } from './fetcher.ts'

function scene(about: { readonly framing?: Framing; readonly patienceMs?: number } = {}) {
  const broker = fakePartitions(5)
  const spec = { name: 't', partitions: 5, keeps: 'all' } as const
  const topic: BookedTopic = {
    ...{ name: 't', partitions: 5, spec, maxBytes: 1 << 20, framing: about.framing },
  }
  const book: TopicBook = { find: () => Promise.resolve(topic), known: () => topic }
  const fetcher = createFetcher({
    ...{ cluster: broker.cluster, book, now: steadyMs, pause, later },
    connect: () => Promise.resolve(broker.cluster),
    ...(about.patienceMs === undefined ? undefined : { patienceMs: about.patienceMs }),
  })
  onTestFinished(() => fetcher.close())
  return { ...broker, broker, fetcher }
}

const at = (partition: number, offset: number) => ({ topic: 't', partition, offset })
const SOON = { maxRecords: 100, waitMs: 1_000 }
const NOW = { maxRecords: 100, waitMs: 0 }

function offsets(fetched: readonly Fetched[]): readonly (readonly number[])[] {
  return fetched.map((each) => rowsOf(each).map(({ offset }) => offset))
}

test('gives what is there, and then where to read on', async () => {
  const { fetcher, append } = scene()
  append(0, 3)
  const first = await fetcher.fetch([at(0, 0)], NOW)
  expect(offsets(first)).toEqual([[0, 1, 2]])
  expect(first[0]).toMatchObject({ next: 4, stable: 4 })
  const then = await fetcher.fetch([at(0, 4)], NOW)
  expect(then[0]).toMatchObject({ batches: [], next: 4, stable: 4 })
})

test('reads on while nobody asks', async () => {
  const { fetcher, append, asked } = scene()
  append(0, 2)
  await fetcher.fetch([at(0, 0)], SOON)
  append(0, 2)
  await expect.poll(() => asked.flat().filter((each) => each === 't/0@3').length).toBeGreaterThan(0)
  await expect.poll(() => asked.flat()).toContain('t/0@6')
  expect(offsets(await fetcher.fetch([at(0, 3)], NOW))).toEqual([[3, 4]])
})

test('gives two readers of a partition all of it each', async () => {
  const { fetcher, append } = scene()
  append(1, 4)
  const both = await Promise.all([0, 1].map(() => fetcher.fetch([at(1, 0)], SOON)))
  expect(both.map(offsets)).toEqual([[[0, 1, 2, 3]], [[0, 1, 2, 3]]])
})

test('waits no longer for those that have nothing than asked to', async () => {
  const { fetcher, append } = scene()
  append(2, 1)
  const fetched = await fetcher.fetch([at(0, 0), at(1, 0), at(2, 0)], SOON)
  expect(offsets(fetched)).toEqual([[], [], [0]])
})

test('says that an offset is gone, and to the next reader that it is there', async () => {
  const { fetcher, broker } = scene()
  for (let round = 0; round < 5; round += 1) broker.append(0, 9)
  broker.first = 20
  await expect(fetcher.fetch([at(0, 3)], SOON)).rejects.toMatchObject({
    code: 'offset-gone',
    retryable: false,
    coordinates: { topic: 't', partition: 0, offset: 3 },
    message: expect.stringContaining('does not hold offset 3') as string,
  })
  expect(offsets(await fetcher.fetch([at(0, 20)], SOON))[0]).toContain(20)
})

test.each([
  ['a broker that leads no more', { code: 6 }],
  ['a topic that is not known yet', { code: 3 }],
  ['a connection that broke', ownFault('CONNECTION', 'it broke')],
  ['an answer that did not come', ownFault('TIMEOUT', 'it is late')],
])('asks again after %s, with other metadata', async (_, trouble) => {
  const { fetcher, append, troubles, refreshes } = scene()
  append(0, 2)
  troubles.push(trouble, trouble)
  expect(offsets(await fetcher.fetch([at(0, 0)], { ...SOON, waitMs: 5_000 }))).toEqual([[0, 1]])
  expect(refreshes()).toBeGreaterThanOrEqual(2)
})

test('loses patience with a log that stays away, and says that it may pass', async () => {
  const { fetcher, troubles } = scene({ patienceMs: 120 })
  for (let index = 0; index < 200; index += 1) troubles.push(ownFault('CONNECTION', 'it broke'))
  await expect(fetcher.fetch([at(0, 0)], { ...SOON, waitMs: 9_000 })).rejects.toMatchObject({
    code: 'log-unavailable',
    retryable: true,
  })
})

test('has no patience with what will not pass', async () => {
  const { fetcher, troubles, asked } = scene()
  troubles.push(new KafkaFault(29, 'Fetch'))
  await expect(fetcher.fetch([at(0, 0)], SOON)).rejects.toMatchObject({ code: 'not-allowed' })
  expect(asked).toHaveLength(1)
})

test('looks a schema up that it does not know, and reads the batch again', async () => {
  const known = new Set<number>()
  const framing: Framing = {
    prefix: undefined,
    register: () => Promise.resolve(),
    bodyAt: (_, start) => (known.has(7) ? start : -1),
    convert: () => {
      throw new UnknownSchema(7)
    },
    resolve: (id) => Promise.resolve(void known.add(id)),
  }
  const { fetcher, append } = scene({ framing })
  append(0, 3)
  expect(offsets(await fetcher.fetch([at(0, 0)], SOON))).toEqual([[0, 1, 2]])
})

test('asks for a partition once at a time, also where an answer failed for another', async () => {
  const { fetcher, append, troubles, broker, refreshes } = scene()
  append(0, 2)
  troubles.push({ code: 6, partition: 1 })
  const [first] = await fetcher.fetch([at(0, 0), at(1, 0)], SOON)
  expect(first?.next).toBe(3)
  // Read on while the other partition waits to be asked for again.
  while (refreshes() === 0) await fetcher.fetch([at(0, 3)], { ...SOON, waitMs: 5 })
  await fetcher.fetch([at(0, 3)], { ...SOON, waitMs: 20 })
  expect(broker.mostAtOnce()).toBe(1)
})

test('asks first for who has waited longest', async () => {
  const { fetcher, broker, asked } = scene()
  for (const partition of [0, 1, 2, 3, 4]) broker.append(partition, 2)
  let go = (): void => undefined
  broker.held = new Promise((resolve) => {
    go = resolve
  })
  const asking: Promise<unknown>[] = []
  // The first three take all connections to the broker.
  for (const partition of [2, 3, 4, 1, 0]) {
    asking.push(fetcher.fetch([at(partition, 0)], SOON))
    await pause(2)
  }
  go()
  await Promise.all(asking)
  const together = asked.find((names) => names.includes('t/0@0'))
  expect(together?.filter((name) => name.endsWith('@0'))).toEqual(['t/1@0', 't/0@0'])
})

test('gives nothing of a topic that was deleted and made anew', async () => {
  const { fetcher, broker, asked } = scene()
  await fetcher.fetch([at(0, 0)], NOW)
  broker.append(0, 2)
  await expect.poll(() => asked.flat()).toContain('t/0@3')
  const waiting = fetcher.fetch([at(1, 0)], SOON)
  const told = expect(waiting).rejects.toMatchObject({ code: 'topic-missing' })
  await pause(1)
  broker.empty()
  fetcher.forget('t')
  await told
  broker.append(0, 1)
  expect(offsets(await fetcher.fetch([at(0, 0)], NOW))).toEqual([[0]])
})

test('asks another broker before it believes that an offset is gone', async () => {
  const { fetcher, append, troubles, refreshes } = scene()
  append(0, 2)
  troubles.push({ code: 1 })
  expect(offsets(await fetcher.fetch([at(0, 0)], SOON))).toEqual([[0, 1]])
  expect(refreshes()).toBe(1)
})

test('answers nobody once it is closed', async () => {
  const { fetcher } = scene()
  const waiting = fetcher.fetch([at(0, 0)], { ...SOON, waitMs: 60_000 })
  await expect(Promise.race([waiting, pause(20)])).resolves.toBeUndefined()
  const ended = expect(waiting).rejects.toThrow('the log is closed')
  await fetcher.close()
  await ended
  await expect(fetcher.fetch([at(0, 0)], NOW)).rejects.toThrow('the log is closed')
})
