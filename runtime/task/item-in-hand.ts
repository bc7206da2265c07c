// Where the item stands that a task has in hand: the coordinates that what comes of it carries, for
// lineage and for dead letters.
import type { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { PlaceColumns } from '../../connectors/record-batch.ts'
import { offsetAt } from '../../connectors/stored-offset.ts'
import type { Channel } from './channel.ts'

/** Coordinates of an input record. */
export interface Origin {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** A place in a file; a line below 0 means the name alone. */
export interface SourcePlace {
  readonly name: string
  readonly line: number
}

const NO_LINE = -1

export class ItemInHand {
  #channel: Channel | undefined
  #timer: string | undefined

  takeFrom(channel: Channel): void {
    this.#channel = channel
    this.#timer = undefined
  }

  takeTimerOf(step: string): void {
    this.#channel = undefined
    this.#timer = step
  }

  /** The input record; undefined for a timer and what came of one. */
  get origin(): Origin | undefined {
    const channel = this.#channel
    const stored = channel?.headBatch
    if (channel === undefined || stored === undefined) return undefined
    const { headRow: row, layout } = channel
    if (layout.upstream < 0) {
      const { topic, partition } = layout
      return { topic, partition, offset: offsetAt(stored, row) }
    }
    const place = placeAt(stored.batch.origins, row)
    if (place === undefined) return undefined
    return { topic: place.name, partition: place.partition, offset: place.offset }
  }

  get source(): SourcePlace | undefined {
    if (this.#timer !== undefined) return { name: `timer of ${this.#timer}`, line: NO_LINE }
    const place = placeAt(this.#channel?.headBatch?.batch.sources, this.#channel?.headRow ?? 0)
    return place && { name: place.name, line: place.offset }
  }

  /** As a person reads it. */
  get place(): string {
    const { source, origin } = this
    if (source !== undefined) {
      return source.line < 0 ? source.name : `${source.name}:${source.line}`
    }
    return origin === undefined ? '' : `${origin.topic}/${origin.partition}@${origin.offset}`
  }

  /** Writes the coordinates beside the row just added. */
  stamp(builder: BatchBuilder): void {
    const channel = this.#channel
    const stored = channel?.headBatch
    if (channel === undefined || stored === undefined) {
      const { source } = this
      if (source !== undefined) builder.sourceAt(source.name, source.line)
      return
    }
    const { headRow: row, layout } = channel
    const { origins, sources } = stored.batch
    // As `origin` and `source` say, without an object for each.
    if (layout.upstream < 0) {
      builder.originAt(layout.topic, layout.partition, offsetAt(stored, row))
    } else if (origins !== undefined) {
      const name = origins.names[origins.indexes[row] ?? NO_LINE]
      const offset = origins.offsets[row] ?? 0
      if (name !== undefined) builder.originAt(name, origins.partitions[row] ?? 0, offset)
    }
    const file = sources?.names[sources.indexes[row] ?? NO_LINE]
    if (file !== undefined) builder.sourceAt(file, sources?.offsets[row] ?? 0)
  }
}

function placeAt(places: PlaceColumns | undefined, row: number) {
  const name = places?.names[places.indexes[row] ?? NO_LINE]
  if (places === undefined || name === undefined) return undefined
  return { name, partition: places.partitions[row] ?? 0, offset: places.offsets[row] ?? 0 }
}
