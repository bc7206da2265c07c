// A line in bounded memory: of every stretch of time its first, least, greatest and last value, so
// that no extreme is lost.
import type { Line } from '../report-data.ts'
import { makeStretches, twice } from '../stretches.ts'

export interface LineMaker {
  readonly add: (time: number, value: number) => void
  readonly line: () => Line
}

interface Point {
  readonly time: number
  readonly value: number
}

interface Stretch {
  readonly first: Point
  readonly least: Point
  readonly greatest: Point
  readonly last: Point
}

const MOST_STRETCHES = 1_200

export function makeLine(): LineMaker {
  const most = (): number => MOST_STRETCHES
  const stretches = makeStretches<Stretch>({ width: 1, most, widen: twice, join })
  let records = 0
  return {
    add: (time, value) => {
      if (!Number.isFinite(value)) return
      const point = { time, value }
      records += 1
      stretches.add(time, { first: point, least: point, greatest: point, last: point })
    },
    line: () => {
      const points = stretches.entries().flatMap(([, stretch]) => pointsOf(stretch))
      return {
        records,
        times: points.map(({ time }) => time),
        values: points.map(({ value }) => value),
      }
    },
  }
}

function join(a: Stretch, b: Stretch): Stretch {
  return {
    first: a.first.time <= b.first.time ? a.first : b.first,
    least: a.least.value <= b.least.value ? a.least : b.least,
    greatest: a.greatest.value >= b.greatest.value ? a.greatest : b.greatest,
    last: a.last.time > b.last.time ? a.last : b.last,
  }
}

/** In order of time, each once. Of one instant, what came last stands last. */
function pointsOf({ first, least, greatest, last }: Stretch): readonly Point[] {
  const [a, b] = least.time <= greatest.time ? [least, greatest] : [greatest, least]
  return [...new Set([first, a, b, last])]
}
