// Looks at a log that other processes write: how far its feeder and its topology have come. What it
// has seen committed must be there whenever it looks again, whoever was killed in between.
import type { Log, PartitionId } from '../../connectors/connector.ts'
import { openEmbeddedLog } from '../../connectors/embedded/embedded-log.ts'
import { readCommits } from '../../runtime/finish.ts'
import type { Layout } from '../../runtime/layout.ts'

export interface Standing {
  /** Commits of all tasks. */
  readonly commits: number
  /** Rows of the inputs on the log, and those of them that a commit has left behind. */
  readonly fed: number
  readonly read: number
  /** Rows of inputs and between tasks that no commit has left behind. */
  readonly left: number
}

export class Witness {
  readonly #layout: Layout
  readonly #folder: string
  /** The greatest that was seen of everything that only grows. */
  readonly #seen = new Map<string, number>()
  #log: Log | undefined

  constructor(layout: Layout, folder: string) {
    this.#layout = layout
    this.#folder = folder
  }

  get log(): Log {
    if (this.#log === undefined) throw new Error('the witness has closed the log')
    return this.#log
  }

  async open(): Promise<void> {
    this.#log ??= await openEmbeddedLog(this.#folder, { mode: 'read' })
  }

  async close(): Promise<void> {
    await this.#log?.close()
    this.#log = undefined
  }

  /** @throws if something has gone back. */
  async look(): Promise<Standing> {
    // Before the bounds: what was sent by these commits is within them.
    const commits = await this.#commits()
    const sources = this.#layout.tasks.flatMap(({ id, channels }) =>
      channels.map(({ topic, partition, upstream }) => {
        return { task: id, topic, partition, isInput: upstream < 0 }
      }),
    )
    const bounds = await this.log.bounds(sources)
    const names = new Set<string>()
    let [fed, read, left] = [0, 0, 0]
    for (const [index, { task, topic, partition, isInput }] of sources.entries()) {
      const source = `${topic}/${partition}`
      // What several tasks send to one partition are several channels.
      const name = `${task} ${source}`
      if (names.has(name)) continue
      names.add(name)
      const stable = bounds[index]?.stable ?? 0
      const position = this.#seen.get(`position of ${name}`) ?? 0
      this.#hold(`end of ${source}`, stable)
      left += stable - position
      if (!isInput) continue
      fed += stable
      read += position
    }
    return { commits, fed, read, left }
  }

  /** Reads every topic whole. @throws if one holds less than it says. */
  async readAll(): Promise<void> {
    for (const { name: topic, partitions } of (await this.log.topics()).values()) {
      for (let partition = 0; partition < partitions; partition += 1) {
        await readPartition(this.log, { topic, partition })
      }
    }
  }

  /** Notes where each task stands. */
  async #commits(): Promise<number> {
    // Tables show what stood when a read last began.
    await this.log.bounds([])
    let sum = 0
    for (const [task, record] of await readCommits(this.#layout, this.log)) {
      const { number, epoch, taken, clock, positions } = record
      for (const [what, value] of Object.entries({ number, epoch, taken, clock })) {
        this.#hold(`${what} of ${task}`, value)
      }
      for (const [source, position] of Object.entries(positions)) {
        this.#hold(`position of ${task} ${source}`, position)
      }
      sum += number
    }
    return sum
  }

  #hold(what: string, value: number): void {
    const before = this.#seen.get(what) ?? Number.NEGATIVE_INFINITY
    if (value < before) throw new Error(`${what} was ${before} and goes back to ${value}`)
    this.#seen.set(what, value)
  }
}

async function readPartition(log: Log, id: PartitionId): Promise<void> {
  const [bounds] = await log.bounds([id])
  const stable = bounds?.stable ?? 0
  let [offset, rows] = [bounds?.first ?? 0, 0]
  const wanted = stable - offset
  while (offset < stable) {
    const [fetched] = await log.fetch([{ ...id, offset }], { maxRecords: 10_000, waitMs: 0 })
    if (fetched === undefined || fetched.next <= offset) break
    for (const { batch, from } of fetched.batches) rows += batch.count - from
    offset = fetched.next
  }
  if (rows === wanted) return
  throw new Error(`${id.topic}/${id.partition} holds ${rows} rows and says ${wanted}`)
}
