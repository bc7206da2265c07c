import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from '../../../../schemas/decimal.ts'
import { roundTrips, type TradeFill } from './round-trips.ts'

/** Fills as `+2@10 fee 1`. */
function tripsOf(...fills: readonly string[]) {
  const trips = roundTrips()
  for (const text of fills) trips.add(fillOf(text))
  return trips
}

function fillOf(text: string): TradeFill {
  const [, sign, quantity = '', price = '', fee = '0'] =
    /^([+-])([\d.]+)@([\d.]+)(?: fee ([\d.]+))?$/.exec(text) ?? []
  const numbers = { quantity: new Decimal(quantity), price: new Decimal(price) }
  const side = sign === '+' ? 1 : -1
  return { account: 'a', symbol: 'A', side, ...numbers, fee: new Decimal(fee) }
}

test.each([
  ['a long that gains', ['+2@10', '-2@11'], { trades: 1, wins: 1, gained: '2', lost: '0' }],
  ['a short that loses', ['-2@10', '+2@11'], { trades: 1, wins: 0, gained: '0', lost: '-2' }],
  ['fees that eat the gain', ['+1@10 fee 1', '-1@11 fee 1'], { wins: 0, lost: '-1' }],
  ['several fills on each side', ['+1@10', '+1@12', '-1@13', '-1@9'], { trades: 1, gained: '0' }],
  ['a fill that turns it over', ['+1@10', '-3@12', '+2@11'], { trades: 2, wins: 2, gained: '4' }],
  ['a position that stays', ['+1@10', '-1@12', '+1@11'], { trades: 1, open: 1 }],
  ['nothing', [], { trades: 0, wins: 0, best: null, worst: null, open: 0 }],
])('counts %s', (_, fills, counts) => {
  expect(tripsOf(...fills).all()).toMatchObject(counts)
})

test('splits the fee of a fill that turns the position over by quantity', () => {
  const trips = tripsOf('+1@10', '-4@10 fee 4', '+3@10')
  expect(trips.all()).toMatchObject({ trades: 2, lost: '-4', best: '-1', worst: '-3' })
})

test('knows what is left and its average price', () => {
  const [left] = tripsOf('+1@10', '+3@14', '-2@20').positions()
  expect(left?.quantity.toString()).toBe('2')
  expect(left?.entryPrice?.toString()).toBe('13')
})

test('gains and losses are the cash when all is flat, whatever the fills', () => {
  const fill = fc.tuple(
    fc.boolean(),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 99 }),
  )
  fc.assert(
    fc.property(fc.array(fill, { maxLength: 30 }), (given) => {
      const fills = given.map(
        ([buys, quantity, price]) => `${buys ? '+' : '-'}${quantity}@${price}`,
      )
      const parts = fills.map(fillOf)
      const net = parts.reduce((sum, { side, quantity }) => sum + side * Number(quantity), 0)
      if (net !== 0) {
        fills.push(`${net > 0 ? '-' : '+'}${Math.abs(net)}@50`)
        parts.push(fillOf(fills.at(-1) ?? ''))
      }
      const cash = parts.reduce((sum, { side, quantity, price }) => {
        return sum - side * Number(quantity) * Number(price)
      }, 0)
      const { gained, lost, open } = tripsOf(...fills).all()
      expect(open).toBe(0)
      expect(Number(gained) + Number(lost)).toBeCloseTo(cash, 6)
    }),
  )
})
