// Runs one step over a history of trades, on the engine or the reference, for tests that compare it
// with a naive program. Crashes come where the history has them.
import fc from 'fast-check'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import type { HistoryItem, OutputRecord, RunResult } from '../runtime/reference/history.ts'
import { type EngineName, runHistories } from '../runtime/topology-test/run-histories.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'

/** A trade of the history; times in milliseconds. */
export interface Tick {
  readonly symbol: string
  readonly id: string | null
  readonly time: number
  readonly available: number
}

/** A crash is null. */
export type Ticks = readonly (Tick | null)[]

const tick = fc.record({
  symbol: fc.constantFrom('A', 'B'),
  id: fc.constantFrom('1', '2', '3', '4', null),
  time: fc.nat(60),
  after: fc.nat(8),
  behind: fc.constantFrom(0, 0, 0, 5),
})

/** Clocks that go on, stand still or run back, event times in no order, and crashes. */
export const someTicks: fc.Arbitrary<Ticks> = fc
  .array(fc.oneof({ weight: 9, arbitrary: tick }, { weight: 1, arbitrary: fc.constant(null) }), {
    maxLength: 40,
  })
  .map((ticks) => {
    let clock = 10
    return ticks.map((each) => {
      if (each === null) return null
      const { symbol, id, time, after, behind } = each
      clock += after
      return { symbol, id, time, available: clock - behind }
    })
  })

/** Ticks, each with the clock at which a task takes it. */
export function withClock(ticks: Ticks): readonly (Tick & { readonly clock: number })[] {
  let clock = Number.NEGATIVE_INFINITY
  return ticks.flatMap((tick) => {
    if (tick === null) return []
    clock = Math.max(clock, tick.available)
    return [{ ...tick, clock }]
  })
}

/** The engine opens all its tasks for every run, so it gets fewer of them. */
export const ENGINES: readonly (readonly [EngineName, number])[] = [
  ['reference', 150],
  ['engine', 20],
]

const MILLISECOND = 1_000

/** @param config the operator with its config, as one line of YAML. */
export function runStep(engine: EngineName, config: string, ticks: Ticks): Promise<RunResult> {
  const text = `
topology: one-step
topics:
  trades: { topic: t, schema: market/Trade, key: symbol, time: time, available: received }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  subject:
    from: trades
    ${config}
`
  const source = { path: 'topology.yaml', text }
  const { plan, diagnostics } = checkTopology(source, catalogue, {
    files: { read: () => undefined },
  })
  if (plan === undefined) throw new Error(renderDiagnostics(diagnostics))
  const items = ticks.map((tick) => (tick === null ? ({ kind: 'crash' } as const) : itemOf(tick)))
  return runHistories(engine, { plan, operators, inputs: new Map([['trades', items]]) })
}

function itemOf({ symbol, id, time: at, available: known }: Tick): HistoryItem {
  const [time, available] = [at * MILLISECOND, known * MILLISECOND]
  const sent = { symbol, price: 1, size: 1, side: null, trade_id: id, time, received: available }
  return { kind: 'record', value: sent, time, available, place: '' }
}

export interface Given {
  readonly id: unknown
  readonly time: number
  readonly available: number
}

/** What the step gave out of a key; times in milliseconds. */
export function givenOf({ outputs }: RunResult, symbol: string): readonly Given[] {
  const records: readonly OutputRecord[] = outputs.get('subject') ?? []
  return records
    .filter(({ key }) => key === symbol)
    .map(({ value, time, available }) => ({
      id: value.trade_id,
      time: time / MILLISECOND,
      available: available / MILLISECOND,
    }))
}
