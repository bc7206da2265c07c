// A broker of one node for tests: it keeps what Kafka's coordinator and partition leaders keep of
// the transactions of one name, by the rules of Kafka 4.1, and can lose requests and answers, let a
// request come late, and answer with any code. What it holds committed is the truth.
import type { Cluster, Exchange } from '../client.ts'
import { ownFault } from '../kafka-fault.ts'
import {
  addAnswer,
  type BatchAnswer,
  endAnswer,
  type Holder,
  initAnswer,
  produceAnswer,
  readAdd,
  readEnd,
  readInit,
  readProduce,
  type SentBatch,
} from './fake-requests.test-data.ts'
import { placeName } from './queue-appends.ts'
import type { Clock } from '../clock.ts'

export type RequestName = 'InitProducerId' | 'AddPartitionsToTxn' | 'Produce' | 'EndTxn'

export type Trouble =
  /** It never comes to the broker; nobody answers. */
  | 'request lost'
  /** It is done; nobody hears of it. */
  | 'response lost'
  /** Nobody answers; it comes to the broker when `deliverLate` is called. */
  | 'late'
  /** It is not done, and this is the answer. */
  | number

export interface Plan {
  readonly name: RequestName
  readonly trouble: Trouble
  /** How many requests of the name meet it; undefined: all. */
  readonly times?: number
  /** How many requests of the name pass before. */
  readonly after?: number
}

interface Written extends SentBatch {
  readonly offset: number
  state: 'open' | 'committed' | 'aborted'
}

interface Partition {
  readonly log: Written[]
  end: number
  /** The greatest that its leader has seen. */
  epoch: number
}

const NODE = 1
const NOBODY: Holder = { producerId: -1, epoch: -1 }
const OUT_OF_ORDER_SEQUENCE_NUMBER = 45
const INVALID_PRODUCER_EPOCH = 47
const INVALID_TXN_STATE = 48
const INVALID_PRODUCER_ID_MAPPING = 49
const CONCURRENT_TRANSACTIONS = 51
const PRODUCER_FENCED = 90

export class FakeBroker {
  /** Milliseconds; lost answers and pauses move it. */
  nowMs = 0
  plans: readonly Plan[] = []
  /** Called before a request is handled, with how many of its name came before. */
  before: ((name: RequestName, count: number) => void) | undefined
  /** Brokers before 3.6 do not ask the coordinator whether a transaction is open. */
  verifies = true
  /** What was sent, in order. */
  readonly requests: RequestName[] = []
  readonly #partitions = new Map<string, Partition>()
  readonly #late: (() => void)[] = []
  #holder: Holder = { producerId: 7, epoch: -1 }
  #state: 'empty' | 'ongoing' | 'committed' | 'aborted' = 'empty'
  #members = new Set<string>()

  readonly clock: Clock = {
    now: () => this.nowMs,
    pause: (ms) => {
      this.nowMs += ms
      return Promise.resolve()
    },
    // Whoever is not answered is told by `send`.
    later: () => () => undefined,
  }

  readonly cluster: Cluster = {
    send: (_node, exchange) => this.#send(exchange),
    broker: () => Promise.reject(new Error('kafkajs is not used')),
    controller: () => Promise.resolve(NODE),
    leader: () => Promise.resolve(NODE),
    knownLeader: () => NODE,
    partitions: () => Promise.resolve(4),
    refresh: () => Promise.resolve(),
    coordinator: () => Promise.resolve(NODE),
    forgetCoordinator: () => undefined,
    close: () => Promise.resolve(),
  }

  /** Rows of each committed batch of a partition, in order. */
  committed(place: string): readonly number[] {
    const log = this.#partitions.get(place)?.log ?? []
    return log.filter(({ state }) => state === 'committed').map(({ rows }) => rows)
  }

  /** Whether readers wait for a transaction to end. */
  get hasOpen(): boolean {
    const logs = [...this.#partitions.values()].flatMap(({ log }) => log)
    return logs.some(({ state }) => state === 'open')
  }

  deliverLate(): void {
    for (const deliver of this.#late.splice(0)) deliver()
  }

  /** Another opens the name. */
  takeName(): void {
    if (this.#state === 'ongoing') this.expire()
    this.#raise()
    this.#state = 'empty'
  }

  /** The coordinator ends what takes too long. */
  expire(): void {
    this.#raise()
    this.#end('aborted')
  }

  #raise(): void {
    this.#holder = { ...this.#holder, epoch: this.#holder.epoch + 1 }
  }

  #send<T>(exchange: Exchange<T>): Promise<T> {
    const name = exchange.name as RequestName
    const count = this.requests.filter((each) => each === name).length
    this.requests.push(name)
    this.before?.(name, count)
    const trouble = this.#troubleOf(name, count)
    const bytes = exchange.encode()
    if (typeof trouble === 'number') {
      return Promise.resolve(exchange.decode(refuse(name, bytes, trouble)))
    }
    if (trouble === 'late') this.#late.push(() => void this.#handle(name, bytes))
    const isDone = trouble === undefined || trouble === 'response lost'
    const answer = isDone ? this.#handle(name, bytes) : undefined
    if (trouble === undefined && answer !== undefined) {
      return Promise.resolve(exchange.decode(answer))
    }
    this.nowMs += exchange.timeoutMs ?? 1
    return Promise.reject(ownFault('TIMEOUT', `no answer to ${name}`))
  }

  #troubleOf(name: RequestName, count: number): Trouble | undefined {
    const plan = this.plans.find((each) => {
      const first = each.after ?? 0
      return each.name === name && count >= first && count < first + (each.times ?? Infinity)
    })
    return plan?.trouble
  }

