import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Tick } from './bar-source.ts'
import {
  addTick,
  type Bar,
  closeDue,
  isLate,
  isQuiet,
  moveLast,
  nextClose,
  noWindows,
  type WindowRule,
  type Windows,
} from './bar-windows.ts'

interface Arrival {
  readonly time: number
  readonly price: number
  readonly size: number
}

const EVERY = 10
const LATENESS = 7
const RULE: WindowRule = { every: EVERY, lateness: LATENESS, fill: 'none' }
const NO_CLOCK = Number.NEGATIVE_INFINITY

function tickOf({ price, size }: Arrival): Tick {
  return { open: price, high: price, low: price, close: price, volume: size, count: 1 }
}

/** What the bars of one key are when it alone says how late it is; `beats` are its clock's. */
function run(rule: WindowRule, arrivals: readonly Arrival[], beats?: readonly number[]) {
  const windows = noWindows()
  const bars: Bar[] = []
  const late: Arrival[] = []
  let streamTime = NO_CLOCK
  for (const [index, arrival] of arrivals.entries()) {
    streamTime = Math.max(streamTime, arrival.time)
    if (isLate(rule, windows, arrival.time, streamTime)) {
      late.push(arrival)
    } else {
      bars.push(...closeDue(rule, windows, streamTime))
      addTick(rule.every, windows, arrival.time, tickOf(arrival))
    }
    const beat = beats?.[index]
    if (beat !== undefined) bars.push(...closeDue(rule, windows, beat))
  }
  return { bars, late, windows }
}

/** Everything that is open closes. */
function finish(rule: WindowRule, windows: Windows): readonly Bar[] {
  const last = windows.open.at(-1)
  return last ? closeDue(rule, windows, last.start + rule.every + rule.lateness) : []
}

/** Bars as one would make them by hand: group by window, order by event time, ties by arrival. */
function groupBars(arrivals: readonly Arrival[]): readonly Bar[] {
  const groups = new Map<number, Arrival[]>()
  for (const arrival of arrivals.toSorted((a, b) => a.time - b.time)) {
    const start = Math.floor(arrival.time / EVERY) * EVERY
    groups.set(start, [...(groups.get(start) ?? []), arrival])
  }
  return [...groups].map(([start, group]) => {
    const prices = group.map(({ price }) => price)
    const [open = NaN, close = NaN] = [prices[0], prices.at(-1)]
    const [high, low] = [Math.max(...prices), Math.min(...prices)]
    const volume = group.reduce((sum, { size }) => sum + size, 0)
    return { start, open, high, low, close, volume, count: group.length }
  })
}

const arrival = fc.record({
  time: fc.integer({ min: -50, max: 150 }),
  price: fc.integer({ min: 1, max: 99 }),
  size: fc.integer({ min: 0, max: 9 }),
})
const arbitrary = fc.array(arrival, { maxLength: 40 })

/** Event times in which none is further behind the greatest before it than the lateness. */
const punctual = fc.array(fc.tuple(arrival, fc.nat(LATENESS)), { maxLength: 40 }).map((pairs) =>
  pairs
    .map(([each, delay]) => ({ each, arrives: each.time + delay }))
    .sort((a, b) => a.arrives - b.arrives)
    .map(({ each }) => each),
)

const rules = fc.constantFrom<WindowRule>(RULE, { ...RULE, fill: 'previous' })

test('arrival in any order within the lateness gives the bars of a grouping by event time', () => {
  fc.assert(
    fc.property(punctual, (arrivals) => {
      const { bars, late, windows } = run(RULE, arrivals)
      expect(late).toEqual([])
      expect([...bars, ...finish(RULE, windows)]).toEqual(groupBars(arrivals))
    }),
  )
})

test('in any order at all, the bars group what is not late, and none comes twice', () => {
  fc.assert(
    fc.property(arbitrary, (arrivals) => {
      const { bars, late, windows } = run(RULE, arrivals)
      const kept = arrivals.filter((each) => !late.includes(each))
      expect([...bars, ...finish(RULE, windows)]).toEqual(groupBars(kept))
    }),
  )
})

