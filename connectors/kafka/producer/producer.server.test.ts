import { afterAll, beforeAll, expect, test } from 'vitest'
import { kafka } from '../../../docker/native/kafka.ts'
import { describeWith, sharedKafka } from '../../../test/servers/shared-servers.ts'
import type { Append, Producer } from '../../connector.ts'
import { append, rowsOf, series, type StoredRow, valuesOf } from '../../contract/row.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { connectCluster, type Cluster } from '../client.ts'
import { fetchExchange } from '../exchanges/fetch.ts'
import { readRecordBatches } from '../hardening/record-batch-reader.ts'
import { ownFault } from '../kafka-fault.ts'
import { type KafkaTopics, openTopics } from '../topics/open-topics.ts'
import { openKafkaProducer, openProducer, type ProducerOptions } from './open-producer.ts'
import { type Clock, realClock } from '../clock.ts'

const GZIP = 1
const FETCHES = 400
/** Waits for what the test waits for, however long that takes. */
const clock: Clock = { ...realClock, later: () => () => undefined }

let brokers: readonly string[]
let control: Cluster
let topics: KafkaTopics
let names = 0
const named = (word: string): string => `producer-test-${word}-${process.pid}-${(names += 1)}`
const open: (() => Promise<void>)[] = []

async function topic(partitions = 3): Promise<string> {
  const name = named('topic')
  await topics.createTopics([{ name, partitions, keeps: 'all' }])
  return name
}

async function producer(
  name: string,
  options: Partial<ProducerOptions> = {},
  wrap: (cluster: Cluster) => Cluster = (cluster) => cluster,
): Promise<Producer> {
  const cluster = await connectCluster({ brokers }, 'producer-test')
  const opened = await openProducer(wrap(cluster), { name, topics: topics.book, ...options }, clock)
  open.push(opened.close)
  return opened
}

const write = (to: Producer, ...appends: readonly Append[]): Promise<readonly number[]> =>
  to.transact({ appends, puts: [] })

async function codeOf(act: Promise<unknown>): Promise<string> {
  const fault = await act.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (fault instanceof EngineError) return fault.code
  throw new Error('it did not fail as the world does', { cause: fault })
}

interface Stretch {
  readonly rows: readonly StoredRow[]
  readonly next: number
  readonly stable: number
  readonly highWatermark: number
  readonly compression: number
}

async function fetchOnce(name: string, partition: number, offset: number): Promise<Stretch> {
  const leader = await control.leader(name, partition)
  const wanted = [{ topic: name, partition, offset, maxBytes: 1 << 20 }]
  const wait = { maxWaitMs: 50, minBytes: 1, maxBytes: 1 << 22 }
  const [part] = await control.send(leader, fetchExchange(wanted, wait))
  if (part === undefined || part.error !== 0) throw new Error(`the fetch failed: ${part?.error}`)
  const { stable, aborted, records, highWatermark } = part
  const place = { topic: name, partition, offset, unframe: undefined }
  const { batches, next } = readRecordBatches(records, { ...place, stable, aborted })
  const rows = rowsOf({ topic: name, partition, batches, next, stable })
  const compression = records.length > 22 ? records.readInt16BE(21) & 0b111 : 0
  return { rows, next, stable, highWatermark, compression }
}

/** All that is committed, once no transaction is open. */
async function committed(name: string, partition = 0): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = []
  let offset = 0
  for (let fetches = 0; fetches < FETCHES; fetches += 1) {
    const found = await fetchOnce(name, partition, offset)
    rows.push(...found.rows)
    offset = found.next
    if (offset === found.highWatermark) return rows
  }
  throw new Error('a transaction stays open')
}

const values = async (name: string, partition = 0): Promise<readonly (string | null)[]> =>
  valuesOf(await committed(name, partition))

/** Loses answers: the broker has done what it was asked, and is asked again. */
function losing(request: string, times: number): (cluster: Cluster) => Cluster {
  let left = times
  return (cluster) => ({
    ...cluster,
    send: async (node, exchange) => {
      const answer = await cluster.send(node, exchange)
      if (exchange.name !== request || left === 0) return answer
      left -= 1
      throw ownFault('CONNECTION', 'the answer was lost')
    },
  })
}

/** Does something before a request. */
function before(request: string, act: () => Promise<void>): (cluster: Cluster) => Cluster {
  return (cluster) => ({
    ...cluster,
    send: async (node, exchange) => {
      if (exchange.name === request) await act()
      return cluster.send(node, exchange)
    },
  })
}

beforeAll(async () => {
  brokers = [await sharedKafka()]
  control = await connectCluster({ brokers }, 'producer-test')
  topics = openTopics({ cluster: control, frame: () => Promise.resolve(undefined) })
})

afterAll(async () => {
  await Promise.all(open.map((close) => close()))
  await control.close()
})

