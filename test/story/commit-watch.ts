// Follows the commit records of a story's tasks as they are committed, and holds that nothing in
// them ever goes back: a worker that was given up and comes back must not commit over the one that
// has its slot.
import type { Log } from '../../connectors/connector.ts'
import { keyAt, valueAt } from '../../connectors/record-batch.ts'
import type { Commits } from '../../runtime/finish.ts'
import type { Layout } from '../../runtime/layout.ts'
import { type CommitRecord, decodeCommit } from '../../runtime/task/commit-record.ts'
import { commitsTopic } from '../../runtime/topic-names.ts'
import { patiently } from './patiently.ts'

const FETCHED = 10_000

export class CommitWatch {
  readonly #layout: Layout
  readonly #log: Log
  readonly #next: number[]
  readonly #commits = new Map<string, CommitRecord>()
  #seen = 0

  constructor(layout: Layout, log: Log) {
    this.#layout = layout
    this.#log = log
    this.#next = new Array<number>(layout.partitions).fill(0)
  }

  /** Commit records that were seen. */
  get seen(): number {
    return this.#seen
  }

  /** The last of every task, by its id; reads on first. @throws if something has gone back. */
  async look(): Promise<Commits> {
    await patiently(() => this.#readOn())
    return this.#commits
  }

  /** Whether every task has taken all that was known before that instant. */
  async areBehind(instant: number): Promise<boolean> {
    const commits = await this.look()
    return this.#layout.tasks.every(({ id }) => (commits.get(id)?.clock ?? -Infinity) >= instant)
  }

  /** Where the tasks stand that are not there yet. */
  laggards(instant: number): string {
    const behind = this.#layout.tasks.flatMap(({ id }) => {
      const clock = this.#commits.get(id)?.clock ?? -Infinity
      return clock >= instant ? [] : [`${id} is ${(instant - clock) / 1e6} s behind`]
    })
    return behind.join(', ')
  }

  async #readOn(): Promise<void> {
    const topic = commitsTopic(this.#layout.plan.topology)
    const positions = this.#next.map((offset, partition) => ({ topic, partition, offset }))
    const fetched = await this.#log.fetch(positions, { maxRecords: FETCHED, waitMs: 0 })
    for (const { partition, batches, next } of fetched) {
      this.#next[partition] = next
      for (const { batch, from } of batches) {
        for (let row = from; row < batch.count; row += 1) {
          const value = valueAt(batch, row)
          if (value !== null) this.#hold(keyAt(batch, row) ?? '', decodeCommit(value))
        }
      }
    }
  }

  #hold(task: string, record: CommitRecord): void {
    const before = this.#commits.get(task)
    this.#commits.set(task, record)
    this.#seen += 1
    if (before === undefined) return
    const back = wentBack(before, record)
    if (back !== undefined) throw new Error(`a commit of task ${task} goes back: ${back}`)
  }
}

function wentBack(before: CommitRecord, after: CommitRecord): string | undefined {
  // Compaction may have taken commits between the two, but no two are of one number.
  if (after.number <= before.number) return `number ${before.number} to ${after.number}`
  for (const what of ['epoch', 'taken', 'clock'] as const) {
    if (after[what] < before[what]) return `${what} ${before[what]} to ${after[what]}`
  }
  for (const [source, offset] of Object.entries(before.positions)) {
    const later = after.positions[source] ?? -1
    if (later < offset) return `position of ${source} ${offset} to ${later}`
  }
  return undefined
}
