// Runs steps of test operators over items in memory, for tests of the reference interpreter.
import { operator, type Operator } from '../../operators/operator.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import { nothing } from '../../topology/config.ts'
import type { Plan } from '../../topology/plan.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import type { HistoryItem, RunResult } from './history.ts'
import { runReference } from './interpreter.ts'

export const pass = operator({
  name: 'pass',
  summary: 'Passes.',
  config: nothing({ summary: 'Nothing.' }),
  fates: ['bad'],
  infer: ({ input }) => ({ outputs: { main: input }, stores: {}, lookback: 0 }),
  example: '',
  step: () => ({
    onRecord: ({ value }, turn) => {
      if (value !== null) turn.emit(value)
    },
  }),
})

const ITEM = JSON.stringify({
  type: 'record',
  name: 'Item',
  fields: [
    { name: 'symbol', type: 'string' },
    { name: 'n', type: 'double' },
  ],
})

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }`

export function item(symbol: string, time: number, n = 0): HistoryItem {
  const value = { symbol, n }
  return { kind: 'record', value, time, available: time, place: `items:${time}` }
}

interface Steps {
  readonly operators: readonly unknown[]
  readonly steps: string
  /** Topics and fates; left out: `items`, and all fates fail. */
  readonly topics?: string
}

export function planSteps({ operators, steps, topics = TOPICS }: Steps): Plan {
  const text = `topology: t${topics}\nsteps:\n${steps}`
  const catalogue = {
    operators: byName(operators),
    functions: new Map(),
    schemas: new Map([['my/Item', { path: 'item.avsc', text: ITEM }]]),
  }
  const files = { read: () => undefined }
  const { plan, diagnostics } = checkTopology({ path: 't.yaml', text }, catalogue, { files })
  if (!plan) throw new Error(renderDiagnostics(diagnostics))
  return plan
}

function byName(operators: readonly unknown[]): ReadonlyMap<string, Operator> {
  // An operator of one config is used as one of any: the plan holds the config to it.
  return new Map((operators as readonly Operator[]).map((each) => [each.name, each]))
}

type Inputs = Readonly<Record<string, readonly HistoryItem[]>>

/** Without looking on, for many records. */
export function runBlind(steps: Steps, inputs: Inputs): RunResult {
  const operators = byName(steps.operators)
  return runReference({
    plan: planSteps(steps),
    operators,
    inputs: new Map(Object.entries(inputs)),
  })
}

/** What is taken and emitted, in order (`take items:7`, `step.output n`), and the result. */
export function runSteps(
  steps: Steps,
  inputs: Inputs,
  events: string[] = [],
): { readonly events: readonly string[]; readonly result: RunResult } {
  const result = runReference({
    plan: planSteps(steps),
    operators: byName(steps.operators),
    inputs: new Map(Object.entries(inputs)),
    capture: '*',
    trace: (event) => {
      if (event.kind === 'reached') events.push(`take ${event.place}`)
      if (event.kind !== 'emitted') return
      events.push(`${event.step}.${event.output} ${String(event.value.n)}`)
    },
  })
  return { events, result }
}
