import { afterEach, expect, test } from 'vitest'
import { kafka } from '../../../docker/native/kafka.ts'
import { describeWith, sharedKafka } from '../../../test/servers/shared-servers.ts'
import { BatchBuilder } from '../../batch-builder.ts'
import type { TopicAbout, TopicSpec } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { RECORD } from '../../record-batch.ts'
import { type Cluster, connectCluster } from '../client.ts'
import { createTopicsExchange } from '../exchanges/create-topics.ts'
import { deleteTopicsExchange } from '../exchanges/delete-topics.ts'
import { describeConfigsExchange } from '../exchanges/describe-configs.ts'
import { produceExchange } from '../exchanges/produce.ts'
import { writeRecordBatch } from '../hardening/record-batch-writer.ts'
import { checkCode, faultOf } from '../kafka-fault.ts'
import { type KafkaTopics, openTopics } from './open-topics.ts'

const HOUR = 3_600_000_000
const about: TopicAbout = { schema: { type: 'string' }, key: ['symbol'], delay: 5, unit: 'ns' }
const opened: Cluster[] = []
afterEach(async () => {
  for (const cluster of opened.splice(0)) await cluster.close()
})

interface Process {
  readonly cluster: Cluster
  readonly topics: KafkaTopics
}

/** As another process has it: connections and knowledge of its own. */
async function newProcess(): Promise<Process> {
  const cluster = await connectCluster({ brokers: [await sharedKafka()] }, 'test')
  opened.push(cluster)
  const topics = openTopics({
    cluster,
    frame: () => Promise.resolve(undefined),
    patienceMs: 5_000,
  })
  return { cluster, topics }
}

let names = 0
const newName = (): string => `topics-test-${process.pid}-${(names += 1)}`

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof EngineError ? error.code : String(error)
}

/** As if made by hand. */
async function make({ cluster }: Process, name: string, settings: Record<string, string>) {
  const topic = { name, partitions: 1, settings: new Map(Object.entries(settings)) }
  const [answer] = await cluster.send(
    await cluster.controller(),
    createTopicsExchange([topic], 5_000),
  )
  checkCode(answer?.error ?? -1, name)
}

interface TestProducer {
  readonly producerId: bigint
  readonly producerEpoch: number
}

async function produce(
  { cluster }: Process,
  topic: string,
  rows: number,
  transaction?: { readonly id: string; readonly producer: TestProducer },
): Promise<void> {
  const builder = new BatchBuilder()
  for (let row = 0; row < rows; row += 1) {
    builder.add(RECORD, `key ${row}`, Buffer.from('value'), NaN, NaN)
  }
  const records = writeRecordBatch(builder.take(), 0, rows, {
    ...(transaction?.producer ?? { producerId: -1n, producerEpoch: -1 }),
    baseSequence: transaction === undefined ? -1 : 0,
    isTransactional: transaction !== undefined,
    ...{ timestamp: 0, prefix: undefined, compression: 0 },
  })
  const options = { transactionalId: transaction?.id, timeoutMs: 5_000 }
  const [answer] = await cluster.send(
    await cluster.leader(topic, 0),
    produceExchange([{ topic, partition: 0, records }], options),
  )
  checkCode(answer?.error ?? -1, topic)
}

