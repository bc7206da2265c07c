// The transactions of one holder of a name, one after another: AddPartitionsToTxn for all
// partitions, Produce to their leaders, EndTxn. What was not answered is asked again until the
// transaction's time is over; whatever fails, the caller opens the name anew.
import { KafkaFault } from '../kafka-fault.ts'
import { askCoordinator, type Asker, type Tally } from './ask-coordinator.ts'
import { aborted, fenced, fencing, outcomeUnknown, refusals, timedOut } from './outcome.ts'
import type { PartitionQueue, WriterOptions } from './partition-queue.ts'
import { placeName } from './queue-appends.ts'
import { sendQueues } from './send-queues.ts'
import {
  addPartitions,
  endTransaction,
  type Identity,
  initProducerId,
} from './transaction-exchanges.ts'

export interface TransactionsOptions extends Asker {
  /** Of the opening, as the port gives it. */
  readonly epoch: number
  readonly transactionTimeoutMs: number
  readonly compression: number
  /** Milliseconds since 1970: a topic that keeps the writer's timestamps gets it. */
  readonly wallMs: () => number
}

/** The part of a transaction's time in which it is written; the rest is left to commit or abort. */
const WRITING = 0.75
/** An abort that takes longer is left to the next opening. */
const ABORT_MS = 1_000

interface Transaction {
  readonly queues: readonly PartitionQueue[]
  /** Before the coordinator could have begun to count: it aborts nothing before the timeout. */
  readonly began: number
  readonly tally: Tally
  readonly inDoubt: Set<PartitionQueue>
}

/**
 * Why nothing of one transaction is taken for another's (the flaw that KIP-890 describes): what was
 * given up may still reach its broker, and a late EndTxn would commit whatever its epoch has open.
 * So no epoch lives on after an answer was missing. A failure ends the holder, and the next one has
 * a greater epoch. After a success the epoch is raised before the next transaction (KIP-360), which
 * fails if another holds the name by then. A late request carries the old epoch and is refused.
 */
export class Transactions {
  readonly #options: TransactionsOptions
  #identity: Identity
  /** Of the next row of each partition, under this epoch. */
  readonly #sequences = new Map<string, number>()
  #mustRenew = false

  constructor(options: TransactionsOptions, identity: Identity) {
    this.#options = options
    this.#identity = identity
  }

  get writerOptions(): WriterOptions {
    const { compression, wallMs } = this.#options
    const { producerId, epoch } = this.#identity
    return {
      producerId: BigInt(producerId),
      producerEpoch: epoch,
      timestamp: wallMs(),
      compression,
    }
  }

  /**
   * Gives where each append ended, by its index.
   * @throws EngineError `fenced`, `aborted`, `outcome-unknown`, or what the topic does not allow.
   */
  async run(queues: readonly PartitionQueue[]): Promise<readonly number[]> {
    if (this.#mustRenew) await this.#renew()
    const transaction: Transaction = {
      queues,
      began: this.#options.clock.now(),
      tally: { sent: 0, unanswered: 0 },
      inDoubt: new Set(),
    }
    for (const queue of queues) queue.beginAt(this.#sequences.get(placeName(queue)) ?? 0)
    const ends = await this.#write(transaction)
    await this.#commit(transaction)
    for (const queue of queues) this.#sequences.set(placeName(queue), queue.sequence)
    this.#mustRenew = transaction.tally.unanswered > 0
    return ends
  }

  async #write(transaction: Transaction): Promise<readonly number[]> {
    const { queues, began, tally, inDoubt } = transaction
    const { cluster, clock, name, answerMs, transactionTimeoutMs } = this.#options
    const until = began + transactionTimeoutMs * WRITING
    try {
      const adding = addPartitions(name, this.#identity, queues)
      await askCoordinator(this.#options, adding, { until, tally })
      const options = this.writerOptions
      const sending = { cluster, clock, name, options, answerMs: answerMs * 2, until }
      return await sendQueues(queues, { ...sending, tally, inDoubt })
    } catch (error) {
      throw await this.#giveUp(transaction, error)
    }
  }

  /**
   * A repeated EndTxn is answered with success as long as the epoch is the same, so success tells
   * that one of them was done. A refusal tells that none was only where it is the first answer.
   */
  async #commit(transaction: Transaction): Promise<void> {
    const { began, tally } = transaction
    const { name, transactionTimeoutMs } = this.#options
    const own: Tally = { sent: 0, unanswered: 0 }
    const until = began + transactionTimeoutMs
    try {
      const ending = endTransaction(name, this.#identity, 'commit')
      await askCoordinator(this.#options, ending, { until, tally: own })
    } catch (error) {
      if (!(error instanceof KafkaFault)) throw error
      const isRefused = own.sent === 1 && own.unanswered === 0 && refusals.has(error.code)
      if (own.sent === 0 || isRefused) throw await this.#giveUp(transaction, error)
      throw outcomeUnknown(this.#options, error)
    }
    tally.unanswered += own.unanswered
  }

  /**
   * Says what became of a transaction that was not asked to commit. Readers wait for its end, so an
   * abort is asked for. That may fail: the next opening of the name, or the coordinator's timeout,
   * ends it too. It is left to them as well where a batch may still be on its way: it could land
   * behind our marker and stay open, while theirs have a greater epoch that shuts it out.
   */
  async #giveUp(transaction: Transaction, error: unknown): Promise<unknown> {
    if (!(error instanceof KafkaFault)) return error
    const { began, inDoubt } = transaction
    const { clock, transactionTimeoutMs } = this.#options
    const isAbortable = !fencing.has(error.code) && inDoubt.size === 0
    const failed = isAbortable ? await this.#abort() : error
    const isFenced = fencing.has(error.code) || (failed !== undefined && fencing.has(failed.code))
    const isInTime = clock.now() - began < transactionTimeoutMs
    if (isFenced && isInTime) return fenced(this.#options, error)
    if (isFenced) return timedOut(this.#options, error)
    const aside = failed === undefined ? '' : '; readers wait until the next opening ends it'
    return aborted(this.#options, error, aside)
  }

  /** Gives why it was not answered with success. */
  async #abort(): Promise<KafkaFault | undefined> {
    const { clock, name } = this.#options
    const until = clock.now() + ABORT_MS
    try {
      const ending = endTransaction(name, this.#identity, 'abort')
      await askCoordinator(this.#options, ending, { until, tally: { sent: 0, unanswered: 0 } })
      return undefined
    } catch (error) {
      if (error instanceof KafkaFault) return error
      throw error
    }
  }

  /** Takes the next epoch, unless another has taken the name. */
  async #renew(): Promise<void> {
    const { clock, name, transactionTimeoutMs } = this.#options
    const until = clock.now() + transactionTimeoutMs
    const about = { transactionTimeoutMs, holder: this.#identity }
    try {
      const tally = { sent: 0, unanswered: 0 }
      const asking = initProducerId(name, about)
      this.#identity = await askCoordinator(this.#options, asking, { until, tally })
    } catch (error) {
      if (!(error instanceof KafkaFault)) throw error
      throw (fencing.has(error.code) ? fenced : aborted)(this.#options, error)
    }
    this.#sequences.clear()
    this.#mustRenew = false
  }
}
