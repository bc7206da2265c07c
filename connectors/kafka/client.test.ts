import { afterEach, expect, test } from 'vitest'
import { type Cluster, connectCluster, type KafkaConnection } from './client.ts'
import {
  apiVersionsBody,
  type FakeBroker,
  fakeBroker,
  type FakeRequest,
  type FakeTopic,
  metadataBody,
} from './hardening/fake-broker.test-data.ts'
import { KafkaFault } from './kafka-fault.ts'

const METADATA = 3
const COORDINATOR = 10
const API_VERSIONS = 18
const opened: { readonly close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

interface FakeCluster {
  readonly broker: FakeBroker
  topics: FakeTopic[]
  /** Keys of the requests that came. */
  readonly asked: number[]
}

/** One broker, node 1, that knows `topics`; `more` answers what it does not. */
async function oneBroker(
  topics: FakeTopic[] = [],
  more: (request: FakeRequest) => void = () => undefined,
): Promise<FakeCluster> {
  const asked: number[] = []
  const made: FakeCluster = {
    topics,
    asked,
    broker: await fakeBroker((request) => {
      asked.push(request.key)
      if (request.key === API_VERSIONS) request.answer(apiVersionsBody())
      else if (request.key === METADATA) request.answer(metadataOf(request.body))
      else more(request)
    }),
  }
  const metadataOf = (asked: Buffer): Buffer => {
    const found = topicsAsked(asked).map((name) => {
      return made.topics.find((topic) => topic.name === name) ?? { name, error: 3 }
    })
    return metadataBody([{ node: 1, port: made.broker.port }], found)
  }
  opened.push(made.broker)
  return made
}

function topicsAsked(body: Buffer): readonly string[] {
  const names: string[] = []
  let at = 4
  for (let left = body.readInt32BE(0); left > 0; left -= 1) {
    const length = body.readInt16BE(at)
    names.push(body.toString('utf8', at + 2, at + 2 + length))
    at += 2 + length
  }
  return names
}

async function connect(
  brokers: readonly string[],
  settings: Partial<KafkaConnection> = {},
): Promise<Cluster> {
  const cluster = await connectCluster({ brokers, ...settings }, 'test')
  opened.push(cluster)
  return cluster
}

const faultOf = async (promise: Promise<unknown>): Promise<KafkaFault> => {
  const error: unknown = await promise.then(
    () => 'no fault',
    (thrown: unknown) => thrown,
  )
  if (error instanceof KafkaFault) return error
  throw new Error(`expected a KafkaFault, not ${String(error)}`)
}

const ping = {
  ...{ name: 'Ping', key: 1, version: 11 },
  encode: () => Buffer.from('ping'),
  decode: (body: Buffer) => body.toString(),
}

test('tries one address after another', async () => {
  const gone = await fakeBroker(() => undefined)
  await gone.close()
  const { broker } = await oneBroker()
  const cluster = await connect([gone.address, broker.address])
  expect(await cluster.controller()).toBe(1)
})

test('says so soon when no broker can be reached', async () => {
  const gone = await fakeBroker(() => undefined)
  await gone.close()
  const fault = await faultOf(connect([gone.address]))
  expect(fault).toMatchObject({ kafka: 'CONNECTION', isRetryable: true })
  expect(fault.message).toContain(gone.address)
})

test('gives up a broker that accepts and then is silent', async () => {
  const silent = await fakeBroker(() => undefined)
  opened.push(silent)
  const fault = await faultOf(connect([silent.address], { connectionTimeoutMs: 30 }))
  expect(fault).toMatchObject({ kafka: 'TIMEOUT' })
})

test('passes over a broker that has fallen silent, and no more waits for it', async () => {
  const other = await oneBroker()
  let isSilent = false
  const first = await fakeBroker(({ key, answer }) => {
    if (isSilent) return
    const brokers = [first, other.broker].map(({ port }, index) => ({ node: index + 1, port }))
    answer(key === API_VERSIONS ? apiVersionsBody() : metadataBody(brokers))
  })
  opened.push(first)
  const times = { connectionTimeoutMs: 100, requestTimeoutMs: 600_000 }
  const cluster = await connect([first.address], times)
  isSilent = true
  await cluster.refresh()
  expect(other.asked).toContain(METADATA)
})

test('believes the newest of most brokers, where that matters', async () => {
  const fakes: FakeBroker[] = []
  const leader = (node: number): FakeTopic => ({ name: 'ticks', leaders: [node], epochs: [node] })
  for (const node of [1, 2, 3]) {
    fakes.push(
      await fakeBroker(({ key, answer }) => {
        // Node 1 does not know yet that node 2 leads, and node 3 says nothing.
        if (node === 3) return
        const brokers = fakes.map(({ port }, index) => ({ node: index + 1, port }))
        answer(key === API_VERSIONS ? apiVersionsBody() : metadataBody(brokers, [leader(node)]))
      }),
    )
  }
  opened.push(...fakes)
  const addresses = fakes.slice(0, 1).map(({ address }) => address)
  const cluster = await connectCluster({ brokers: addresses }, 'test', 'most')
  opened.push(cluster)
  // Its first question went to the one broker that it knew.
  await cluster.refresh()
  expect(await cluster.leader('ticks', 0)).toBe(2)
})

test('tells who waits for a broker that has left that another may be asked', async () => {
  let asked = 0
  const leaving = await fakeBroker(({ key, answer }) => {
    asked += 1
    if (key === API_VERSIONS) answer(apiVersionsBody())
  })
  let others: readonly { readonly node: number; readonly port: number }[] = [
    { node: 2, port: leaving.port },
  ]
  const staying = await fakeBroker(({ key, answer }) => {
    const brokers = [{ node: 1, port: staying.port }, ...others]
    answer(key === API_VERSIONS ? apiVersionsBody() : metadataBody(brokers))
  })
  opened.push(leaving, staying)
  const cluster = await connect([staying.address])
  const waiting = faultOf(cluster.send(2, ping))
  await expect.poll(() => asked).toBeGreaterThan(1)
  others = []
  await cluster.refresh()
  expect(await waiting).toMatchObject({ kafka: 'CONNECTION', isRetryable: true })
})

test('finds a topic that is made after it was asked for', async () => {
  const fake = await oneBroker()
  const cluster = await connect([fake.broker.address])
  expect(await cluster.partitions('ticks')).toBe(undefined)
  expect(await faultOf(cluster.leader('ticks', 0))).toMatchObject({ code: 3 })
  fake.topics = [{ name: 'ticks', leaders: [1, 1] }]
  expect(await cluster.partitions('ticks')).toBe(2)
  expect(await cluster.leader('ticks', 1)).toBe(1)
  expect(cluster.knownLeader('ticks', 1)).toBe(1)
  expect(await faultOf(cluster.leader('ticks', 2))).toMatchObject({ code: 3 })
})

test('forgets a topic that was deleted, at the next refresh', async () => {
  const fake = await oneBroker([{ name: 'ticks', leaders: [1] }])
  const cluster = await connect([fake.broker.address])
  expect(await cluster.leader('ticks', 0)).toBe(1)
  fake.topics = []
  await cluster.refresh()
  expect(cluster.knownLeader('ticks', 0)).toBe(undefined)
  expect(await cluster.partitions('ticks')).toBe(undefined)
})

test('asks again for a partition that nobody led', async () => {
  const fake = await oneBroker([{ name: 'ticks', leaders: [-1] }])
  const cluster = await connect([fake.broker.address])
  expect(await faultOf(cluster.leader('ticks', 0))).toMatchObject({ code: 5, isRetryable: true })
  expect(cluster.knownLeader('ticks', 0)).toBe(undefined)
  fake.topics = [{ name: 'ticks', leaders: [1] }]
  expect(await cluster.leader('ticks', 0)).toBe(1)
})

test('tells of a topic that may not be seen, and of the others nevertheless', async () => {
  const fake = await oneBroker([
    { name: 'secret', error: 29 },
    { name: 'ticks', leaders: [1] },
  ])
  const cluster = await connect([fake.broker.address])
  const [secret, ticks] = await Promise.allSettled([
    cluster.leader('secret', 0),
    cluster.leader('ticks', 0),
  ])
  expect(secret).toMatchObject({ reason: { kafka: 'TOPIC_AUTHORIZATION_FAILED' } })
  expect(ticks).toMatchObject({ value: 1 })
})

test('asks once for all topics that are wanted at the same time', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const fake = await oneBroker(names.map((name) => ({ name, leaders: [1] })))
  const cluster = await connect([fake.broker.address])
  await Promise.all(names.map((name) => cluster.leader(name, 0)))
  expect(fake.asked.filter((key) => key === METADATA)).toHaveLength(2)
})

