// What a verification runs: the histories of all inputs in memory, because each is run many times.
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Plan } from '../../topology/plan.ts'
import { filesByTopic, readHistory } from '../replay/inputs.ts'

/** What decides about the records that are run; plain data, for another process too. */
export interface Portion {
  /** `TOPIC=PATH`, in the order given. */
  readonly input: readonly string[]
  readonly from?: number
  readonly to?: number
  readonly records?: number
}

/** `progress` is told of each batch's records. */
export async function readHistories(
  plan: Plan,
  pairs: readonly string[],
  progress: (records: number) => void,
): Promise<ReadonlyMap<string, readonly InputItem[]>> {
  const histories = new Map<string, readonly InputItem[]>()
  for (const [name, paths] of filesByTopic(pairs, plan)) {
    const topic = plan.topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    const all: InputItem[] = []
    await readHistory(topic, paths, (items) => {
      for (const item of items) all.push(item)
      progress(items.length)
    })
    histories.set(name, all)
  }
  return histories
}
