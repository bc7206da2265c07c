// Signals of the backtest as the fills of the peers' strategy, so that engines can be compared: the
// first order is for 1, the others turn the position over, each at the first quote after its bar.
import { readFileSync } from 'node:fs'
import { SEED, quoteWalk } from './quotes.ts'

export interface Fill {
  /** Bought, or sold if negative. */
  readonly quantity: number
  /** In hundredths. */
  readonly price: number
}

/** A record of the topic `signals`. */
export interface Signal {
  /** Event time: the start of the signal's bar, in microseconds. */
  readonly time: number
  readonly value: Readonly<Record<string, unknown>>
}

const MINUTE_MS = 60_000

/** Fills of signals, in order, over the first `count` quotes. */
export function fillsOf(signals: readonly Signal[], count: number): readonly Fill[] {
  const next = quoteWalk(SEED)
  let read = 0
  let wanted = 0
  return signals.flatMap(({ time, value: { side } }): Fill | [] => {
    if (side !== 1 && side !== -1) throw new Error('a signal without a side')
    const end = time / 1_000 + MINUTE_MS
    let quote = next()
    for (read += 1; quote.ms < end && read < count; read += 1) quote = next()
    if (quote.ms < end) return []
    const quantity = side - wanted
    wanted = side
    return { quantity, price: side > 0 ? quote.ask : quote.bid }
  })
}

/** What the peers' reference strategy comes to on a million quotes. */
export function expectedFills(): readonly Fill[] {
  const [, ...lines] = readFileSync(new URL('fills.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => {
    const [quantity = NaN, price = NaN] = line.split(',').map(Number)
    return { quantity, price: Math.round(price * 100) }
  })
}