describeWith([kafka], 'a producer on a real broker', () => {
  test('commits to several partitions, and says where each append ended', async () => {
    const name = await topic()
    const own = await producer(named('slot'))
    const first = [append(name, 0, series('a', 2)), append(name, 2, series('b', 1))]
    expect(await write(own, ...first, append(name, 0, series('c', 1)))).toEqual([2, 1, 3])
    // A marker stands behind each transaction.
    expect(await write(own, append(name, 0, series('d', 1)))).toEqual([5])
    expect(await values(name)).toEqual(['a 0', 'a 1', 'c 0', 'd 0'])
    expect(await values(name, 2)).toEqual(['b 0'])
  })

  test('raises the epoch with every opening, and fences who held the name', async () => {
    const name = await topic()
    const slot = named('slot')
    const zombie = await producer(slot)
    await write(zombie, append(name, 0, series('zombie', 1)))
    const owner = await openKafkaProducer({
      connection: { brokers },
      name: slot,
      topics: topics.book,
    })
    open.push(owner.close)
    expect(owner.epoch).toBeGreaterThan(zombie.epoch)
    expect(await codeOf(write(zombie, append(name, 0, series('never', 1))))).toBe('fenced')
    await write(owner, append(name, 0, series('owner', 1)))
    expect(await codeOf(write(zombie, append(name, 0, series('never', 1))))).toBe('fenced')
    expect(await values(name)).toEqual(['zombie 0', 'owner 0'])
  })

  test.each(['AddPartitionsToTxn', 'Produce', 'EndTxn'])(
    'fences a holder that another overtakes before its %s',
    async (request) => {
      const name = await topic()
      const slot = named('slot')
      let owner: Producer | undefined
      const overtake = async (): Promise<void> => {
        owner ??= await producer(slot)
      }
      const zombie = await producer(slot, {}, before(request, overtake))
      const rows = [0, 1].map((partition) => append(name, partition, series('zombie', 2)))
      expect(await codeOf(write(zombie, ...rows))).toBe('fenced')
      if (owner === undefined) throw new Error('nobody overtook')
      await write(owner, append(name, 0, series('owner', 1)))
      expect(await values(name)).toEqual(['owner 0'])
      expect(await values(name, 1)).toEqual([])
    },
  )
})

describeWith([kafka], 'a transaction that was left open', () => {
  test('ends what a holder that was killed left open', async () => {
    const name = await topic()
    const slot = named('slot')
    const die = (): Promise<never> => Promise.reject(ownFault('CLOSED', 'killed'))
    const killed = await producer(slot, {}, before('EndTxn', die))
    expect(await codeOf(write(killed, append(name, 0, series('killed', 3))))).toBe(
      'outcome-unknown',
    )
    expect((await fetchOnce(name, 0, 0)).stable).toBe(0)
    const next = await producer(slot)
    await write(next, append(name, 0, series('next', 1)))
    expect(await values(name)).toEqual(['next 0'])
  })

  test('calls a transaction aborted that took too long, and no rival', async () => {
    const name = await topic()
    const slot = named('slot')
    // Readers wait while a transaction is open: what is committed can be read once it has ended.
    const expired = async (): Promise<void> => {
      await committed(name)
    }
    const own = await producer(slot, { transactionTimeoutMs: 1_000 }, before('EndTxn', expired))
    expect(await codeOf(write(own, append(name, 0, series('slow', 1))))).toBe('aborted')
    await write(await producer(slot), append(name, 0, series('again', 1)))
    expect(await values(name)).toEqual(['again 0'])
  })
})

describeWith([kafka], 'a producer whose answers are lost', () => {
  test.each(['AddPartitionsToTxn', 'Produce', 'EndTxn'])(
    'writes once although answers to %s are lost',
    async (request) => {
      const name = await topic()
      const own = await producer(named('slot'), {}, losing(request, 2))
      const both = (word: string): Append[] =>
        [0, 1].map((partition) => append(name, partition, series(word, 2)))
      expect(await write(own, ...both('first'))).toEqual([2, 2])
      expect(await write(own, ...both('second'))).toEqual([5, 5])
      expect(await values(name)).toEqual(['first 0', 'first 1', 'second 0', 'second 1'])
      expect(await values(name, 1)).toEqual(['first 0', 'first 1', 'second 0', 'second 1'])
    },
  )

  test('opens a name although answers to InitProducerId are lost', async () => {
    const name = await topic()
    const own = await producer(named('slot'), {}, losing('InitProducerId', 2))
    await write(own, append(name, 0, series('a', 1)))
    expect(await values(name)).toEqual(['a 0'])
  })
})

describeWith([kafka], 'what a producer writes', () => {
  test('writes a transaction of many batches whole and in order', async () => {
    const name = await topic(2)
    const own = await producer(named('slot'))
    const rows = series('x'.repeat(300), 20_000)
    const ends = await write(own, append(name, 0, rows), append(name, 1, rows.slice(0, 9)))
    expect(ends).toEqual([20_000, 9])
    const found = await committed(name)
    expect(found).toHaveLength(rows.length)
    const isRight = ({ value, offset }: StoredRow, index: number): boolean =>
      offset === index && value === rows[index]?.value
    expect(found.filter((row, index) => !isRight(row, index))).toHaveLength(0)
  })

  test('compresses where it is told to', async () => {
    const name = await topic()
    const own = await producer(named('slot'), { compression: GZIP })
    const rows = series('again and again', 500)
    await write(own, append(name, 0, rows))
    expect((await fetchOnce(name, 0, 0)).compression).toBe(GZIP)
    expect(await values(name)).toEqual(valuesOf(rows))
  })

  test('takes a record up to the size of its topic, and refuses a larger one', async () => {
    const name = named('letters')
    const about = { schema: 'string', key: [], delay: 0 }
    await topics.createTopics([{ name, partitions: 1, keeps: 'all', about }])
    const { maxBytes } = await topics.book.find(name)
    const own = await producer(named('slot'))
    const sized = (bytes: number): Append => append(name, 0, series('x'.repeat(bytes), 1))
    expect(await codeOf(write(own, sized(maxBytes)))).toBe('too-large')
    expect(await write(own, sized(maxBytes - 200))).toEqual([1])
    expect(await codeOf(write(own, append(name, 9, series('a', 1))))).toBe('topic-missing')
  })

  test('opens no name with a timeout beyond what the broker allows', async () => {
    const opening = producer(named('slot'), { transactionTimeoutMs: 2 ** 31 - 1 })
    expect(await codeOf(opening)).toBe('not-allowed')
  })
})
