// Replays on the reference interpreter, which holds histories and results in memory.
import { operators } from '../../operators/index.ts'
import type { HistoryItem } from '../../runtime/reference/history.ts'
import type { Range } from '../../runtime/reference/inputs.ts'
import { runReference as interpret } from '../../runtime/reference/interpreter.ts'
import type { Plan } from '../../topology/plan.ts'
import type { Io } from '../io.ts'
import { filledTopics, type Inputs } from './input-words.ts'
import { readingProgress, readInputs, type TopicHistory } from './inputs.ts'
import { type Outcome, outcomeOf } from './outcome.ts'

export interface ReferenceReplay {
  readonly plan: Plan
  readonly inputs: Inputs
  readonly range: Range
  readonly io: Io
}

export async function runReference({ plan, inputs, range, io }: ReferenceReplay): Promise<{
  readonly histories: ReadonlyMap<string, TopicHistory>
  readonly outcome: Outcome
}> {
  const items = new Map<string, HistoryItem[]>([...filledTopics(inputs)].map((name) => [name, []]))
  const reading = readingProgress(io)
  const histories = await readInputs({
    plan,
    inputs,
    take: ({ name }, batch) => {
      const own = items.get(name)
      for (const item of batch) own?.push(item)
      reading.add(batch.length)
    },
    say: (line) => {
      reading.close()
      io.err(`${line}\n`)
    },
  })
  reading.close()
  return { histories, outcome: outcomeOf(interpret({ plan, operators, inputs: items, range })) }
}
