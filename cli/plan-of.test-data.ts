// Tests of what is shown of plans: the plan of a topology's text, which must be without errors.
import { renderDiagnostics } from '../topology/render.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { Plan } from '../topology/plan.ts'
import type { Catalogue } from '../topology/signature.ts'
import { catalogue } from './catalogue.ts'

export function planOf(text: string, from: Catalogue = catalogue): Plan {
  const source = { path: 'topology.yaml', text }
  const { plan, diagnostics } = checkTopology(source, from, {
    files: { read: () => undefined },
    set: {},
  })
  if (plan === undefined) throw new Error(renderDiagnostics(diagnostics))
  return plan
}

/**
 * Two sub-topologies: one per symbol, and one over all symbols that gets a repartition and a
 * broadcast.
 */
export const MOMENTUM = `
topology: momentum
parameters:
  fast: 5
topics:
  quotes:
    topic: market.quotes
    schema: market/Quote
    key: symbol
    time: time
    lateness: 1s
    partitions: 4
  mood:
    topic: mood
    schema: social/Mood
    key: symbol
    time: published
    available: ingested
    partitions: 4
  signals: { topic: trading.signals, schema: trading/Signal, key: symbol, partitions: 4 }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  candles:
    from: quotes
    bars: { every: 1m }
    fate: { late: skip }
  trend:
    from: candles
    indicator:
      mean: ema(close, param.fast)
  seen:
    from: trend
    enrich:
      mood: { with: mood, max_age: 2h, missing: hold }
  entry:
    from: seen
    signal:
      buy: crosses_over(close, mean)
      sell: crosses_under(close, mean)
    to: signals
  marks: { from: quotes, filter: bid > 0, key: broadcast }
  book: { from: entry, filter: side != 0, key: all }
  judged:
    from: book
    enrich:
      mark: { with: marks, on: symbol, missing: hold }
`
