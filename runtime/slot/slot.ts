// A slot: a fixed group of tasks with one producer. It fetches what they read, lets them process,
// and commits what they gave out, their state and their positions in one transaction. Whatever
// fails, the slot is dropped and opened again from the log: there is nothing to undo.
import type { Producer, Writes } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Change } from '../state/changelog-batch.ts'
import { witnessOf } from '../state/changelog-standing.ts'
import { StateLog } from '../state/committed-state.ts'
import { decodeCommit, encodeCommit } from '../task/commit-record.ts'
import type { Source } from '../task/source.ts'
import type { Task } from '../task/task.ts'
import { stateTopic } from '../topic-names.ts'
import { appendInserted } from './inserted-rows.ts'
import { Decisions } from './decisions.ts'
import { deleteRead } from './delete-read.ts'
import { groupPositions } from './group-positions.ts'
import type { OpenedPartition } from './open-partition.ts'
import type { SlotOptions } from './options.ts'
import { positionGone } from './position-gone.ts'
import { restoreSlot, type StopBefore } from './restore-slot.ts'
import type { SlotTask } from './slot-task.ts'
import { SlotTaken } from './slot-taken.ts'
import { committedTask, standingOf } from './standing.ts'
import { commitOf, stateChanges } from './task-commit.ts'
import { Watchdog } from './watchdog.ts'

export class Slot {
  readonly id: number
  readonly #options: SlotOptions
  readonly #producer: Producer
  readonly #stateLog: StateLog
  readonly #partitions: readonly OpenedPartition[]
  readonly #tasks: readonly SlotTask[]
  /** When the first item was taken that is not committed. */
  #dirtySince: number | undefined
  #sinceCommit = 0
  #commits = 0
  /** The last round took nothing, so the next may wait. */
  #isIdle = false
  readonly #decisions: Decisions
  /** Partitions with which what earlier topologies left there is yet to be written. */
  readonly #uncommitted: Set<number>
  readonly #watchdog: Watchdog

  private constructor(
    id: number,
    options: SlotOptions,
    producer: Producer,
    partitions: readonly OpenedPartition[],
  ) {
    this.id = id
    this.#options = options
    this.#producer = producer
    this.#stateLog = new StateLog(options.log, options.layout.plan.topology)
    this.#partitions = partitions
    this.#tasks = partitions.flatMap(({ tasks }) => tasks)
    this.#uncommitted = new Set(partitions.map(({ partition }) => partition))
    this.#decisions = new Decisions(options)
    this.#watchdog = new Watchdog(options.report)
  }

  /**
   * Fences whoever ran the slot before, then restores its tasks from their last commit.
   * @throws EngineError of the log, `log-damaged`, `topology-changed`; SlotTaken; OpeningStopped.
   */
  static async open(
    id: number,
    options: SlotOptions,
    stopBefore: StopBefore,
    isStopping: () => boolean = () => false,
  ): Promise<Slot> {
    options.report({ kind: 'slot-opening', slot: id })
    const began = options.pace.now()
    const producer = await options.log.producer(`${options.layout.plan.topology}.slot-${id}`)
    try {
      const restoring = { slot: id, producer, stopBefore, isStopping }
      const partitions = await restoreSlot(options, restoring)
      const slot = new Slot(id, options, producer, partitions)
      for (const { changelog, records } of partitions) changelog?.offer(records)
      const ms = options.pace.now() - began
      const tasks = slot.#tasks.map(standingOf)
      options.report({ kind: 'slot-opened', slot: id, epoch: slot.epoch, ms, tasks })
      return slot
    } catch (error) {
      // It is opened again and again where it fails, and a producer has connections of its own.
      await producer.close()
      throw error
    }
  }

  /** Of its producer: greater with every opening. */
  get epoch(): number {
    return this.#producer.epoch
  }

  /** Since it was opened. */
  get hasCommitted(): boolean {
    return this.#commits > 0
  }

  get tasks(): readonly Task[] {
    return this.#tasks.map(({ task }) => task)
  }

  /** Every task has taken all that came, and expects nothing. */
  get hasFinished(): boolean {
    return this.#tasks.every(
      ({ task, sources }) =>
        task.hasFinished && sources.every((each) => this.#decisions.hasComeToEnd(each)),
    )
  }

