// A replay that has come to its end: what was run, on what, and what it came to. What is written
// and said of it is made from this.
import type { Plan } from '../../topology/plan.ts'
import type { Inputs } from './input-words.ts'
import type { TopicHistory } from './inputs.ts'
import type { Outcome } from './outcome.ts'
import type { TopicFormat } from './topic-file.ts'

export interface Replayed {
  readonly plan: Plan
  /** The topology, as the user wrote it, and the parameters that the command set. */
  readonly file: string
  readonly set: Readonly<Record<string, string>>
  readonly inputs: Inputs
  readonly engine: 'engine' | 'reference'
  /** Of the topics' files. */
  readonly format: TopicFormat
  readonly histories: ReadonlyMap<string, TopicHistory>
  readonly outcome: Outcome
  readonly from: number | undefined
  readonly to: number | undefined
  readonly elapsedMs: number
}
