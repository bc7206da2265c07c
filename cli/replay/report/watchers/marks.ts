// Watches signals and fills as marks on a chart of prices: each as it is while there are few, then
// joined by side and stretch of time.
import type { Mark, Marks } from '../report-data.ts'
import { makeStretches, type Stretches, twice } from '../stretches.ts'
import { byText, entryOf, type Needs, type See } from './watcher.ts'

export const SIGNAL_FIELDS: Needs = { symbol: 'text', side: 'number' }

export interface MarkWatch {
  readonly add: (symbol: string, mark: Mark) => void
  readonly of: (symbol: string) => Marks
  readonly symbols: () => readonly string[]
}

const MOST_MARKS = 2_000
const MOST_MARKS_OF_ALL = 200_000
const FEWEST_MARKS = 100

interface Side {
  readonly sign: number
  readonly stretches: Stretches<Mark>
  records: number
}

export function watchMarks(): MarkWatch {
  const found = new Map<string, readonly [Side, Side]>()
  const most = (): number =>
    Math.max(FEWEST_MARKS, Math.min(MOST_MARKS, Math.floor(MOST_MARKS_OF_ALL / found.size)))
  const side = (sign: number): Side => ({
    sign,
    stretches: makeStretches<Mark>({ width: 1, most, widen: twice, join: joinMarks }),
    records: 0,
  })
  return {
    add: (symbol, mark) => {
      const [buys, sells] = entryOf(found, symbol, () => [side(1), side(-1)] as const)
      const own = mark.side > 0 ? buys : sells
      own.records += mark.count
      own.stretches.add(mark.time, mark)
    },
    of: (symbol) => {
      const sides = found.get(symbol) ?? []
      const marks = sides.flatMap(({ stretches }) => stretches.entries().map(([, mark]) => mark))
      return {
        records: sides.reduce((sum, { records }) => sum + records, 0),
        marks: marks.toSorted((a, b) => a.time - b.time || b.side - a.side),
      }
    },
    symbols: () => [...found.keys()].toSorted(byText),
  }
}

/** A signal's time is that of the bar it was made from; it is marked where it was known. */
export function signalMarks(marks: MarkWatch): See {
  return ({ available, value }) => {
    const side = Math.sign(Number(value.side))
    if (side === 0 || Number.isNaN(side)) return
    marks.add(String(value.symbol), { time: available, side, price: null, quantity: 0, count: 1 })
  }
}

function joinMarks(a: Mark, b: Mark): Mark {
  const quantity = a.quantity + b.quantity
  const isPriced = a.price !== null && b.price !== null && quantity > 0
  const price = isPriced ? (a.price * a.quantity + b.price * b.quantity) / quantity : a.price
  return {
    time: Math.min(a.time, b.time),
    side: a.side,
    price,
    quantity,
    count: a.count + b.count,
  }
}