  /** Fetches, processes, and commits if that is due. Returns how many items were taken. */
  async round(): Promise<number> {
    await this.#fetch()
    const { commit, pace } = this.#options
    const taken = this.#process(commit.records - this.#sinceCommit)
    this.#sinceCommit += taken
    if (taken > 0) this.#dirtySince ??= pace.now()
    this.#isIdle = taken === 0
    if (this.#isDue()) await this.commit()
    if (this.#isIdle) this.#watchdog.look(this.#tasks, pace.now())
    return taken
  }

  /** What rests on state that could not be read counts neither as a fate nor as an answer. */
  #process(most: number): number {
    let taken = 0
    try {
      for (const { task } of this.#tasks) taken += task.process(Math.max(1, most - taken))
    } finally {
      for (const { state } of this.#partitions) state.assertReadable()
    }
    return taken
  }

  /** One transaction: what was given out, what changed, and where each task stands. */
  async commit(): Promise<void> {
    const changed = this.#tasks.filter(
      ({ task, committed, inserted }) => task.taken > committed || inserted.length > 0,
    )
    if (changed.length === 0) return
    const { pace, report } = this.#options
    const began = pace.now()
    const parts = this.#partitions.flatMap((opened) => {
      const own = changed.filter((each) => opened.tasks.includes(each))
      return own.length === 0 ? [] : [this.#writesOf(opened, own)]
    })
    const ends = await this.#producer.transact({
      appends: parts.flatMap(({ writes }) => writes.appends),
      puts: parts.flatMap(({ writes }) => writes.puts),
      read: groupPositions(this.#options.layout.plan.topology, this.#tasks),
    })
    this.#noteCommitted(parts, ends)
    report({
      kind: 'committed',
      slot: this.id,
      epoch: this.epoch,
      items: this.#sinceCommit,
      ms: pace.now() - began,
      tasks: changed.map(committedTask),
    })
    for (const each of changed) {
      each.committed = each.task.taken
      each.inserted = []
      for (const { stores } of each.task.steps) {
        for (const store of stores.values()) store.letGo()
      }
    }
    this.#dirtySince = undefined
    this.#sinceCommit = 0
    this.#commits += 1
    await deleteRead(this.#options, this.#tasks, this.#commits)
  }

  /** Lets go of the tasks; what was not committed is gone. */
  async close(): Promise<void> {
    for (const { task } of this.#tasks) task.close()
    for (const { changelog } of this.#partitions) changelog?.close()
    await this.#producer.close()
  }

  #writesOf(opened: OpenedPartition, tasks: readonly SlotTask[]): PartitionWrites {
    const { plan } = this.#options.layout
    const { partition, changelog } = opened
    const changes: Change[] = []
    for (const each of tasks) {
      each.task.assertProcessed()
      this.#promise(each)
      stateChanges(each.task, changes)
    }
    const isFirst = this.#uncommitted.delete(partition)
    const { entries = [], records = [] } = isFirst ? opened.leftovers : {}
    changes.push(...entries)
    if (changelog) changes.push(...witnessOf(changes))
    const standing = changelog?.standing(changes)
    const commits: Change[] = []
    const appends = tasks.flatMap((each) => {
      const { task, sources, layout } = each
      each.commits += 1
      const { commits: number, promised } = each
      const about = { plan, epoch: this.#producer.epoch, number, promised }
      const record = commitOf(task, sources, about)
      each.positions = record.positions
      const whole = standing === undefined ? record : { ...record, changelog: standing }
      commits.push([layout.id, encodeCommit(whole)])
      return [
        ...task.emissions.takeAppends(),
        ...task.deadLetters.takeAppends(),
        ...appendInserted(plan.topology, partition, each.inserted),
      ]
    })
    commits.push(...records)
    const state = this.#stateLog.writes(partition, changes, commits)
    return {
      opened,
      changes,
      commits,
      writes: { ...state, appends: [...appends, ...state.appends] },
    }
  }

  /** Tells those downstream how far the task is. */
  #promise(each: SlotTask): void {
    const { task, committed, promised } = each
    const { hasFinished, clock } = task
    // What was sent since the last END has opened the channels of those downstream again.
    const endsAgain = hasFinished && task.taken > committed
    if (clock > promised.clock || hasFinished !== promised.hasEnded || endsAgain) {
      task.emissions.markProgress(clock, hasFinished)
      each.promised = { clock, hasEnded: hasFinished }
    }
  }

  /** `ends`: behind each append, in their order. */
  #noteCommitted(parts: readonly PartitionWrites[], ends: readonly number[]): void {
    const topic = stateTopic(this.#options.layout.plan.topology)
    let next = 0
    for (const { opened, changes, commits, writes } of parts) {
      const at = writes.appends.findIndex((append) => append.topic === topic)
      opened.changelog?.committed(changes, at < 0 ? undefined : ends[next + at], commits)
      next += writes.appends.length
    }
  }

  #isDue(): boolean {
    if (this.#dirtySince === undefined) return false
    const { commit, ends, pace } = this.#options
    if (this.#sinceCommit >= commit.records) return true
    if (pace.now() - this.#dirtySince >= commit.everyMs) return true
    // A run that ends by itself has others waiting for it, and nothing to gain from waiting.
    return this.#isIdle && ends !== undefined
  }

  async #fetch(): Promise<void> {
    const { log, fetchRecords, pace } = this.#options
    const wanted = this.#tasks.flatMap(({ task, sources }) =>
      sources.filter((source) => this.#wants(task, source)),
    )
    const positions = wanted.map(({ topic, partition, next }) => {
      return { topic, partition, offset: next }
    })
    if (positions.length > 0) {
      const options = { maxRecords: fetchRecords, waitMs: this.#waitMs() }
      const fetched = await log.fetch(positions, options).catch(this.#explainFault)
      for (const [index, each] of fetched.entries()) {
        const source = wanted[index]
        if (source === undefined) throw new Error('a fetch gave more than was asked for')
        if (each.batches.length > 0) this.#decisions.noteArrival(source)
        source.accept(each)
      }
    } else if (this.#isIdle) {
      await pace.pause(NOTHING_TO_READ_MS)
    }
    for (const each of this.#tasks) {
      if (await this.#decisions.decide(each)) this.#dirtySince ??= pace.now()
      each.task.refresh()
    }
  }

  /** Whoever has taken the slot may have read, and deleted, what this one still asks for. */
  readonly #explainFault = async (error: unknown): Promise<never> => {
    if (!(error instanceof EngineError) || error.code !== 'offset-gone') throw error
    for (const partition of new Set(this.#tasks.map(({ layout }) => layout.partition))) {
      const commits = await this.#stateLog.commits(partition)
      const isTaken = [...commits.values()].some((bytes) => decodeCommit(bytes).epoch > this.epoch)
      if (isTaken) throw new SlotTaken(this.id)
    }
    throw await positionGone(this.#options.log, this.#tasks, error)
  }

  #waitMs(): number {
    const { commit, pace } = this.#options
    if (!this.#isIdle) return 0
    const sinceDirty = this.#dirtySince === undefined ? 0 : pace.now() - this.#dirtySince
    // At least a moment: a slot that only looks again and again would let nothing else run.
    return Math.min(MOST_WAIT_MS, Math.max(1, Math.ceil(commit.everyMs - sinceDirty)))
  }

  /** Rows are wanted while few wait, and always of the source that the task waits for. */
  #wants(task: Task, source: Source): boolean {
    if (this.#decisions.hasReachedEnd(source)) return false
    if (!source.hasWaiting || source.waiting < this.#options.fetchRecords) return true
    const waited = task.waitsFor
    return waited !== undefined && source.channels.includes(waited)
  }
}

/** How long a slot rests that has read all there is. */
const NOTHING_TO_READ_MS = 5

/** However seldom it commits: whoever stops a slot waits that long, and so may an idle topic. */
const MOST_WAIT_MS = 200

/** What one partition has in a transaction. */
interface PartitionWrites {
  readonly opened: OpenedPartition
  readonly changes: readonly Change[]
  readonly commits: readonly Change[]
  readonly writes: Writes
}
