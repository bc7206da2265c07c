import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { keyText } from '../schemas/key.ts'
import type { Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { PlannedStep } from '../topology/plan.ts'
import { operators } from '../operators/index.ts'
import type { Step, StepRecord, Turn } from '../operators/operator.ts'
import { ReferenceStore } from '../runtime/reference/stores.ts'
import { bindingOf } from '../runtime/step-stores.ts'

const CONFIGS: Readonly<Record<string, string>> = {
  conflate: 'every: 1s',
  dedupe: 'by: [price, double(text)]\nlast: 2',
  alert: 'when: price > prev(price)\nvalue: size / price\nlimit: double(text)\nreason: up',
  bars: 'every: [10s, 20s]\nfill: previous\nprice: price / size\nsize: double(text)',
  enrich: `last: { with: table, on: "string(long(text))", missing: fail }
then: { with: table, as_of: time, max_age: 9s }`,
  indicator:
    'mean: sma(price, 2)\nsaid: double(text)\nlater: prev(size)\nratio: prev(price / size)',
  validate: `rules: { numbered: double(text) > 0 }
jump: 50%
duplicate: price
out_of_order: 2s
reject: out_of_order`,
  signal: 'buy: price > prev(price)\nsell: size > prev(size)\nconfidence: double(text)',
}

const FIELDS = [
  { name: 'key', type: 'string' },
  { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
  { name: 'price', type: 'double' },
  { name: 'size', type: 'double' },
  { name: 'text', type: 'string' },
]
const SCHEMA = JSON.stringify({ type: 'record', name: 'test.Input', fields: FIELDS })

function planOf(name: string, config: string): PlannedStep {
  const text = `topology: contract
topics:
  main: { topic: main, schema: test/Input, key: key, time: time, lateness: 5s }
  table: { topic: table, schema: test/Input, key: key, time: time, table: latest, copies: all }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  subject:
    from: main
    ${name}:
${config.replace(/^/gm, '      ')}
`
  const files = { read: (path: string) => (path.endsWith('test/input.avsc') ? SCHEMA : undefined) }
  const { plan, diagnostics } = checkTopology({ path: 'topology.yaml', text }, catalogue, { files })
  const [planned] = plan?.steps ?? []
  if (planned === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return planned
}

type Stores = ReadonlyMap<string, ReferenceStore>

/** Stores that undo nothing: what a step did to them before it threw can be seen. */
function makeStep(planned: PlannedStep): { readonly step: Step; readonly stores: Stores } {
  const stores: Stores = new Map(
    Object.entries(planned.type.stores).map(([name, type]) => {
      return [name, new ReferenceStore(type, () => 0)]
    }),
  )
  const storeOf = (name: string) => stores.get(name)?.face
  const step = operators.get(planned.operator)?.step(bindingOf('test', planned, storeOf))
  if (step === undefined) throw new Error(`no operator ${planned.operator}`)
  return { step, stores }
}

/** What the stores hold now, apart from what becomes of it. */
function contentsOf(stores: Stores): unknown {
  return structuredClone([...stores].map(([name, store]) => [name, new Map(store.entries())]))
}

interface Happening {
  readonly input: string
  readonly record: StepRecord
  readonly now: number
}

const number = fc.constantFrom(-1e308, -2, -0, 0, 5e-324, 1, 2, 3, 1e308)
const SECOND = 1_000_000

const happenings: fc.Arbitrary<readonly Happening[]> = fc
  .array(
    fc.record({
      input: fc.constantFrom('main', 'main', 'table'),
      key: fc.constantFrom('1', '2'),
      at: fc.nat(60),
      price: number,
      size: number,
      text: fc.constantFrom('1', '2', 'x'),
      isDeleted: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all.map(({ input, key, at, price, size, text, isDeleted }) => {
      const time = at * SECOND
      const value: Value = { key, time, price, size, text }
      const isNone = input === 'table' && isDeleted
      return { input, record: { key: keyText([key]), value: isNone ? null : value, time }, now: 0 }
    }),
  )

/** What became of a record: `failed`, `rejected`, or `passed`. */
function take(step: Step, { input, record, now }: Happening): string {
  let outcome = 'passed'
  const turn: Turn = {
    now,
    emit: () => undefined,
    hold: () => undefined,
    wakeAt: () => undefined,
    reject: () => void (outcome = 'rejected'),
  }
  try {
    step.onRecord(record, turn, input)
  } catch {
    outcome = 'failed'
  }
  return outcome
}

/** Operators that learn from what they reject, see docs/decisions/0007. */
const LEARNS = new Set(['alert', 'enrich', 'indicator', 'signal', 'validate'])

/** Operators that let every record pass: they compute nothing of it. */
const TAKES_ALL = new Set(['conflate'])

/** Whose input is a desk's: desk-stores.test.ts tries them. */
const DESK = ['allocate', 'book', 'execute', 'portfolio', 'risk-gate', 'size']

test('every operator with state is here', () => {
  const withState = [...operators.values()].filter(({ example }) => {
    const [text = ''] = example.split(/^---\n/m)
    const source = { path: 'topology.yaml', text }
    const { plan } = checkTopology(source, catalogue, { files: { read: () => undefined } })
    return plan?.steps.some(({ type }) => Object.keys(type.stores).length > 0)
  })
  expect(withState.map(({ name }) => name).sort()).toEqual(
    [...Object.keys(CONFIGS), ...DESK].sort(),
  )
})

test.each(Object.entries(CONFIGS))(
  'a record on which %s fails leaves its stores as they were',
  (name, config) => {
    const planned = planOf(name, config)
    const seen = new Set<string>()
    fc.assert(
      fc.property(happenings, (all) => {
        const { step, stores } = makeStep(planned)
        for (const happening of all) {
          const before = contentsOf(stores)
          const outcome = take(step, happening)
          seen.add(outcome)
          const isUndone = outcome === 'failed' || (outcome === 'rejected' && !LEARNS.has(name))
          if (isUndone) expect(contentsOf(stores)).toEqual(before)
        }
      }),
    )
    const outcomes = TAKES_ALL.has(name) ? ['passed'] : ['failed', 'passed', 'rejected']
    expect([...seen].sort()).toEqual(outcomes)
  },
)