  #handle(name: RequestName, bytes: Buffer): Buffer {
    if (name === 'InitProducerId') return this.#init(readInit(bytes))
    if (name === 'AddPartitionsToTxn') return this.#add(bytes)
    if (name === 'Produce') return produceAnswer(readProduce(bytes).map((b) => this.#append(b)))
    const { holder, isCommit } = readEnd(bytes)
    return endAnswer(this.#decide(holder, isCommit ? 'committed' : 'aborted'))
  }

  #init(asked: Holder): Buffer {
    if (asked.producerId !== -1 && this.#refusal(asked) !== 0) {
      return initAnswer(PRODUCER_FENCED, NOBODY)
    }
    if (this.#state === 'ongoing') {
      this.expire()
      return initAnswer(CONCURRENT_TRANSACTIONS, NOBODY)
    }
    this.takeName()
    return initAnswer(0, this.#holder)
  }

  #refusal({ producerId, epoch }: Holder): number {
    if (producerId !== this.#holder.producerId) return INVALID_PRODUCER_ID_MAPPING
    return epoch === this.#holder.epoch ? 0 : PRODUCER_FENCED
  }

  #add(bytes: Buffer): Buffer {
    const { holder, places } = readAdd(bytes)
    const code = this.#refusal(holder)
    if (code === 0) {
      if (this.#state !== 'ongoing') this.#members = new Set()
      this.#state = 'ongoing'
      for (const place of places) this.#members.add(placeName(place))
    }
    return addAnswer(places, code)
  }

  #partition(place: string): Partition {
    const partition = this.#partitions.get(place) ?? { log: [], end: 0, epoch: -1 }
    this.#partitions.set(place, partition)
    return partition
  }

  #append(batch: SentBatch): BatchAnswer {
    const partition = this.#partition(placeName(batch))
    const { code, known } = this.#judge(batch, partition)
    if (known !== undefined) return { ...batch, code: 0, offset: known.offset }
    if (code !== 0) return { ...batch, code, offset: -1 }
    const offset = partition.end
    partition.log.push({ ...batch, offset, state: 'open' })
    partition.end += batch.rows
    partition.epoch = batch.epoch
    return { ...batch, code: 0, offset }
  }

  /** Whether a leader takes the batch, or has it. */
  #judge(batch: SentBatch, { log, epoch }: Partition): { code: number; known?: Written } {
    const own = log.filter((each) => each.epoch === batch.epoch)
    const known = own.slice(-5).find((each) => {
      return each.firstSequence === batch.firstSequence && each.rows === batch.rows
    })
    if (known !== undefined && batch.epoch === epoch) return { code: 0, known }
    if (batch.epoch < epoch) return { code: INVALID_PRODUCER_EPOCH }
    if (this.verifies) {
      const code = this.#refusal(batch)
      if (code !== 0) return { code }
      const isOpen = this.#state === 'ongoing' && this.#members.has(placeName(batch))
      if (!isOpen) return { code: INVALID_TXN_STATE }
    }
    const last = own.at(-1)
    const wanted = last === undefined ? 0 : last.firstSequence + last.rows
    return { code: batch.firstSequence === wanted ? 0 : OUT_OF_ORDER_SEQUENCE_NUMBER }
  }

  #decide(holder: Holder, decision: 'committed' | 'aborted'): number {
    const code = this.#refusal(holder)
    if (code !== 0) return code
    if (this.#state === 'ongoing') this.#end(decision)
    return this.#state === decision ? 0 : INVALID_TXN_STATE
  }

  /** Writes the markers, with the epoch that the coordinator has now. */
  #end(decision: 'committed' | 'aborted'): void {
    for (const place of this.#members) {
      const partition = this.#partition(place)
      for (const each of partition.log) if (each.state === 'open') each.state = decision
      partition.end += 1
      partition.epoch = this.#holder.epoch
    }
    this.#state = decision
  }
}

function refuse(name: RequestName, bytes: Buffer, code: number): Buffer {
  if (name === 'InitProducerId') return initAnswer(code, NOBODY)
  if (name === 'EndTxn') return endAnswer(code)
  if (name === 'AddPartitionsToTxn') return addAnswer(readAdd(bytes).places, code)
  return produceAnswer(readProduce(bytes).map((batch) => ({ ...batch, code, offset: -1 })))
}
