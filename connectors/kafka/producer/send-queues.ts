// Sends the record batches of a transaction, in rounds: one request to each leader at a time, with
// at most one batch of each partition, as Kafka wants it. So a partition has one batch under way,
// and one that is sent again is known to the broker by its sequence, at the offset that it has.
import type { Cluster } from '../client.ts'
import type { Clock } from '../clock.ts'
import { type ProducedPart, produceExchange } from '../exchanges/produce.ts'
import { KafkaFault } from '../kafka-fault.ts'
import type { Tally } from './ask-coordinator.ts'
import type { PartitionQueue, WriterOptions } from './partition-queue.ts'
import { lossOf, mayPass, triesUntil, within } from './tries.ts'

export interface Sending {
  readonly cluster: Cluster
  readonly clock: Clock
  /** The transactional id. */
  readonly name: string
  readonly options: WriterOptions
  /** How long a broker may take over one request. */
  readonly answerMs: number
  /** Milliseconds of the clock. */
  readonly until: number
  readonly tally: Tally
  /** Partitions with a batch that may have been written, or may be written yet. */
  readonly inDoubt: Set<PartitionQueue>
}

/** What one round holds at most, unless a single batch is larger. */
const ROUND_BYTES = 16 << 20

/**
 * Writes everything; gives where each append ended, by its index.
 * @throws KafkaFault of the first batch that was refused, or could not be written in time.
 */
export async function sendQueues(
  queues: readonly PartitionQueue[],
  sending: Sending,
): Promise<readonly number[]> {
  const ends: number[] = []
  const tries = triesUntil(sending.clock, sending.until)
  for (let open = queues; open.length > 0; open = open.filter(({ isEmpty }) => !isEmpty)) {
    const faults = await sendRound(open, ends, { ...sending, leftMs: tries.leftMs() })
    const [first] = faults
    if (first === undefined) continue
    const lasting = faults.find((fault) => !mayPass(fault))
    if (lasting !== undefined) throw lasting
    if (!(await tries.again(faults.every(isSoonOver)))) throw first
    if (!faults.every(isSoonOver)) await refresh(sending, tries.leftMs())
  }
  return ends
}

const NOT_ENOUGH_REPLICAS = 19

/** A broker that cannot ask the coordinator yet whether the transaction is open says this, too. */
function isSoonOver({ code }: KafkaFault): boolean {
  return code === NOT_ENOUGH_REPLICAS
}

interface Round extends Sending {
  readonly leftMs: number
}

/** One request to each leader; gives what went wrong. */
async function sendRound(
  open: readonly PartitionQueue[],
  ends: number[],
  round: Round,
): Promise<readonly KafkaFault[]> {
  const faults: KafkaFault[] = []
  const byLeader = new Map<number, PartitionQueue[]>()
  let bytes = 0
  for (const queue of open) {
    const { length } = queue.next(round.options).records
    if (bytes > 0 && bytes + length > ROUND_BYTES) break
    bytes += length
    const leader = await leaderOf(queue, round)
    if (leader instanceof KafkaFault) faults.push(leader)
    else {
      const others = byLeader.get(leader)
      if (others === undefined) byLeader.set(leader, [queue])
      else others.push(queue)
    }
  }
  // All of them are awaited: nothing may be under way when the transaction is aborted.
  const sent = await Promise.allSettled(
    [...byLeader].map(([leader, queues]) => sendToLeader(leader, queues, ends, round)),
  )
  for (const each of sent) {
    if (each.status === 'rejected') throw each.reason
    faults.push(...each.value)
  }
  return faults
}

async function leaderOf(
  { topic, partition }: PartitionQueue,
  { cluster, clock, leftMs }: Round,
): Promise<number | KafkaFault> {
  const known = cluster.knownLeader(topic, partition)
  if (known !== undefined) return known
  try {
    const what = `the leader of "${topic}" ${partition}`
    return await within(clock, { ms: leftMs, what }, cluster.leader(topic, partition))
  } catch (error) {
    return lossOf(error)
  }
}

async function sendToLeader(
  leader: number,
  queues: readonly PartitionQueue[],
  ends: number[],
  { cluster, clock, name, options, answerMs, leftMs, tally, inDoubt }: Round,
): Promise<readonly KafkaFault[]> {
  const parts = queues.map((queue) => {
    const { topic, partition } = queue
    return { topic, partition, records: queue.next(options).records }
  })
  const timeoutMs = Math.ceil(Math.min(answerMs, leftMs))
  const exchange = produceExchange(parts, { transactionalId: name, timeoutMs })
  for (const queue of queues) inDoubt.add(queue)
  tally.sent += 1
  let answers: readonly ProducedPart[]
  try {
    const sent = cluster.send(leader, { ...exchange, timeoutMs })
    answers = await within(clock, { ms: timeoutMs, what: 'Produce' }, sent)
  } catch (error) {
    tally.unanswered += 1
    return [lossOf(error)]
  }
  const faults: KafkaFault[] = []
  for (const [index, { topic, partition, error, message, baseOffset }] of answers.entries()) {
    const queue = queues[index]
    if (queue === undefined) throw new Error('an answer for a partition that was not asked')
    inDoubt.delete(queue)
    if (error === 0 && baseOffset >= 0) queue.acknowledge(baseOffset, ends)
    else {
      const why = message === undefined ? '' : ` (${message})`
      const code = error === 0 ? DUPLICATE_SEQUENCE_NUMBER : error
      faults.push(new KafkaFault(code, `Produce to "${topic}" ${partition}${why}`))
    }
  }
  return faults
}

/**
 * A broker answers a batch that it has with the batch's offset. One too old for that has this code,
 * or no offset; with one batch under way it cannot be, and as nobody could say where it stands, the
 * transaction is given up.
 */
const DUPLICATE_SEQUENCE_NUMBER = 46

async function refresh({ cluster, clock }: Sending, leftMs: number): Promise<void> {
  try {
    await within(clock, { ms: leftMs, what: 'Metadata' }, cluster.refresh())
  } catch (error) {
    // The next round asks what is known, and fails if that does not do.
    lossOf(error)
  }
}
