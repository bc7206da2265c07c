// Where a bar takes its prices from: an expression, a price field, a quote's mid, or smaller bars.
import { fieldOf, isNumber, type RecordType, type Value } from '../schemas/type.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import type { Expression } from '../topology/expression/expression.ts'

/** What one record adds to a bar. */
export interface Tick {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly count: number
}

interface SourceConfig {
  readonly price: Expression | undefined
  readonly size: Expression | undefined
}

const BAR = ['open', 'high', 'low', 'close']

/** Why no price can be found in the input, or undefined. */
export function barSourceProblem(input: RecordType, config: SourceConfig): string | undefined {
  if (config.price || hasNumbers(input, ['price']) || hasNumbers(input, BAR)) return undefined
  if (hasNumbers(input, ['bid', 'ask'])) return undefined
  return 'the input has no price: no "price", no "bid" and "ask", no bar'
}

/**
 * A function that reads a record's contribution. Its tick is good until the next call: one is
 * written again and again, as most ticks of a market do nothing but move a bar.
 */
export function barSource(input: RecordType, config: SourceConfig): (value: Value) => Tick {
  const volume = volumeOf(input, config)
  const tick = { open: 0, high: 0, low: 0, close: 0, volume: 0, count: 1 }
  if (!config.price && !hasNumbers(input, ['price']) && hasNumbers(input, BAR)) {
    const counts = hasNumbers(input, ['count'])
    return (value) => {
      const bar = value as unknown as Tick
      tick.open = bar.open
      tick.high = bar.high
      tick.low = bar.low
      tick.close = bar.close
      tick.volume = volume(value)
      if (counts) tick.count = bar.count
      return tick
    }
  }
  const priceOf = priceReader(input, config)
  return (value) => {
    const price = priceOf(value)
    if (!Number.isFinite(price)) throw new Error('the price is not finite')
    tick.open = tick.high = tick.low = tick.close = price
    tick.volume = volume(value)
    return tick
  }
}

function priceReader(input: RecordType, { price }: SourceConfig): (value: Value) => number {
  if (price) return compileExpression(price) as (value: Value) => number
  if (hasNumbers(input, ['price'])) return (value) => value.price as number
  return (value) => ((value.bid as number) + (value.ask as number)) / 2
}

function volumeOf(input: RecordType, { size }: SourceConfig): (value: Value) => number {
  if (size) return compileExpression(size) as (value: Value) => number
  if (hasNumbers(input, ['size'])) return (value) => value.size as number
  if (hasNumbers(input, ['volume'])) return (value) => value.volume as number
  return () => 0
}

function hasNumbers(input: RecordType, names: readonly string[]): boolean {
  return names.every((name) => {
    const type = fieldOf(input, name)?.type
    return type !== undefined && isNumber(type)
  })
}
