// Replays on the reference interpreter, which holds histories and results in memory.
import { operators } from '../../operators/index.ts'
import type { HistoryItem } from '../../runtime/reference/history.ts'
import type { Range } from '../../runtime/reference/inputs.ts'
import { runReference as interpret } from '../../runtime/reference/interpreter.ts'
import type { Plan } from '../../topology/plan.ts'
import type { Io } from '../io.ts'
import { readHistory, readingProgress, type TopicHistory } from './inputs.ts'
import { type Outcome, outcomeOf } from './outcome.ts'

export interface ReferenceReplay {
  readonly plan: Plan
  readonly files: ReadonlyMap<string, readonly string[]>
  readonly range: Range
  readonly io: Io
}

export async function runReference({ plan, files, range, io }: ReferenceReplay): Promise<{
  readonly histories: ReadonlyMap<string, TopicHistory>
  readonly outcome: Outcome
}> {
  const histories = new Map<string, TopicHistory>()
  const inputs = new Map<string, readonly HistoryItem[]>()
  const reading = readingProgress(io)
  for (const [name, topic] of plan.topics) {
    const paths = files.get(name)
    if (paths === undefined) continue
    const all: HistoryItem[] = []
    const history = await readHistory(topic, paths, (items) => {
      for (const item of items) all.push(item)
      reading.add(items.length)
    })
    inputs.set(name, all)
    histories.set(name, history)
  }
  reading.close()
  return { histories, outcome: outcomeOf(interpret({ plan, operators, inputs, range })) }
}