test('sends requests of its own, on a connection of its own for Fetch', async () => {
  const fake = await oneBroker([], ({ body, answer }) => answer(body))
  const cluster = await connect([fake.broker.address])
  expect(await cluster.send(1, ping)).toBe('ping')
  expect(fake.broker.sockets).toHaveLength(2)
  expect(await faultOf(cluster.send(2, ping))).toMatchObject({
    kafka: 'CONNECTION',
    isRetryable: true,
  })
  expect(await faultOf(cluster.send(1, { ...ping, version: 99 }))).toMatchObject({ code: 35 })
})

test('remembers a coordinator until it is forgotten', async () => {
  const fake = await oneBroker([], ({ answer }) => {
    const head = Buffer.from('00000000' + '0000' + 'ffff' + '00000001', 'hex')
    const host = Buffer.from('0009' + Buffer.from('127.0.0.1').toString('hex'), 'hex')
    const port = Buffer.alloc(4)
    port.writeInt32BE(fake.broker.port)
    answer(Buffer.concat([head, host, port]))
  })
  const cluster = await connect([fake.broker.address])
  const asked = () => fake.asked.filter((key) => key === COORDINATOR).length
  expect(await cluster.coordinator('group', 'g')).toBe(1)
  expect(await cluster.coordinator('group', 'g')).toBe(1)
  expect(asked()).toBe(1)
  expect(await cluster.coordinator('transaction', 'g')).toBe(1)
  expect(asked()).toBe(2)
  cluster.forgetCoordinator('group', 'g')
  await cluster.coordinator('group', 'g')
  expect(asked()).toBe(3)
})

test('closes at once while requests wait, and connects no more', async () => {
  const fake = await oneBroker()
  const cluster = await connect([fake.broker.address])
  const waiting = faultOf(cluster.send(1, ping))
  await expect.poll(() => fake.asked).toContain(1)
  await cluster.close()
  expect(await waiting).toMatchObject({ kafka: 'CLOSED', isRetryable: false })
  expect(await faultOf(cluster.send(1, ping))).toMatchObject({ kafka: 'CLOSED' })
  const broker = faultOf(cluster.broker(1))
  expect(await broker).toMatchObject({ kafka: 'CLOSED' })
})
