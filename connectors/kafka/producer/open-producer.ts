// The producer of the log port on Kafka: the one writer under a name, its transactional id. Opening
// it fences whoever held the name and ends what they left open; its transactions are in
// transactions.ts. After any fault it is done: its holder opens the name anew.
import type { Producer, Writes } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { type Cluster, connectCluster, type KafkaConnection } from '../client.ts'
import { type Clock, realClock, wallMs } from '../clock.ts'
import { engineError, KafkaFault } from '../kafka-fault.ts'
import type { TopicBook } from '../topics/topic-book.ts'
import { askCoordinator, type Asker } from './ask-coordinator.ts'
import { fencing } from './outcome.ts'
import { queueAppends } from './queue-appends.ts'
import { type Identity, initProducerId, NOBODY } from './transaction-exchanges.ts'
import { Transactions } from './transactions.ts'

export interface ProducerOptions {
  readonly name: string
  readonly topics: TopicBook
  /** After which the coordinator aborts a transaction; nothing of one takes longer. */
  readonly transactionTimeoutMs?: number
  /** As it stands in a batch's attributes; 0: none. */
  readonly compression?: number
}

export interface KafkaProducerOptions extends ProducerOptions {
  readonly connection: KafkaConnection
}

const TRANSACTION_TIMEOUT_MS = 10_000
/** An opening waits for the end of a transaction that its coordinator is about to end. */
const BEYOND_TIMEOUT_MS = 20_000
/** One answer may take this part of a transaction's time: a lost one leaves time for others. */
const ANSWERS = 4

/** @throws EngineError `log-unavailable`, `not-allowed`. */
export async function openKafkaProducer(options: KafkaProducerOptions): Promise<Producer> {
  const { connection, name } = options
  let cluster: Cluster
  try {
    cluster = await connectCluster(connection, 'producer')
  } catch (error) {
    throw engineError(error, { producer: name }, `opening the producer "${name}"`)
  }
  try {
    return await openProducer(cluster, options)
  } catch (error) {
    await cluster.close()
    throw error
  }
}

/** On a cluster that is the producer's own: it closes it. */
export async function openProducer(
  cluster: Cluster,
  options: ProducerOptions,
  clock: Clock = realClock,
): Promise<Producer> {
  const { name, topics, compression = 0 } = options
  const { transactionTimeoutMs = TRANSACTION_TIMEOUT_MS } = options
  const answerMs = transactionTimeoutMs / ANSWERS
  const asker: Asker = { cluster, clock, name, answerMs }
  const identity = await fenceOthers(asker, transactionTimeoutMs)
  const epoch = portEpoch(identity)
  const about = { epoch, transactionTimeoutMs, compression, wallMs }
  const transactions = new Transactions({ ...asker, ...about }, identity)
  return new KafkaProducer(transactions, { name, epoch, topics, cluster })
}

/** Where the answer was lost it is asked again: that raises the epoch once more, which is fine. */
async function fenceOthers(asker: Asker, transactionTimeoutMs: number): Promise<Identity> {
  const { clock, name } = asker
  const until = clock.now() + transactionTimeoutMs + BEYOND_TIMEOUT_MS
  const tally = { sent: 0, unanswered: 0 }
  const exchange = initProducerId(name, { transactionTimeoutMs, holder: NOBODY })
  try {
    // Who is fenced while opening has met another opening; the later one holds the name.
    return await askCoordinator(asker, exchange, { until, tally, alsoRetried: fencing })
  } catch (error) {
    if (error instanceof KafkaFault && error.code === INVALID_TRANSACTION_TIMEOUT) {
      throw timeoutRefused(name, transactionTimeoutMs)
    }
    throw engineError(error, { producer: name }, `opening the producer "${name}"`)
  }
}

const INVALID_TRANSACTION_TIMEOUT = 50

function timeoutRefused(name: string, transactionTimeoutMs: number): EngineError {
  return new EngineError(
    'not-allowed',
    `the broker allows the producer "${name}" no transactions of ${transactionTimeoutMs} ms; ` +
      'allow less, or raise transaction.max.timeout.ms of the brokers',
    { coordinates: { producer: name } },
  )
}

const EPOCHS = 2 ** 16

/**
 * Kafka's 16-bit epoch grows with every opening until it is used up. The name then gets a new
 * producer id and begins at 0 again, as it does once it was forgotten: after 7 days without a
 * transaction (`transactional.id.expiration.ms`). So the id counts first. Each broker hands out ids
 * from growing blocks of 1,000, so a new one is greater, unless a broker with an older block has
 * become the coordinator in between. Fencing is Kafka's own and does not rest on this number.
 */
function portEpoch({ producerId, epoch }: Identity): number {
  const combined = producerId * EPOCHS + epoch
  if (!Number.isSafeInteger(combined)) throw new Error(`producer id ${producerId} is too great`)
  return combined
}

interface KafkaProducerAbout {
  readonly name: string
  readonly epoch: number
  readonly topics: TopicBook
  readonly cluster: Cluster
}

class KafkaProducer implements Producer {
  readonly name: string
  readonly epoch: number
  readonly #topics: TopicBook
  readonly #cluster: Cluster
  readonly #transactions: Transactions
  #state: 'ready' | 'writing' | 'failed' | 'closed' = 'ready'
  /** Told again to whoever goes on. */
  #fenced: EngineError | undefined

  constructor(transactions: Transactions, { name, epoch, topics, cluster }: KafkaProducerAbout) {
    this.name = name
    this.epoch = epoch
    this.#topics = topics
    this.#cluster = cluster
    this.#transactions = transactions
  }

  /** An append without rows has no last record: its end is NaN. */
  readonly transact = async ({ appends, puts }: Writes): Promise<readonly number[]> => {
    this.#checkReady()
    if (puts.length > 0) throw new Error('a Kafka log has no tables to put entries into')
    this.#state = 'writing'
    // What is refused before anything is sent leaves the producer as it was.
    let after: 'ready' | 'failed' = 'ready'
    try {
      const options = this.#transactions.writerOptions
      const queues = await queueAppends(appends, this.#topics, options)
      if (queues.length === 0) return appends.map(() => NaN)
      after = 'failed'
      const ends = await this.#transactions.run(queues)
      after = 'ready'
      return appends.map((_, index) => ends[index] ?? NaN)
    } catch (error) {
      if (error instanceof EngineError && error.code === 'fenced') this.#fenced = error
      throw error
    } finally {
      if (!this.#isClosed) this.#state = after
    }
  }

  /** A transaction under way is not committed by it, unless that was asked for already. */
  readonly close = async (): Promise<void> => {
    this.#state = 'closed'
    await this.#cluster.close()
  }

  get #isClosed(): boolean {
    return this.#state === 'closed'
  }

  #checkReady(): void {
    if (this.#state === 'ready') return
    if (this.#fenced !== undefined && !this.#isClosed) throw this.#fenced
    const why = {
      writing: 'writes already: await it first',
      failed: 'has failed and must be opened anew',
      closed: 'is closed',
    }
    throw new Error(`the producer "${this.name}" ${why[this.#state]}`)
  }
}
