// Streams by name: topics and steps share one namespace, a dot means a step's output.
import type { Spelt, StepDeclaration, TopicDeclaration } from './declaration.ts'

/** The output that a bare step's name means. */
export const MAIN = 'main'

/** What a name may stand for. */
export interface StreamNames {
  readonly topics: ReadonlyMap<string, TopicDeclaration>
  readonly steps: ReadonlyMap<string, StepDeclaration>
  /** Declared, but not to be read: a reference to one is no further mistake. */
  readonly unread: ReadonlySet<string>
}

/** A stream as a step, a config or a sink names it. */
export type StreamReference =
  | { readonly kind: 'topic'; readonly id: string; readonly spelt: Spelt<string> }
  | {
      readonly kind: 'output'
      /** `step` for the main output, else `step.output`. */
      readonly id: string
      readonly step: string
      readonly output: string
      readonly spelt: Spelt<string>
    }

export function streamId(step: string, output: string): string {
  return output === MAIN ? step : `${step}.${output}`
}

/** `filled.fills` in two; a name without a dot means the main output. */
export function splitStream(name: string): { readonly owner: string; readonly output: string } {
  const dot = name.indexOf('.')
  if (dot < 0) return { owner: name, output: MAIN }
  return { owner: name.slice(0, dot), output: name.slice(dot + 1) }
}

/** What the name stands for; whether a step has the output is known only once its type is. */
export function resolveStream(
  spelt: Spelt<string>,
  { topics, steps }: StreamNames,
): StreamReference | undefined {
  if (topics.has(spelt.value)) return { kind: 'topic', id: spelt.value, spelt }
  const { owner, output } = splitStream(spelt.value)
  if (!steps.has(owner)) return undefined
  return { kind: 'output', id: streamId(owner, output), step: owner, output, spelt }
}
