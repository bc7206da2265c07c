import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Value } from '../../schemas/type.ts'
import { openBook } from '../../test/expect-book.ts'
import { pricePage } from './price-page.ts'

interface Change {
  readonly bids: readonly (readonly [price: number, size: number])[]
  readonly asks: readonly (readonly [price: number, size: number])[]
}

/** Far apart, near each other, and where one page of prices ends. */
const price = fc.oneof(
  fc.integer({ min: 1, max: 12 }),
  fc.integer({ min: 65_520, max: 65_560 }).map((tick) => tick / 8),
  fc.constantFrom(-3, 0, 1e-9, 1e9),
)
const levels = fc.array(fc.tuple(price, fc.nat(2)), { maxLength: 12 })
const changes = fc.array(fc.record({ bids: levels, asks: levels }), { maxLength: 20 })

/** A side as one would write it down: all levels by price, sorted when asked for. */
function naiveSide(better: (a: number, b: number) => number) {
  const sizes = new Map<number, number>()
  const sorted = () => [...sizes].sort(([a], [b]) => better(a, b)).map(asLevel)
  return {
    sorted,
    apply: (all: Change['bids'], depth: number): void => {
      for (const [at, size] of all) {
        if (size === 0) sizes.delete(at)
        else sizes.set(at, size)
      }
      for (const { price: worst } of sorted().slice(depth)) sizes.delete(worst)
    },
  }
}

function asLevel([at, size]: readonly [number, number]) {
  return { price: at, size }
}

/** What both sides are after each change. */
function naiveBooks(all: readonly Change[], depth = Number.POSITIVE_INFINITY) {
  const bids = naiveSide((a, b) => b - a)
  const asks = naiveSide((a, b) => a - b)
  return all.map((change) => {
    bids.apply(change.bids, depth)
    asks.apply(change.asks, depth)
    return { bids: bids.sorted(), asks: asks.sorted() }
  })
}

test('equals a naive book after every change, whatever is committed between them', () => {
  fc.assert(
    fc.property(changes, fc.integer({ min: 3, max: 9 }), fc.boolean(), (all, depth, crashes) => {
      const book = openBook(`levels: 3, depth: ${depth}`)
      const wanted = naiveBooks(all, depth)
      for (const [index, change] of all.entries()) {
        const { emitted, fate } = book.take(diff(index, change, { snapshot: index === 0 }))
        if (crashes) book.crash()
        expect(fate).toBeUndefined()
        const bids = wanted[index]?.bids.slice(0, 3) ?? []
        const asks = wanted[index]?.asks.slice(0, 3) ?? []
        const valid = bids.length > 0 && asks.length > 0
        if (valid || emitted.length > 0) {
          expect(emitted[0]?.value).toMatchObject({ valid, bids, asks })
        }
      }
    }),
  )
})

/** Of change `id`, which begins behind id * 10 and ends there, as futures do. */
function diff(id: number, { bids, asks }: Change, more: { snapshot?: boolean; spot?: boolean }) {
  const { snapshot = false, spot = false } = more
  return {
    symbol: 'A',
    time: id,
    received: id,
    first_update: spot ? id * 10 - 9 : id * 10 - 5,
    last_update: id * 10,
    previous_update: spot || snapshot ? null : id * 10 - 10,
    snapshot,
    bids: bids.map(asLevel),
    asks: asks.map(asLevel),
  }
}

const deliveries = fc.array(
  fc.record({
    change: fc.record({ bids: levels, asks: levels }),
    /** How often it comes; and whether a snapshot comes before it, so many changes old. */
    times: fc.constantFrom(0, 1, 1, 1, 1, 1, 2),
    snapshot: fc.constantFrom(undefined, undefined, undefined, 0, 1, 3),
  }),
  { maxLength: 25 },
)

test('is never valid and wrong, whatever is lost, doubled or old; and always heals', () => {
  const seen = new Set<unknown>()
  fc.assert(
    fc.property(deliveries, fc.boolean(), fc.boolean(), (all, spot, crashes) => {
      const book = openBook('levels: 3, buffer: 5')
      const truth = naiveBooks(all.map(({ change }) => change))
      const take = (value: Value): void => {
        const { emitted } = book.take(value)
        if (crashes) book.crash()
        const { value: said } = emitted[0] ?? {}
        if (said === undefined) return
        expect(said.valid || last === true, 'one record says that it is not valid').toBe(true)
        last = said.valid
        seen.add(last)
        if (last === false) return
        const { bids, asks } = truth[Number(said.last_update) / 10 - 1] ?? {}
        expect(said).toMatchObject({ bids: bids?.slice(0, 3), asks: asks?.slice(0, 3) })
      }
      const takeSnapshot = (id: number): void => {
        const { bids = [], asks = [] } = truth[id - 1] ?? {}
        take({ ...diff(id, { bids: [], asks: [] }, { snapshot: true }), bids, asks })
      }
      let last: unknown
      for (const [index, { change, times, snapshot }] of all.entries()) {
        if (snapshot !== undefined && index > snapshot) takeSnapshot(index - snapshot)
        for (let time = 0; time < times; time += 1) take(diff(index + 1, change, { spot }))
      }
      takeSnapshot(all.length)
      const end = truth.at(-1)
      expect(last ?? false).toBe((end?.bids.length ?? 0) > 0 && (end?.asks.length ?? 0) > 0)
    }),
  )
  expect([...seen].sort()).toEqual([false, true])
})

const anyPrice = fc.double({ noNaN: true, noDefaultInfinity: true })

test('a greater price never stands on a lesser page, and pages are places of a window', () => {
  fc.assert(
    fc.property(anyPrice, anyPrice, (a, b) => {
      const [low, high] = [pricePage(Math.min(a, b)), pricePage(Math.max(a, b))]
      expect(low).toBeLessThanOrEqual(high)
      for (const page of [low, high]) expect(Number.isSafeInteger(page)).toBe(true)
      expect(pricePage(-a) + pricePage(a)).toBe(0)
    }),
  )
  expect(pricePage(61_800.2)).toBe(pricePage(61_803.9))
  expect(pricePage(61_804)).toBe(pricePage(61_803.9) + 1)
})
