import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import type { PlacedStore, Turn } from '../operator.ts'
import {
  createOrder,
  type Draft,
  enterOrder,
  moveOrder,
  ordersAt,
  ordersOf,
  scheduleOrder,
  sendOrder,
  takeDueOrders,
} from './order-book.ts'
import { isFinal, mayBecome, NEXT_STATES, type OrderStatus } from './order-states.ts'
import type { VenueStores } from './venue-state.ts'

type At = string | number

function placedStore(): PlacedStore<At, object> & { readonly size: () => number } {
  const keys = new Map<string, Map<At, object>>()
  const of = (key: string): Map<At, object> => {
    const known = keys.get(key) ?? new Map<At, object>()
    keys.set(key, known)
    return known
  }
  return {
    get: (key, at) => of(key).get(at),
    edit: (key, at, start) => {
      const entry = of(key).get(at) ?? start()
      of(key).set(at, entry)
      return entry
    },
    delete: (key, at) => void of(key).delete(at),
    entries: (key, _from, to) =>
      [...of(key)]
        .filter(([at]) => to === undefined || at < to)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    size: () => [...keys.values()].reduce((sum, places) => sum + places.size, 0),
  }
}

function openBook() {
  const [orders, open, accounts, due] = [1, 2, 3, 4].map(placedStore)
  const book = { orders, open, accounts, due } as unknown as VenueStores
  const said: Value[] = []
  const held: string[] = []
  const woken: number[] = []
  const turn = {
    now: 5,
    emit: (value: Value) => void said.push(value),
    hold: (reason: string) => void held.push(reason),
    wakeAt: (_key: string, at: number) => void woken.push(at),
  } as unknown as Turn
  const left = () => [orders, open, due].map((store) => store?.size())
  return { book, turn, said, held, woken, left }
}

const DRAFT: Draft = {
  account: 'A',
  strategy: null,
  symbol: 'BTC',
  side: 1,
  type: 'market',
  role: 'entry',
  parent: null,
  quantity: new Decimal(1),
  price: null,
  time_in_force: 'gtc',
  expires: 9,
  may_open: null,
  stop: null,
  target: null,
  sibling: null,
}

test('refuses and counts what the table of states does not allow', () => {
  const { book, turn, said, held } = openBook()
  const order = createOrder(book, turn, DRAFT, String)
  expect(moveOrder(book, turn, order, 'filled')).toBe(false)
  expect(order.status).toBe('created')
  expect(held).toEqual(['illegal-transition: created -> filled'])
  expect(said.map(({ status }) => status)).toEqual(['created'])
})

test('keeps to the table whatever is asked of it, and final states are final', () => {
  const statuses = fc.constantFrom(...(Object.keys(NEXT_STATES) as OrderStatus[]))
  fc.assert(
    fc.property(fc.array(statuses, { maxLength: 40 }), (asked) => {
      const { book, turn, said, held } = openBook()
      const order = createOrder(book, turn, DRAFT, String)
      for (const to of asked) {
        const before = order.status
        const isAllowed = mayBecome(before, to)
        expect(moveOrder(book, turn, order, to)).toBe(isAllowed)
        expect(order.status).toBe(isAllowed ? to : before)
      }
      expect(said.length + held.length).toBe(asked.length + 1)
      const final = said.findIndex(({ status }) => isFinal(status as OrderStatus))
      if (final >= 0) expect(final).toBe(said.length - 1)
    }),
  )
})

test('forgets an order that is final, with all that was noted of it', () => {
  const { book, turn, left, woken } = openBook()
  const orders = [1, 2].map(() => createOrder(book, turn, DRAFT, String))
  for (const [index, order] of orders.entries()) {
    scheduleOrder(book, turn, order, 9)
    sendOrder(book, turn, order)
    enterOrder(book, turn, order)
    expect(ordersAt(book, 'BTC', () => true)).toHaveLength(index + 1)
  }
  expect(woken).toEqual([9, 9])
  for (const order of orders) moveOrder(book, turn, order, 'cancelled')
  expect(left()).toEqual([0, 0, 0])
})

test('goes through orders in the order of their numbers, also beyond nine', () => {
  const { book, turn } = openBook()
  for (let count = 0; count < 12; count += 1) {
    const order = createOrder(book, turn, DRAFT, String)
    sendOrder(book, turn, order)
    enterOrder(book, turn, order)
  }
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1)
  expect(ordersAt(book, 'BTC', () => true).map(({ number }) => number)).toEqual(numbers)
  expect(ordersOf(book, 'A', null).map(({ number }) => number)).toEqual(numbers)
  expect(ordersOf(book, 'A', 'ETH')).toEqual([])
})

test('takes what is due by then, once for each order, and wakes for the next', () => {
  const { book, turn, woken } = openBook()
  const [first, second] = [1, 2].map(() => createOrder(book, turn, DRAFT, String))
  if (!first || !second) throw new Error('no orders')
  scheduleOrder(book, turn, first, 7)
  scheduleOrder(book, turn, second, 8)
  scheduleOrder(book, turn, first, 8)
  scheduleOrder(book, turn, first, 20)
  woken.length = 0
  expect(takeDueOrders(book, turn, 'A', 8).map(({ number }) => number)).toEqual([1, 2])
  expect(woken).toEqual([20])
  expect(takeDueOrders(book, turn, 'A', 8)).toEqual([])
})
