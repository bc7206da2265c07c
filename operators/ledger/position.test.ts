import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { afterFill, entryPrice, type Filled, FLAT, type Position } from './position.ts'

/** `+2@100` buys 2 at 100, `-1@9.5~0.1` sells 1 at 9.5 for a fee of 0.1. */
function fillOf(text: string): Filled {
  const [, side, quantity = '', price = '', fee = '0'] =
    /^([+-])([\d.]+)@([\d.]+)(?:~(-?[\d.]+))?$/.exec(text) ?? []
  return {
    side: side === '+' ? 1 : -1,
    quantity: new Decimal(quantity),
    price: new Decimal(price),
    fee: new Decimal(fee),
  }
}

function fold(fills: readonly Filled[]) {
  let position: Position = FLAT
  let [cash, closed] = [new Decimal(0), new Array<string | null>()]
  for (const fill of fills) {
    const change = afterFill(position, fill)
    position = change.position
    cash = cash.minus(change.paid).minus(fill.fee)
    closed = [...closed, change.closed && change.closed.toFixed()]
  }
  return { position, cash, closed }
}

const CASES: readonly (readonly [string, string, string])[] = [
  ['buys into what it holds at average cost', '+1@100 +1@110', '2 at 105, 0 realized'],
  ['sells a part at the average', '+1@100 +1@110 -1@120', '1 at 105, 15 realized'],
  ['closes', '+2@100 -2@90', '0 at -, -20 realized, closed -20'],
  ['is short at the average', '-1@100 -3@120', '-4 at 115, 0 realized'],
  ['buys a short back in part', '-2@100 +1@90', '-1 at 100, 10 realized'],
  ['buys a short back', '-2@100 +2@90', '0 at -, 20 realized, closed 20'],
  ['turns: closes all, opens the rest', '+2@100 -3@110', '-1 at 110, 20 realized, closed 20'],
  ['turns back', '+2@100 -3@110 +4@100', '3 at 100, 30 realized, closed 20, closed 10'],
  ['counts a round trip net of its fees', '+1@100~1 -1@110~2', '0 at -, 10 realized, closed 7'],
  ['adds a rebate', '+1@100~-1 -1@110~-2', '0 at -, 10 realized, closed 13'],
  [
    'shares the fee of a turn out by quantity',
    '+1@100~1 -4@110~4 +3@110~3',
    '0 at -, 10 realized, closed 8, closed -6',
  ],
  ['keeps what a third leaves', '+3@1 -1@1 -1@1 -1@1', '0 at -, 0 realized, closed 0'],
]

test.each(CASES)('it %s: %s', (_, fills, wanted) => {
  const { position, closed } = fold(fills.split(' ').map(fillOf))
  const shown = [
    `${position.quantity.toFixed()} at ${entryPrice(position)?.toFixed() ?? '-'}`,
    `${position.realized.toFixed()} realized`,
    ...closed.flatMap((gain) => (gain === null ? [] : [`closed ${gain}`])),
  ]
  expect(shown.join(', ')).toBe(wanted)
})

const UNIT = 10n ** 18n

/** The same in whole numbers of 1e-18, rounded half to even where it must be. */
function naive(fills: readonly { side: 1n | -1n; quantity: bigint; price: bigint; fee: bigint }[]) {
  let [quantity, cost, realized, cash] = [0n, 0n, 0n, 0n]
  for (const { side, quantity: size, price, fee } of fills) {
    const against = quantity * side < 0n
    const held = quantity < 0n ? -quantity : quantity
    const closing = !against ? 0n : size < held ? size : held
    const paid = halfEven(side * size * price, UNIT)
    cash -= paid + fee
    const back = closing === size ? paid : halfEven(side * closing * price, UNIT)
    const taken = closing === 0n ? 0n : halfEven(cost * closing, held)
    realized -= closing === 0n ? 0n : back + taken
    cost += closing === 0n ? paid : paid - back - taken
    quantity += side * size
  }
  return { quantity, cost, realized, cash }
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  const isNegative = numerator < 0n
  const size = isNegative ? -numerator : numerator
  const [whole, rest] = [size / denominator, (size % denominator) * 2n]
  const up = rest > denominator || (rest === denominator && whole % 2n === 1n)
  const result = up ? whole + 1n : whole
  return isNegative ? -result : result
}

function unscaled(value: Decimal): bigint {
  return BigInt(value.toFixed(18).replace('.', ''))
}

function scaled(value: bigint): Decimal {
  return new Decimal(value.toString()).div(UNIT.toString())
}

const amount = (most: bigint) =>
  fc.oneof(
    fc.bigInt({ min: 1n, max: most }),
    fc.bigInt({ min: 1n, max: 9n }).map((each) => each * UNIT),
    fc.bigInt({ min: 1n, max: 9n }),
  )
const someFills = fc.array(
  fc.record({
    side: fc.constantFrom<1n | -1n>(1n, -1n),
    quantity: amount(10n ** 24n),
    price: amount(10n ** 24n),
    fee: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
  }),
  { maxLength: 30 },
)

test('it agrees with whole numbers to the last digit, and loses none of the cash', () => {
  fc.assert(
    fc.property(someFills, (all) => {
      const fills = all.map(({ side, quantity, price, fee }): Filled => ({
        side: side > 0n ? 1 : -1,
        quantity: scaled(quantity),
        price: scaled(price),
        fee: scaled(fee),
      }))
      const { position, cash } = fold(fills)
      const wanted = naive(all)
      expect({
        quantity: unscaled(position.quantity),
        cost: unscaled(position.cost),
        realized: unscaled(position.realized),
        cash: unscaled(cash),
      }).toEqual(wanted)
      // What was spent is what is held, less what was gained, and the fees.
      const { cost, realized, fees } = position
      expect(cash.plus(cost).minus(realized).plus(fees).toFixed()).toBe('0')
    }),
  )
})

test('gains of round trips add up to what was gained, less all fees', () => {
  fc.assert(
    fc.property(someFills, (all) => {
      let position: Position = FLAT
      let trips = new Decimal(0)
      for (const { side, quantity, price, fee } of all) {
        const fill: Filled = {
          side: side > 0n ? 1 : -1,
          quantity: scaled(quantity),
          price: scaled(price),
          fee: scaled(fee),
        }
        const change = afterFill(position, fill)
        position = change.position
        trips = trips.plus(change.closed ?? 0)
      }
      const { realized, fees, trip } = position
      expect(trips.plus(trip).toFixed()).toBe(realized.minus(fees).toFixed())
    }),
  )
})
