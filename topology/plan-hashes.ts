// Identities of a plan. Shape: what all state and merging depends on, so that processes of equal
// shape may run together. Full: everything that can change a result. (That of one step's state is
// in state-identity.ts.)
import { fingerprint, plainConfig, withoutRemarks } from './fingerprint.ts'
import type { ParameterValue } from './expression/expression.ts'
import type { Plan, PlannedStep, PlannedTopic } from './plan.ts'

type Unhashed = Omit<Plan, 'shapeHash' | 'fullHash'>

/** What is not in the plan, or not whole. */
interface Given {
  readonly parameters: ReadonlyMap<string, ParameterValue>
  /** Texts of the calendars' files by name. */
  readonly calendars: ReadonlyMap<string, string>
}

/** Where inputs come from shapes no state: a run may go on from another source. */
export function shapeHash({ topology, topics, steps }: Unhashed): string {
  return fingerprint({
    topology,
    topics: mapValues(topics, shapeOfTopic),
    steps: steps.map(shapeOfStep),
  })
}

/** How long a topic is kept, and how long a live run waits for it, shape no state. */
function shapeOfTopic(topic: PlannedTopic): unknown {
  return withoutRemarks({ ...topic, idle: undefined, retention: undefined })
}

function shapeOfStep({ id, operator, inputs, outputs, stateHash }: PlannedStep): unknown {
  const wiring = inputs.map(({ name, role, stream, via, feedback }) => ({
    ...{ name, role, stream, via },
    ...(feedback && { feedback }),
  }))
  return { id, operator, inputs: wiring, outputs, stateHash }
}

export function fullHash(
  { topics, sources, steps, fates }: Unhashed,
  shape: string,
  { parameters, calendars }: Given,
): string {
  return fingerprint({
    shape,
    fates,
    ...(sources.length > 0 && { sources }),
    keeping: mapValues(topics, ({ idle, retention }) => ({ idle, retention })),
    configs: steps.map(({ id, config, fates: own }) => [id, plainConfig(config), own]),
    parameters: mapValues(parameters, ({ value, per }) => ({ value, per })),
    calendars: mapValues(calendars, (text) => text),
  })
}

function mapValues<T>(map: ReadonlyMap<string, T>, change: (value: T) => unknown): unknown {
  return new Map([...map].map(([name, value]) => [name, change(value)]))
}
