import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import type { Step, StepRecord, Turn } from '../operators/operator.ts'
import { ReferenceStore } from '../runtime/reference/stores.ts'
import { bindingOf } from '../runtime/step-stores.ts'
import { Decimal } from '../schemas/decimal.ts'
import { keyText } from '../schemas/key.ts'
import type { RecordType, Type, Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { PlannedStep } from '../topology/plan.ts'

/** Operators whose input is a desk's: each is tried with the topology of its own example. */
const DESK = ['allocate', 'book', 'execute', 'portfolio', 'risk-gate', 'size']

const SECOND = 1_000_000

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  symbol: ['BTC', 'BTCUSDT', 'x'],
  account: ['a1', 'a2', '*'],
  strategy: ['s', 't'],
  order_id: ['1', '2', '3'],
  currency: ['USDT', ''],
}

const decimals = fc
  .constantFrom('0', '1', '2', '100', '0.001', '-1', '1e-18', '99999999999999999999')
  .map((text) => new Decimal(text))
const doubles = fc.constantFrom(-1, -0, 0, 0.5, 1, 2, 98, 99, 100, 101, 1e-300, 1e308)

/** Values that often make sense together, and often do not. */
function valuesOf(type: Type, name: string): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean()
    case 'int':
    case 'long':
      return name === 'side'
        ? fc.constantFrom(1, -1, 1, -1, 0, 2)
        : fc.oneof(fc.nat(9), fc.constantFrom(-1, Number.MAX_SAFE_INTEGER))
    case 'double':
      return doubles
    case 'decimal':
      return decimals
    case 'time':
      return fc.nat(60).map((at) => at * SECOND)
    case 'duration':
      return fc.constantFrom(-1, 0, 1, SECOND, 3600 * SECOND)
    case 'string':
      return fc.constantFrom(...(TEXTS[name] ?? ['BTC', 'a1', '']))
    case 'enum':
      return fc.constantFrom(...type.symbols)
    case 'nullable':
      return fc.option(valuesOf(type.of, name))
    case 'list':
      return fc.array(valuesOf(type.items, 'symbol'), { maxLength: 4 })
    case 'record':
      return recordsOf(type)
    default:
      throw new Error(`no values of ${type.kind}`)
  }
}

function recordsOf({ fields }: RecordType): fc.Arbitrary<Value> {
  return fc.record(Object.fromEntries(fields.map(({ name, type }) => [name, valuesOf(type, name)])))
}

function exampleStep(name: string): PlannedStep {
  const [text = ''] = operators.get(name)?.example.split(/^---\n/m) ?? []
  const files = { read: (): undefined => undefined }
  const { plan } = checkTopology({ path: 'topology.yaml', text }, catalogue, { files })
  const planned = plan?.steps.find(({ operator }) => operator === name)
  if (planned === undefined) throw new Error(`the example of ${name} has no step of it`)
  return planned
}

interface Happening {
  readonly input: string
  readonly record: StepRecord
  readonly pause: number
}

function happeningsOf({ inputs }: PlannedStep): fc.Arbitrary<readonly Happening[]> {
  const each = inputs.map(({ name, role, type }) =>
    fc
      .tuple(recordsOf(type.record), fc.nat(60), fc.constantFrom(0, 1, SECOND))
      .map(([value, at, pause]): Happening => {
        const key = keyText(type.key.map((field) => value[field]))
        return {
          input: role === 'drives' ? 'main' : name,
          record: { key, value, time: at * SECOND },
          pause,
        }
      }),
  )
  return fc.array(fc.oneof(...each), { minLength: 1, maxLength: 40 })
}

test.each(DESK)('what %s fails on leaves its stores as they were', (name) => {
  const planned = exampleStep(name)
  const outcomes = new Set<string>()
  fc.assert(
    fc.property(happeningsOf(planned), (happenings) => {
      const { stores, take, fire } = openStep(planned)
      const contents = (): string =>
        JSON.stringify([...stores].map(([store, each]) => [store, [...each.entries()]]))
      for (const happening of happenings) {
        let before = contents()
        for (const act of [() => take(happening), fire]) {
          const outcome = act()
          outcomes.add(outcome)
          if (outcome === 'failed') expect(contents()).toBe(before)
          before = contents()
        }
      }
    }),
    { numRuns: 60 },
  )
  expect(outcomes).toContain('passed')
})

interface OpenStep {
  readonly stores: ReadonlyMap<string, ReferenceStore>
  readonly take: (happening: Happening) => string
  /** Fires the timers that are due. */
  readonly fire: () => string
}

function openStep(planned: PlannedStep): OpenStep {
  let now = 0
  const stores = new Map(
    Object.entries(planned.type.stores).map(([name, type]) => {
      return [name, new ReferenceStore(type, () => now)]
    }),
  )
  const storeOf = (name: string) => stores.get(name)?.face
  const step: Step | undefined = operators
    .get(planned.operator)
    ?.step(bindingOf('test', planned, storeOf))
  if (step === undefined) throw new Error(`no operator ${planned.operator}`)
  const timers = new Map<string, number>()
  const turnOf = (act: (turn: Turn) => void): string => {
    let outcome = 'passed'
    const turn: Turn = {
      now,
      emit: () => undefined,
      hold: () => undefined,
      wakeAt: (key, at) => void timers.set(key, at),
      reject: () => void (outcome = 'rejected'),
    }
    try {
      act(turn)
    } catch {
      outcome = 'failed'
    }
    return outcome
  }
  return {
    stores,
    take: ({ input, record, pause }) => {
      now += pause
      return turnOf((turn) => step.onRecord(record, turn, input))
    },
    fire: () => {
      const due = [...timers].find(([, at]) => at < now)
      if (due === undefined) return 'passed'
      timers.delete(due[0])
      return turnOf((turn) => step.onTimer?.(due[0], due[1], turn))
    },
  }
}
