// Feeds a story's slices to its log, each in one transaction, each once: where the broker went away
// in between, the log is looked at before a slice is sent again.
import type { Append, Log, PartitionId, Producer } from '../../connectors/connector.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { patiently } from './patiently.ts'
import type { Story } from './story.ts'

export class Feed {
  readonly #story: Story
  readonly #log: Log
  /** By partition: behind the last record. */
  readonly #ends = new Map<string, number>()
  #producer: Producer | undefined
  #fed = 0
  #mayBeThere = false

  constructor(story: Story, log: Log) {
    this.#story = story
    this.#log = log
  }

  /** Slices that are on the log. */
  get fed(): number {
    return this.#fed
  }

  get left(): number {
    return this.#story.slices.length - this.#fed
  }

  /** The next slice. */
  async next(): Promise<void> {
    const slice = this.#story.slices[this.#fed]
    if (slice === undefined) throw new Error('all of the history is fed')
    await patiently(() => this.#append(slice))
    this.#fed += 1
  }

  async rest(): Promise<void> {
    while (this.left > 0) await this.next()
  }

  async close(): Promise<void> {
    await this.#producer?.close()
  }

  async #append(appends: readonly Append[]): Promise<void> {
    // Opening settles what an earlier attempt has left open.
    this.#producer ??= await this.#log.producer(`${this.#story.name}-feed`)
    if (this.#mayBeThere && (await this.#isThere(appends))) {
      this.#mayBeThere = false
      return
    }
    try {
      const ends = await this.#producer.transact({ appends, puts: [] })
      for (const [index, append] of appends.entries()) {
        this.#ends.set(nameOf(append), ends[index] ?? 0)
      }
      this.#mayBeThere = false
    } catch (error) {
      this.#mayBeThere = true
      await this.#producer.close()
      this.#producer = undefined
      throw error
    }
  }

  /** Whether the slice was committed; notes where it ends, if it was. */
  async #isThere(appends: readonly Append[]): Promise<boolean> {
    const all = await this.#log.bounds(appends)
    const [first] = all
    if (first === undefined) return false
    let rows = 0
    const from = this.#ends.get(nameOf(first)) ?? 0
    for await (const stored of readPartition(this.#log, { ...first, first: from })) {
      rows += stored.batch.count - stored.from
    }
    if (rows === 0) return false
    const wanted = appends[0]?.batch.count
    if (rows !== wanted) throw new Error(`${nameOf(first)} got ${rows} of ${wanted} rows`)
    for (const bounds of all) this.#ends.set(nameOf(bounds), bounds.stable)
    return true
  }
}

function nameOf({ topic, partition }: PartitionId): string {
  return `${topic}/${partition}`
}
