import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { NO_STEPS, orderQuantity } from './order-quantity.ts'

function dec(text: string | null): Decimal | null {
  return text === null ? null : new Decimal(text)
}

test.each([
  // what        target   position  lot     least   worth   wanted
  ['as it is', '1.25', null, null, null, null, 'buy 1.25'],
  ['sold', '-1.25', null, null, null, null, 'sell 1.25'],
  ['down to the lot', '1.259', null, '0.01', null, null, 'buy 1.25'],
  ['towards 0 when sold', '-1.259', null, '0.01', null, null, 'sell 1.25'],
  ['less than a lot', '0.009', null, '0.01', null, null, 'below-lot'],
  ['nothing', '0', null, null, null, null, 'nothing-wanted'],
  ['the least', '0.05', null, '0.01', '0.05', null, 'buy 0.05'],
  ['less than the least', '0.059', null, '0.01', '0.06', null, 'below-min-quantity'],
  ['worth enough', '0.05', null, '0.01', null, '5', 'buy 0.05'],
  ['worth too little', '0.05', null, '0.01', null, '5.01', 'below-min-notional'],
  ['a lot of 0 is none', '0.05', null, '0', null, null, 'buy 0.05'],
  ['more of it', '3', '1', null, null, null, 'buy 2'],
  ['less of it', '1', '3', null, null, null, 'sell 2'],
  ['the other side', '-1', '3', null, null, null, 'sell 4'],
  ['none of it', '0', '-3', null, null, null, 'buy 3'],
  ['there already', '3.009', '3', '0.01', null, null, 'at-target'],
  ['nearly there', '3.01', '3.005', '0.01', null, null, 'below-lot'],
])('it orders what is wanted: %s', (_, target, position, lot, least, worth, wanted) => {
  const sized = orderQuantity({
    target: new Decimal(target),
    position: dec(position) ?? undefined,
    price: new Decimal(100),
    steps: { ...NO_STEPS, lot: dec(lot), min_quantity: dec(least), min_notional: dec(worth) },
  })
  const shown =
    typeof sized === 'string'
      ? sized
      : `${sized.side > 0 ? 'buy' : 'sell'} ${sized.quantity.toFixed()}`
  expect(shown).toBe(wanted)
})
