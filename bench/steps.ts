// What one record costs in each part that it passes, apart from the engine around them: CPU
// nanoseconds of the codec and of the backtest's steps in plain loops, over stores that are maps.
// Medians of rounds. Run: node bench/steps.ts
import type { Step, StepRecord, Store, Turn } from '../operators/operator.ts'
import { operators } from '../operators/index.ts'
import { createCodec } from '../schemas/codec.ts'
import type { Value } from '../schemas/type.ts'
import { bindingOf } from '../runtime/step-stores.ts'
import type { Plan, PlannedStep } from '../topology/plan.ts'
import { quoteValue, quoteWalk, SEED } from './backtest/quotes.ts'
import { backtestPlan, SYMBOL } from './backtest/run-reference.ts'

/** As many as stay in the processor's cache, as a record does that has just been decoded. */
const RECORDS = 1_000
const REPEATS = 200
const ROUNDS = 15

/** The entries of a step's store, for a task that never commits. */
function mapStore<E extends object>(): Store<E> {
  const entries = new Map<string, E>()
  return {
    get: (key) => entries.get(key),
    edit: (key, start) => {
      let entry = entries.get(key)
      if (entry === undefined) entries.set(key, (entry = start()))
      return entry
    },
    delete: (key) => void entries.delete(key),
  }
}

function makeStep(planned: PlannedStep): Step {
  const operator = operators.get(planned.operator)
  if (operator === undefined) throw new Error(`no operator ${planned.operator}`)
  const storeOf = (name: string): Store<object> => {
    const { kind = 'value' } = planned.type.stores[name] ?? {}
    if (kind !== 'value') throw new Error(`no step of the backtest has a ${kind}, as "${name}" is`)
    return mapStore()
  }
  return operator.step(bindingOf('bench', planned, storeOf))
}

/** A turn that is used again for every record, and the first that it emitted. No timer is run. */
function makeTurn() {
  const emitted: StepRecord[] = []
  const turn = {
    now: 0,
    emit: (value: Value, options?: { readonly time?: number }): void => {
      const record = { key: SYMBOL, value, time: options?.time ?? turn.now }
      if (emitted.length < RECORDS) emitted.push(record)
    },
    reject: (_fate: string, reason: string): void => {
      throw new Error(reason)
    },
    hold: (): void => undefined,
    wakeAt: (): void => undefined,
  }
  return { turn: turn satisfies Turn, emitted }
}

/** Median CPU nanoseconds per record; `work` takes that many `records`. */
function cost(records: number, work: () => void): number {
  const costs = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage()
    for (let repeat = 0; repeat < REPEATS; repeat += 1) work()
    const { user, system } = process.cpuUsage(start)
    return ((user + system) * 1_000) / (records * REPEATS)
  })
  return costs.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN
}

function print(what: string, nanoseconds: number): void {
  process.stdout.write(`${what.padEnd(24)}${nanoseconds.toFixed(0).padStart(6)} ns/record\n`)
}

function measureCodec(plan: Plan, values: readonly Value[]): void {
  const codec = createCodec(plan.topics.get('quotes')?.schema)
  const bytes = Buffer.alloc(values.length * 64)
  const ends = new Int32Array(values.length)
  const encode = (): void => {
    let end = 0
    for (let row = 0; row < values.length; row += 1) {
      end = codec.encodeInto(values[row] ?? {}, bytes, end)
      ends[row] = end
    }
  }
  const decode = (): void => {
    let start = 0
    for (const end of ends) {
      codec.decodeAt(bytes, start, end)
      start = end
    }
  }
  print('encode a quote', cost(values.length, encode))
  print('decode a quote', cost(values.length, decode))
}

/**
 * Takes the records through the step again and again, each time as much later as they span. Returns
 * what it emitted first.
 */
function measureStep(planned: PlannedStep, records: readonly StepRecord[]): readonly StepRecord[] {
  const span = (records.at(-1)?.time ?? 0) - (records[0]?.time ?? 0)
  const step = makeStep(planned)
  const { turn, emitted } = makeTurn()
  let later = 0
  const takeAll = (): void => {
    for (const { key, value, time } of records) {
      turn.now = time + later
      step.onRecord({ key, value, time: turn.now }, turn, 'main')
    }
    later += span
  }
  print(`${planned.operator} "${planned.id}"`, cost(records.length, takeAll))
  return emitted
}

const plan = backtestPlan()
const quotes = Array.from({ length: RECORDS }, quoteWalk(SEED))
const values = quotes.map((quote) => quoteValue(quote, SYMBOL))
measureCodec(plan, values)
let records: readonly StepRecord[] = values.map((value) => {
  return { key: SYMBOL, value, time: value.time as number }
})
for (const step of plan.steps) records = measureStep(step, records)
