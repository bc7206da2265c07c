// Reads the histories of a replay, of all topics in one pass: files in the order in which they were
// given, topics on logs, and Binance captures, each of which fills several topics.
import { basename } from 'node:path'
import { byTopic, mergeCaptures } from '../../connectors/binance/merge-captures.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import { leftOutLines } from '../capture-routes.ts'
import { readFiles } from '../history-files.ts'
import { openLastingLog } from '../log/open-log.ts'
import { type FilePart, FileParts } from './file-parts.ts'
import type { Inputs } from './input-words.ts'
import { readLogHistory } from './log-history.ts'

/** What the files of a topic hold. */
export interface TopicHistory {
  readonly files: readonly string[]
  /** Records, heartbeats and what could not be read. */
  readonly items: number
  /** The first and the last event time, in microseconds; null where there is no record. */
  readonly firstTime: number | null
  readonly lastTime: number | null
  /** By the file's name. */
  readonly parts: ReadonlyMap<string, FilePart>
  /** Columns and fields that the schema lacks, with the records that carry them. */
  readonly ignored: ReadonlyMap<string, number>
}

export interface ReadInputsOptions {
  readonly plan: Plan
  readonly inputs: Inputs
  /** A batch of a topic's items; a topic's batches come in their order. */
  readonly take: (topic: PlannedTopic, items: readonly InputItem[]) => Promise<void> | void
  /** Lines for people, about what of the captures no topic took. */
  readonly say: (line: string) => void
}

/** Reads all inputs once, files first; by topic, what they hold. */
export async function readInputs({
  plan,
  inputs,
  take,
  say,
}: ReadInputsOptions): Promise<ReadonlyMap<string, TopicHistory>> {
  const tallies = new Map<PlannedTopic, HistoryTally>()
  const tallyOf = (topic: PlannedTopic): HistoryTally => {
    const tally = tallies.get(topic) ?? new HistoryTally()
    tallies.set(topic, tally)
    return tally
  }
  for (const [name, files] of inputs.files) {
    const topic = plan.topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    const tally = tallyOf(topic)
    for await (const items of tally.reading(files, topic)) await take(topic, items)
  }
  for (const [name, { access, topic: physical }] of inputs.logs) {
    const topic = plan.topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    const tally = tallyOf(topic)
    tally.files.push(`${access.name}/${physical}`)
    const log = await openLastingLog(access, 'read', 'a replay')
    try {
      for await (const items of readLogHistory(log, topic, physical)) {
        tally.add(items)
        await take(topic, items)
      }
    } finally {
      await log.close()
    }
  }
  for (const { path, topics } of inputs.captures) {
    for (const topic of [...topics.values()].flat()) tallyOf(topic).files.push(basename(path))
  }
  const merged = mergeCaptures(inputs.captures)
  for await (const routed of merged) {
    for (const [topic, items] of byTopic(routed)) {
      tallyOf(topic).add(items)
      await take(topic, items)
    }
  }
  for (const line of leftOutLines(merged.leftOut)) say(line)
  const histories = new Map<string, TopicHistory>()
  for (const topic of plan.topics.values()) {
    const tally = tallies.get(topic)
    if (tally !== undefined) histories.set(topic.name, tally.history())
  }
  return histories
}

/** Reads all files of a topic, handing on one batch after the other. */
export async function readHistory(
  topic: PlannedTopic,
  files: readonly string[],
  take: (items: readonly InputItem[]) => Promise<void> | void,
): Promise<TopicHistory> {
  const tally = new HistoryTally()
  for await (const items of tally.reading(files, topic)) await take(items)
  return tally.history()
}

class HistoryTally {
  readonly files: string[] = []
  readonly #ignored = new Map<string, number>()
  readonly #parts = new FileParts()
  #items = 0
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  /** The files' batches, which are counted on the way. */
  async *reading(
    files: readonly string[],
    topic: PlannedTopic,
  ): AsyncGenerator<readonly InputItem[], void, undefined> {
    this.files.push(...files.map((file) => basename(file)))
    for await (const items of readFiles(files, topic, this.#ignored)) {
      this.add(items)
      yield items
    }
  }

  add(items: readonly InputItem[]): void {
    this.#items += items.length
    for (const item of items) {
      this.#parts.add(item)
      if (item.kind !== 'record') continue
      if (item.time < this.#first) this.#first = item.time
      if (item.time > this.#last) this.#last = item.time
    }
  }

  history(): TopicHistory {
    const [first, last] = [this.#first, this.#last]
    const [firstTime, lastTime] = first > last ? [null, null] : [first, last]
    const { files } = this
    const { parts } = this.#parts
    return { files, items: this.#items, firstTime, lastTime, parts, ignored: this.#ignored }
  }
}

/** Tells who sits at a terminal how far reading is. */
export function readingProgress(io: {
  readonly isTerminal: boolean
  readonly err: (text: string) => void
}): { readonly add: (records: number) => void; readonly close: () => void } {
  let records = 0
  return {
    add: (more) => {
      records += more
      if (io.isTerminal) io.err(`\rread ${records.toLocaleString('en')} records`)
    },
    close: () => {
      if (io.isTerminal) io.err('\r\u001b[K')
    },
  }
}