/** Tries until the broker has what it needs for its first transaction. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries > 500 || !faultOf(error).isRetryable) throw error
    }
  }
}

describeWith([kafka], 'the topics of a real cluster', () => {
  test('are made once by processes that start at the same time', async () => {
    const processes = await Promise.all([newProcess(), newProcess(), newProcess()])
    const specs: readonly TopicSpec[] = [
      { name: newName(), partitions: 4, keeps: 'all', isWritten: true, about },
      { name: newName(), partitions: 2, keeps: 'latest' },
    ]
    await Promise.all(processes.map(({ topics }) => topics.createTopics(specs)))
    for (const { topics } of processes) {
      const found = await topics.topics()
      for (const { isWritten, ...spec } of specs) {
        expect([found.get(spec.name), isWritten]).toEqual([spec, isWritten])
      }
    }
    const [first] = processes
    const parts = [3, 0].map((partition) => ({ topic: String(specs[0]?.name), partition }))
    const bounds = parts.map((part) => ({ ...part, first: 0, stable: 0 }))
    expect(await first.topics.bounds(parts)).toEqual(bounds)
  })

  test('are compared, in their settings, with what is declared of them', async () => {
    const one = await newProcess()
    const name = newName()
    await make(one, name, { 'retention.ms': '60000', 'max.message.bytes': '5000' })
    const spec = { name, partitions: 1, keeps: 'all', about, isWritten: true } as const
    const create = (changed: Partial<TopicSpec>) =>
      one.topics.createTopics([{ ...spec, ...changed }])
    await create({})
    await create({ isWritten: false, retention: HOUR })
    expect(one.topics.book.known(name)).toMatchObject({ maxBytes: 5_000, spec: { about } })
    const refused = [
      { retention: HOUR },
      { keeps: 'latest' },
      { partitions: 2 },
      { about: { ...about, schema: 'string2' } },
    ] as const
    for (const each of refused) expect(await codeOf(create(each))).toBe('topic-differs')
  })
})

describeWith([kafka], 'the topics of a real cluster, as they are made,', () => {
  test('cannot be made under a name that Kafka does not take', async () => {
    const { topics } = await newProcess()
    const creating = topics.createTopics([{ name: 'a b', partitions: 1, keeps: 'all' }])
    expect(await codeOf(creating)).toBe('not-allowed')
    expect(await codeOf(topics.bounds([{ topic: 'a b', partition: 0 }]))).toBe('topic-missing')
  })

  test('have the settings of what they are for', async () => {
    const { cluster, topics } = await newProcess()
    const [state, between] = [newName(), newName()]
    await topics.createTopics([
      { name: state, partitions: 1, keeps: 'latest' },
      { name: between, partitions: 1, keeps: 'all' },
    ])
    const settings = ['cleanup.policy', 'retention.ms', 'message.timestamp.type']
    const described = await cluster.send(
      await cluster.controller(),
      describeConfigsExchange([state, between], settings),
    )
    const values = new Map(described.map((each) => [each.name, Object.fromEntries(each.settings)]))
    const always = { 'retention.ms': '-1', 'message.timestamp.type': 'LogAppendTime' }
    expect(values.get(state)).toEqual({ ...always, 'cleanup.policy': 'compact' })
    expect(values.get(between)).toEqual({ ...always, 'cleanup.policy': 'delete' })
    expect(topics.book.known(state)).toMatchObject({ maxBytes: 32 << 20 })
  })

  test('end, for readers, where an open transaction begins', async () => {
    const one = await newProcess()
    const { cluster, topics } = one
    const name = newName()
    await topics.createTopics([{ name, partitions: 1, keeps: 'all' }])
    const part = { topic: name, partition: 0 }
    await produce(one, name, 3)
    expect(await topics.bounds([part])).toEqual([{ ...part, first: 0, stable: 3 }])

    const transactionalId = newName()
    const coordinator = async () =>
      cluster.broker(await cluster.coordinator('transaction', transactionalId))
    const init = { transactionalId, transactionTimeout: 10_000 }
    const { producerId, producerEpoch } = await retried(async () =>
      (await coordinator()).initProducerId(init),
    )
    const place = { transactionalId, producerId, producerEpoch }
    const written = [{ topic: name, partitions: [0] }]
    await retried(async () =>
      (await coordinator()).addPartitionsToTxn({ ...place, topics: written }),
    )
    const producer = { producerId: BigInt(producerId), producerEpoch }
    await produce(one, name, 5, { id: transactionalId, producer })
    expect(await topics.bounds([part])).toEqual([{ ...part, first: 0, stable: 3 }])

    await retried(async () => (await coordinator()).endTxn({ ...place, transactionResult: true }))
    const markerBehind = 9
    await expect
      .poll(async () => (await topics.bounds([part]))[0]?.stable, { timeout: 5_000 })
      .toBe(markerBehind)
  })
})

describeWith([kafka], 'the topics of a real cluster, as they are deleted,', () => {
  test('begin where they were deleted up to', async () => {
    const one = await newProcess()
    const name = newName()
    await one.topics.createTopics([{ name, partitions: 2, keeps: 'all' }])
    await produce(one, name, 10)
    const part = { topic: name, partition: 0 }
    const deleteUpTo = (offset: number) => one.topics.deleteBefore([{ ...part, offset }])
    await deleteUpTo(4)
    expect(await one.topics.bounds([part])).toEqual([{ ...part, first: 4, stable: 10 }])
    // Less than is deleted already, and more than there is.
    await deleteUpTo(2)
    await deleteUpTo(99)
    expect(await one.topics.bounds([part])).toEqual([{ ...part, first: 4, stable: 10 }])
    await deleteUpTo(10)
    expect(await one.topics.bounds([part])).toEqual([{ ...part, first: 10, stable: 10 }])
  })

  test('are forgotten with all that was said of them, also by other processes', async () => {
    const [one, other] = await Promise.all([newProcess(), newProcess()])
    const name = newName()
    await one.topics.createTopics([{ name, partitions: 1, keeps: 'all', about }])
    expect(await other.topics.book.find(name)).toMatchObject({ partitions: 1, spec: { about } })
    const part = { topic: name, partition: 0 }
    await other.topics.bounds([part])
    await one.topics.deleteTopic(name)
    expect(await codeOf(one.topics.bounds([part]))).toBe('topic-missing')
    expect(await codeOf(other.topics.bounds([part]))).toBe('topic-missing')
    await one.topics.deleteTopic(name)
    await one.topics.createTopics([{ name, partitions: 3, keeps: 'all' }])
    expect((await other.topics.topics()).get(name)).toEqual({ name, partitions: 3, keeps: 'all' })
    const last = { topic: name, partition: 2 }
    expect(await other.topics.bounds([last])).toEqual([{ ...last, first: 0, stable: 0 }])
  })

  test('that were deleted by hand leave nothing behind when they are made anew', async () => {
    const { cluster, topics } = await newProcess()
    const name = newName()
    await topics.createTopics([{ name, partitions: 1, keeps: 'all', about }])
    await cluster.send(await cluster.controller(), deleteTopicsExchange([name], 5_000))
    const other = { ...about, schema: { type: 'long' } }
    await topics.createTopics([{ name, partitions: 1, keeps: 'all', about: other }])
    expect((await topics.topics()).get(name)?.about).toEqual(other)
  })
})
