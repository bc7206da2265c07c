// How the records of a topic are spread over the files that they stand in, by their places.
import type { InputItem } from '../../connectors/file/input-record.ts'

/** What one file holds of a topic. */
export interface FilePart {
  /** Records, and what could not be read. */
  records: number
  /** The first and the last event time, in microseconds; null where there is no record. */
  firstTime: number | null
  lastTime: number | null
}

/** Counts items by the file's name. Files of one name in several folders are counted together. */
export class FileParts {
  readonly parts = new Map<string, FilePart>()
  /** Of the item before: items of a file follow each other. */
  #prefix: string | undefined
  #part: FilePart = { records: 0, firstTime: null, lastTime: null }

  add(item: InputItem): void {
    if (item.kind === 'heartbeat') return
    const { place } = item
    if (this.#prefix === undefined || !place.startsWith(this.#prefix)) this.#turnTo(place)
    const part = this.#part
    part.records += 1
    if (item.kind !== 'record') return
    if (part.firstTime === null || item.time < part.firstTime) part.firstTime = item.time
    if (part.lastTime === null || item.time > part.lastTime) part.lastTime = item.time
  }

  /** `ticks.csv:17` and `ticks.avro:record 17` name their files before the last colon. */
  #turnTo(place: string): void {
    const end = place.lastIndexOf(':')
    const name = place.slice(0, Math.max(end, 0))
    this.#prefix = `${name}:`
    this.#part = this.parts.get(name) ?? { records: 0, firstTime: null, lastTime: null }
    this.parts.set(name, this.#part)
  }
}
