// A slot: a fixed group of tasks with one producer. It fetches what they read, lets them process,
// and commits what they gave out, their state and their positions in one transaction. Whatever
// fails, the slot is dropped and opened again from the log: there is nothing to undo.
import type { Producer, Writes } from '../../connectors/connector.ts'
import { EngineError } from '../../connectors/engine-error.ts'
import { type Change, StateLog } from '../state/committed-state.ts'
import { decodeCommit, encodeCommit } from '../task/commit-record.ts'
import type { Source } from '../task/source.ts'
import type { Task } from '../task/task.ts'
import { appendInserted, insertAgain, readInserted } from './inserted-rows.ts'
import { Decisions } from './decisions.ts'
import { deleteRead } from './delete-read.ts'
import { findLeftovers, type Leftovers } from './leftovers.ts'
import type { SlotOptions } from './options.ts'
import { beginsTooLate, openTask, type SlotTask, startAtFirst } from './slot-task.ts'
import { committedTask, standingOf } from './standing.ts'
import { findStandingEnds } from './standing-ends.ts'
import { commitOf, stateChanges } from './task-commit.ts'
import { Watchdog } from './watchdog.ts'

/** A task whose record or timer met a fate of `fail` stops when it has taken so many. */
export type StopBefore = ReadonlyMap<string, number>

/** Another worker opened the slot, and committed, while this one was reading where it stands. */
export class SlotTaken extends Error {
  override readonly name = 'SlotTaken'

  constructor(slot: number) {
    super(`another worker has taken slot ${slot}`)
  }
}

export class Slot {
  readonly id: number
  readonly #options: SlotOptions
  readonly #producer: Producer
  readonly #stateLog: StateLog
  readonly #tasks: readonly SlotTask[]
  /** When the first item was taken that is not committed. */
  #dirtySince: number | undefined
  #sinceCommit = 0
  #commits = 0
  /** The last round took nothing, so the next may wait. */
  #isIdle = false
  readonly #decisions: Decisions
  /** What earlier topologies left in the partitions, to go with the first commit of each. */
  readonly #leftovers: Map<number, Leftovers>
  readonly #watchdog: Watchdog

  private constructor(
    id: number,
    options: SlotOptions,
    producer: Producer,
    stateLog: StateLog,
    tasks: readonly SlotTask[],
    leftovers: Map<number, Leftovers>,
  ) {
    this.id = id
    this.#options = options
    this.#producer = producer
    this.#stateLog = stateLog
    this.#tasks = tasks
    this.#leftovers = leftovers
    this.#decisions = new Decisions(options)
    this.#watchdog = new Watchdog(options.report)
  }

  /**
   * Fences whoever ran the slot before, then restores its tasks from their last commit.
   * @throws EngineError of the log; `topology-changed`.
   */
  static async open(id: number, options: SlotOptions, stopBefore: StopBefore): Promise<Slot> {
    const { log, layout, pace, report } = options
    const began = pace.now()
    report({ kind: 'slot-opening', slot: id })
    const { topology } = layout.plan
    const producer = await log.producer(`${topology}.slot-${id}`)
    const stateLog = new StateLog(log, topology)
    const own = layout.tasks.filter(({ slot }) => slot === id)
    const tasks: SlotTask[] = []
    const leftovers = new Map<number, Leftovers>()
    const endHolds = await findStandingEnds(options)
    for (const partition of new Set(own.map((task) => task.partition))) {
      const commits = await stateLog.commits(partition)
      const state = await stateLog.state(partition)
      const inserted = await readInserted(log, topology, partition)
      const isTaken = async () => !isSame(commits, await stateLog.commits(partition))
      if (await isTaken()) throw new SlotTaken(id)
      leftovers.set(partition, findLeftovers(layout, partition, commits, state))
      for (const task of own.filter((each) => each.partition === partition)) {
        const bytes = commits.get(task.id)
        const record = bytes && decodeCommit(bytes)
        const made = openTask(options, task, state, record)
        if (record === undefined && !(await startAtFirst(log, made))) {
          throw (await isTaken()) ? new SlotTaken(id) : beginsTooLate(task)
        }
        insertAgain(made.sources, task.sub.id, inserted)
        for (const channel of made.task.channels) channel.endHolds = endHolds
        made.task.stopBefore = stopBefore.get(task.id) ?? Number.POSITIVE_INFINITY
        tasks.push(made)
      }
    }
    const ms = pace.now() - began
    const { epoch } = producer
    report({ kind: 'slot-opened', slot: id, epoch, ms, tasks: tasks.map(standingOf) })
    return new Slot(id, options, producer, stateLog, tasks, leftovers)
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
    let taken = 0
    for (const { task } of this.#tasks) {
      taken += task.process(Math.max(1, commit.records - this.#sinceCommit - taken))
    }
    this.#sinceCommit += taken
    if (taken > 0) this.#dirtySince ??= pace.now()
    this.#isIdle = taken === 0
    if (this.#isDue()) await this.commit()
    if (this.#isIdle) this.#watchdog.look(this.#tasks, pace.now())
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
    const writes: Writes[] = [...new Set(changed.map(({ layout }) => layout.partition))].map(
      (partition) => this.#writesOf(changed.filter((each) => each.layout.partition === partition)),
    )
    await this.#producer.transact({
      appends: writes.flatMap(({ appends }) => appends),
      puts: writes.flatMap(({ puts }) => puts),
    })
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
    await this.#producer.close()
  }

  #writesOf(tasks: readonly SlotTask[]): Writes {
    const [first] = tasks
    if (first === undefined) throw new Error('a commit of no task')
    const { plan } = this.#options.layout
    const { partition } = first.layout
    const changes: Change[] = []
    const commits: Change[] = []
    const appends = tasks.flatMap((each) => {
      const { task, sources, layout } = each
      task.assertProcessed()
      const { hasFinished, clock } = task
      // What was sent since the last END has opened the channels of those downstream again.
      const endsAgain = hasFinished && task.taken > each.committed
      if (clock > each.promised.clock || hasFinished !== each.promised.hasEnded || endsAgain) {
        task.emissions.markProgress(clock, hasFinished)
        each.promised = { clock, hasEnded: hasFinished }
      }
      stateChanges(task, changes)
      each.commits += 1
      const { commits: number, promised } = each
      const about = { plan, epoch: this.#producer.epoch, number, promised }
      const record = commitOf(task, sources, about)
      each.positions = record.positions
      commits.push([layout.id, encodeCommit(record)])
      return [
        ...task.emissions.takeAppends(),
        ...task.deadLetters.takeAppends(),
        ...appendInserted(plan.topology, partition, each.inserted),
      ]
    })
    const { entries = [], records = [] } = this.#leftovers.get(partition) ?? {}
    this.#leftovers.delete(partition)
    const own = [...changes, ...entries]
    const state = this.#stateLog.writes(partition, own, [...commits, ...records])
    return { appends: [...appends, ...state.appends], puts: state.puts }
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
    throw error
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

/** State is read after the commit records: it belongs to them if they have not changed since. */
function isSame(
  before: ReadonlyMap<string, Uint8Array>,
  after: ReadonlyMap<string, Uint8Array>,
): boolean {
  if (before.size !== after.size) return false
  return [...before].every(([task, bytes]) => {
    const now = after.get(task)
    return now !== undefined && Buffer.compare(bytes, now) === 0
  })
}
