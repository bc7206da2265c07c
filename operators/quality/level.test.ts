import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgePrice, type Level, type LevelRule, moveLevel } from './level.ts'

/** Which prices are sound, one after the other. */
function judgeAll(prices: readonly number[], rule: LevelRule): readonly boolean[] {
  const level: Level = { level: null, suspect: null, suspects: 0 }
  return prices.map((price) => {
    const jump = judgePrice(level, price, rule)
    moveLevel(level, price, jump)
    return jump === undefined
  })
}

const isNear = (a: number, b: number, limit: number): boolean =>
  a === b || Math.abs(b - a) / Math.abs(a) <= limit

/** By the definition, looked up in all that came before. */
function soundByDefinition(prices: readonly number[], { limit, recover }: LevelRule) {
  const sound: boolean[] = []
  for (const [index, price] of prices.entries()) {
    const last = sound.lastIndexOf(true)
    const row = prices.slice(Math.max(last + 1, index + 1 - recover), index + 1)
    const agree = row.every((each, at) => at === 0 || isNear(row[at - 1] ?? NaN, each, limit))
    const isLong = row.length === recover
    sound.push(last < 0 || isNear(prices[last] ?? NaN, price, limit) || (agree && isLong))
  }
  return sound
}

const price = fc.oneof(
  fc.constantFrom(0, -0, 1, 1.05, 1.2, 2, -1, 5e-324, 1e308, -1e308),
  fc.double({ min: 90, max: 130, noNaN: true }),
)
const rule = fc.record({
  limit: fc.constantFrom(0, 0.05, 0.1, 1),
  recover: fc.integer({ min: 2, max: 4 }),
})

test('calls those prices sound that are by the definition', () => {
  fc.assert(
    fc.property(fc.array(price, { maxLength: 30 }), rule, (prices, each) => {
      expect(judgeAll(prices, each)).toEqual(soundByDefinition(prices, each))
    }),
  )
})

test('no price keeps the market away for ever: after it, as many as recover are enough', () => {
  fc.assert(
    fc.property(fc.array(price), price, rule, (before, now, each) => {
      const market = new Array<number>(each.recover).fill(now)
      expect(judgeAll([...before, ...market], each).at(-1)).toBe(true)
    }),
  )
})
