// One side of an order book in pages of neighbouring prices. The worst price of a page stands
// first, and the page with the best prices is the last one, so that the top of a book with
// thousands of levels is found by looking at its last pages.
import { DOUBLE, type RecordType } from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { WindowStore } from '../operator.ts'
import { pricePage } from './price-page.ts'

/** A price and the size that stands there; in a change, size 0 removes it. */
export interface Level {
  readonly price: number
  readonly size: number
}

/** Levels of one page, worst price first: the price at an index has the size at that index. */
export interface Page {
  readonly prices: number[]
  readonly sizes: number[]
}

export interface BookSide {
  /** Sets the sizes of a change; returns by how many levels the side has grown. */
  readonly change: (key: string, levels: readonly Level[]) => number
  /** The best levels, best first. */
  readonly best: (key: string, most: number) => Level[]
  readonly dropWorst: (key: string, count: number) => void
  readonly clear: (key: string) => void
}

export function pageRecord(name: string): RecordType {
  const numbers = { kind: 'list', items: DOUBLE } as const
  return inferredRecord(name, [
    { name: 'prices', type: numbers },
    { name: 'sizes', type: numbers },
  ])
}

/** `direction`: 1 where the greatest price is the best (bids), -1 where the least is (asks). */
export function bookSide(pages: WindowStore<Page>, direction: 1 | -1): BookSide {
  const best = (key: string, most: number): Level[] => {
    const found: Level[] = []
    for (let last = pages.last(key); last; last = pages.last(key, last[0] - 1)) {
      const { prices, sizes } = last[1]
      for (let index = prices.length - 1; index >= 0; index -= 1) {
        if (found.length === most) return found
        found.push({ price: prices[index] ?? NaN, size: sizes[index] ?? NaN })
      }
    }
    return found
  }
  return {
    best,
    change: (key, levels) => {
      let grown = 0
      let at = NaN
      let page: Page | undefined
      for (const { price, size } of levels) {
        const place = pricePage(direction * price)
        // Changes come in runs of neighbours.
        if (place !== at || page === undefined) {
          if (size === 0 && pages.get(key, place) === undefined) continue
          page = pages.edit(key, place, noLevels)
          at = place
        }
        grown += setSize(page, direction, price, size)
        if (page.prices.length > 0) continue
        pages.delete(key, place)
        page = undefined
      }
      return grown
    },
    dropWorst: (key, count) => {
      for (let left = count; left > 0;) {
        const [worst] = pages.entries(key)
        if (worst === undefined) throw new Error('a side has fewer levels than were counted')
        const [place, { prices }] = worst
        if (prices.length <= left) {
          left -= prices.length
          pages.delete(key, place)
        } else {
          const page = pages.edit(key, place, noLevels)
          page.prices.splice(0, left)
          page.sizes.splice(0, left)
          left = 0
        }
      }
    },
    clear: (key) => {
      for (const [place] of [...pages.entries(key)]) pages.delete(key, place)
    },
  }
}

function noLevels(): Page {
  return { prices: [], sizes: [] }
}

/** Returns by how many levels the page has grown: 1, 0 or -1. */
function setSize(page: Page, direction: 1 | -1, price: number, size: number): number {
  const { prices, sizes } = page
  const wanted = direction * price
  let [low, high] = [0, prices.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (direction * (prices[middle] ?? NaN) < wanted) low = middle + 1
    else high = middle
  }
  if (prices[low] !== price) {
    if (size === 0) return 0
    prices.splice(low, 0, price)
    sizes.splice(low, 0, size)
    return 1
  }
  if (size !== 0) {
    sizes[low] = size
    return 0
  }
  prices.splice(low, 1)
  sizes.splice(low, 1)
  return -1
}
