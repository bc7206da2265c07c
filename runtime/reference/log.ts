// The log of a run as arrays: channels by stream, reading partition and upstream task.
import type { Plan, PlannedChannel } from '../../topology/plan.ts'
import { Channel } from './channels.ts'

interface ReadStream {
  readonly rank: number
  /** By reading partition, then upstream task. */
  readonly partitions: readonly Channel[][]
}

export class ReferenceLog {
  readonly #streams = new Map<string, ReadStream>()

  constructor({ subTopologies }: Plan) {
    for (const { stream, rank, partitions } of subTopologies.flatMap((sub) => sub.channels)) {
      if (this.#streams.has(stream)) continue
      this.#streams.set(stream, { rank, partitions: Array.from({ length: partitions }, () => []) })
    }
  }

  /** How many partitions of a stream tasks read; 0 where none reads it. */
  partitions(stream: string): number {
    return this.#streams.get(stream)?.partitions.length ?? 0
  }

  /** The channel of a stream from an upstream task to a partition, made on first use. */
  channel(stream: string, partition: number, upstream: number): Channel {
    const { rank, partitions } = this.#streams.get(stream) ?? { rank: 0, partitions: [] }
    const channels = partitions[partition]
    if (channels === undefined) throw new Error(`nothing reads partition ${partition} of ${stream}`)
    return (channels[upstream] ??= new Channel(rank, partition, upstream))
  }

  /** What the task of a partition reads of a stream. */
  read({ stream, everyTask }: PlannedChannel, partition: number): readonly Channel[] {
    const all = this.#streams.get(stream)?.partitions ?? []
    const own = everyTask ? all.flat() : (all[partition] ?? [])
    // Upstream tasks that sent nothing have left holes.
    return own.filter(Boolean)
  }
}
