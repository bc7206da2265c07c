// The backtest's topology on the reference interpreter: what every engine has to come to.
import { loadTopology } from '../../cli/load-topology.ts'
import { operators } from '../../operators/index.ts'
import type { HistoryItem, RunResult } from '../../runtime/reference/history.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import type { Plan } from '../../topology/plan.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { SEED, quoteValue, quoteWalk } from './quotes.ts'

export const SYMBOL = 'A'

export function backtestPlan(): Plan {
  const { plan, diagnostics } = loadTopology(new URL('topology.yaml', import.meta.url).pathname)
  if (plan === undefined) throw new Error(renderDiagnostics(diagnostics))
  return plan
}

/** Runs the first `count` quotes. Bars are kept beside the signals. */
export function runBacktest(count: number): RunResult {
  const inputs = new Map([['quotes', historyOf(count)]])
  return runReference({ plan: backtestPlan(), operators, inputs, capture: new Set(['candles']) })
}

function* historyOf(count: number): Iterable<HistoryItem> {
  const next = quoteWalk(SEED)
  for (let read = 1; read <= count; read += 1) {
    const quote = next()
    const time = quote.ms * 1_000
    const value = quoteValue(quote, SYMBOL)
    yield { kind: 'record', value, time, available: time, place: `quote ${read}` }
  }
}
