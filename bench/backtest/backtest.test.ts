import { expect, test } from 'vitest'
import { expectedFills, fillsOf } from './fills.ts'
import { type Quote, quoteWalk, SEED } from './quotes.ts'
import { runBacktest } from './run-reference.ts'

const QUOTES = 50_000

test('walks as the peers do', () => {
  const next = quoteWalk(SEED)
  const walk = Array.from({ length: 1_000_000 }, next)
  expect(walk[0]).toEqual({ ms: 1_704_067_201_223, bid: 99_993, ask: 99_994 })
  expect(walk.at(-1)).toEqual({ ms: 1_705_066_223_933, bid: 96_633, ask: 96_635 })
})

test('gives the bars of a grouping by minute and the fills of the peers', () => {
  const { outputs } = runBacktest(QUOTES)
  const bars = (outputs.get('candles') ?? []).map(({ time, value }) => [time, value.close])
  const closes = new Map<number, number>()
  const next = quoteWalk(SEED)
  let last: Quote | undefined
  for (let read = 0; read < QUOTES; read += 1) {
    last = next()
    closes.set(Math.floor(last.ms / 60_000) * 60_000_000, last.bid / 100)
  }
  expect(bars).toEqual([...closes].slice(0, -1))

  const fills = fillsOf(outputs.get('signals') ?? [], QUOTES)
  expect(fills.length).toBeGreaterThan(20)
  expect(fills).toEqual(expectedFills().slice(0, fills.length))
})
