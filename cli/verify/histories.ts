// What a verification runs: the histories of all inputs in memory, because each is run many times.
import type { InputItem } from '../../connectors/file/input-record.ts'
import type { Plan } from '../../topology/plan.ts'
import { FileProblem } from '../load-topology.ts'
import { filledTopics, inputsOf } from '../replay/input-words.ts'
import { readInputs } from '../replay/inputs.ts'

/** What decides about the records that are run; plain data, for another process too. */
export interface Portion {
  /** What `--input` says, in the order given. */
  readonly input: readonly string[]
  readonly from?: number
  readonly to?: number
  readonly records?: number
}

export interface Listening {
  /** Told of each batch's records. */
  readonly progress?: (records: number) => void
  /** Told what of the inputs went nowhere. */
  readonly say?: (line: string) => void
}

export async function readHistories(
  plan: Plan,
  words: readonly string[],
  { progress, say }: Listening = {},
): Promise<ReadonlyMap<string, readonly InputItem[]>> {
  const inputs = inputsOf(words, plan)
  if (inputs.logs.size > 0) {
    throw new FileProblem('verify reads files; replay the log once with --out, and verify that')
  }
  const histories = new Map<string, InputItem[]>()
  for (const name of filledTopics(inputs)) histories.set(name, [])
  await readInputs({
    plan,
    inputs,
    take: ({ name }, items) => {
      const all = histories.get(name)
      for (const item of items) all?.push(item)
      progress?.(items.length)
    },
    say: (line) => say?.(line),
  })
  return histories
}