test('windows that the clock closes between two records give the same bars', () => {
  fc.assert(
    fc.property(rules, arbitrary, fc.array(fc.nat(60)), (rule, arrivals, distances) => {
      const straight = run(rule, arrivals)
      const taken = arrivals.filter((each) => !straight.late.includes(each))
      const beats = taken.map((_, index) => {
        const rest = taken.slice(index + 1)
        const close = ({ time }: Arrival): number =>
          Math.floor(time / EVERY) * EVERY + EVERY + LATENESS - 1
        const latest = Math.min(200, ...rest.map(close))
        return latest - (distances[index] ?? 0)
      })
      const beaten = run(rule, taken, beats)
      const [a, b] = [straight, beaten].map(({ bars, windows }) => [
        ...bars,
        ...closeDue(rule, windows, 200),
      ])
      expect(b).toEqual(a)
    }),
  )
})

test('bars of a prefix of the records are a prefix of the bars', () => {
  fc.assert(
    fc.property(rules, arbitrary, fc.nat(40), (rule, arrivals, length) => {
      const whole = run(rule, arrivals).bars
      const part = run(rule, arrivals.slice(0, length)).bars
      expect(part).toEqual(whole.slice(0, part.length))
    }),
  )
})

test('flat bars fill every window between two bars, at the close of the one before', () => {
  fc.assert(
    fc.property(arbitrary, (arrivals) => {
      const rule = { ...RULE, fill: 'previous' } as const
      const { bars } = run(rule, arrivals)
      const first = bars[0]?.start ?? 0
      expect(bars.map(({ start }) => start)).toEqual(bars.map((_, i) => first + i * EVERY))
      const flat = bars.flatMap((bar, i) => (bar.count === 0 ? [[bar, bars[i - 1]?.close]] : []))
      for (const [bar, close] of flat) {
        expect(bar).toMatchObject({ open: close, high: close, low: close, close, volume: 0 })
      }
      expect(bars.filter(({ count }) => count > 0)).toEqual(run(RULE, arrivals).bars)
    }),
  )
})

test('says when the clock closes the next bar: a moment earlier it closes none', () => {
  fc.assert(
    fc.property(rules, arbitrary, (rule, arrivals) => {
      const { windows } = run(rule, arrivals)
      const next = nextClose(rule, windows)
      fc.pre(next < Number.POSITIVE_INFINITY)
      expect(closeDue(rule, windows, next - 1)).toEqual([])
      expect(closeDue(rule, windows, next)).toHaveLength(1)
    }),
  )
})

test('a volume beyond the doubles is the greatest double', () => {
  const windows = noWindows()
  for (const time of [0, 1]) addTick(EVERY, windows, time, tickOf({ time, price: 1, size: 1e308 }))
  const [bar] = finish(RULE, windows)
  expect(bar?.volume).toBe(Number.MAX_VALUE)
})

test('a quiet tick is one that is in time, closes nothing and opens nothing', () => {
  const arrivals = fc.array(fc.record({ time: fc.nat(60), beat: fc.nat(60) }), { maxLength: 40 })
  const fills = fc.constantFrom('none' as const, 'previous' as const)
  const seen = { quiet: 0, other: 0 }
  fc.assert(
    fc.property(arrivals, fills, (given, fill) => {
      const rule: WindowRule = { ...RULE, fill }
      const windows = noWindows()
      let horizon = NO_CLOCK
      for (const [index, { time, beat }] of given.entries()) {
        horizon = Math.max(horizon, time)
        const tick = tickOf({ time, price: index, size: 1 })
        const isAsSaid = isQuiet(rule, windows, time, horizon)
        seen[isAsSaid ? 'quiet' : 'other'] += 1
        const quietly = structuredClone(windows)
        if (isAsSaid) moveLast(quietly, time, tick)
        if (isLate(rule, windows, time, horizon)) {
          expect(isAsSaid).toBe(false)
          continue
        }
        const closed = closeDue(rule, windows, horizon)
        const hasOpened = addTick(rule.every, windows, time, tick)
        if (isAsSaid) expect({ closed, hasOpened, windows }).toEqual(as(quietly))
        horizon = Math.max(horizon, beat)
        closeDue(rule, windows, beat)
      }
    }),
    { seed: 11 },
  )
  expect(Math.min(seen.quiet, seen.other)).toBeGreaterThan(50)
})

/** What the long way comes to where it only moves a window. */
function as(windows: Windows) {
  return { closed: [], hasOpened: false, windows }
}
