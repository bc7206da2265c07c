// Asks the coordinator of a name's transactions until it answers: where it has moved, does not know
// itself yet, or is busy with the transaction before, the same is asked again within a bound.
import type { Cluster } from '../client.ts'
import type { Clock } from '../clock.ts'
import type { Exchange } from '../exchanges/exchange.ts'
import { KafkaFault } from '../kafka-fault.ts'
import type { Answer } from './transaction-exchanges.ts'
import { lossOf, mayPass, triesUntil, within } from './tries.ts'

export interface Asker {
  readonly cluster: Cluster
  readonly clock: Clock
  /** The transactional id. */
  readonly name: string
  /** How long one answer may take; a broker that is silent for so long is asked again. */
  readonly answerMs: number
}

/** What became of requests. */
export interface Tally {
  sent: number
  /** They may have been done, or may be done yet. */
  unanswered: number
}

export interface AskOptions {
  /** Milliseconds of the clock. */
  readonly until: number
  /** Counted in it. */
  readonly tally: Tally
  /** Codes that are asked again beside those that Kafka calls retryable. */
  readonly alsoRetried?: ReadonlySet<number>
}

/** The coordinator is busy with the transaction before; markers are on their way. */
const CONCURRENT_TRANSACTIONS = 51

/**
 * The answer whose error is 0.
 * @throws KafkaFault for any other, once there is no time, or no point in asking again.
 */
export async function askCoordinator<A extends Answer>(
  asker: Asker,
  exchange: Exchange<A>,
  { until, tally, alsoRetried }: AskOptions,
): Promise<A> {
  const { cluster, clock, name } = asker
  const tries = triesUntil(clock, until)
  for (;;) {
    const answered = await askOnce(asker, exchange, { leftMs: tries.leftMs(), tally })
    if (!(answered instanceof KafkaFault)) return answered
    const isBusy = answered.code === CONCURRENT_TRANSACTIONS
    // A coordinator that is busy is the right one; of any other fault it may be the cause.
    if (!isBusy) cluster.forgetCoordinator('transaction', name)
    const isPassing = mayPass(answered) || alsoRetried?.has(answered.code) === true
    if (!isPassing || !(await tries.again(isBusy))) throw answered
  }
}

interface OnceOptions {
  readonly leftMs: number
  readonly tally: Tally
}

/** The answer, or why there is none. */
async function askOnce<A extends Answer>(
  { cluster, clock, name, answerMs }: Asker,
  exchange: Exchange<A>,
  { leftMs, tally }: OnceOptions,
): Promise<A | KafkaFault> {
  const timeoutMs = Math.min(answerMs, leftMs)
  const what = `${exchange.name} of "${name}"`
  const bound = { ms: timeoutMs, what }
  let node: number
  try {
    node = await within(clock, bound, cluster.coordinator('transaction', name))
  } catch (error) {
    return lossOf(error)
  }
  tally.sent += 1
  try {
    const answer = await within(clock, bound, cluster.send(node, { ...exchange, timeoutMs }))
    return answer.error === 0 ? answer : new KafkaFault(answer.error, what)
  } catch (error) {
    tally.unanswered += 1
    return lossOf(error)
  }
}
