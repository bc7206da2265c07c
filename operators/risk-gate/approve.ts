// Gives out an order and reserves what it may come to: from here on its quantity counts as
// exposure, until the order comes back as final.
import type { Decimal } from '../../schemas/decimal.ts'
import { hashedId } from '../order-id.ts'
import { EVERY_ACCOUNT } from '../every-account.ts'
import type { Binding, Turn } from '../operator.ts'
import type { GateConfig } from './gate-config.ts'
import { type ApprovedOrder, CARRIED, type Carried, decisionOf, type Seen } from './gate-records.ts'
import type { GateStores } from './desk-stores.ts'
import { newDesk } from './desk.ts'
import type { Breach } from './limits/limit.ts'

export interface Decided {
  readonly order: ApprovedOrder
  readonly carried: Carried
  readonly wanted: Decimal
  readonly verdict: 'approved' | 'reduced' | 'rejected'
  readonly breach: Breach | undefined
  readonly seen: Seen
}

/** What an order that closes a position carries. */
export const NOTHING_CARRIED: Carried = Object.fromEntries(CARRIED.map(({ name }) => [name, null]))

/** The id of the next order of an account that is decided about; the account is known from now. */
export function nextOrderId(
  { desks, known }: GateStores,
  { topology, id }: Binding<GateConfig>,
  account: string,
  turn: Turn,
): string {
  know(known, account, turn)
  const desk = desks.edit(account, newDesk)
  desk.decided += 1
  return hashedId(topology, id, account, desk.decided)
}

/** Notes that an account is this task's own: commands for all speak of it too. */
export function know(known: GateStores['known'], account: string, turn: Turn): void {
  if (known.get(EVERY_ACCOUNT, account) === undefined)
    known.edit(EVERY_ACCOUNT, account, () => since(turn))
}

function since({ now }: Turn) {
  return { since: now }
}

/** Sends the order on, unless it is rejected, and the decision in any case. */
export function settle(stores: GateStores, turn: Turn, decided: Decided): void {
  const { order, carried, wanted, verdict, breach, seen } = decided
  const { order_id: orderId, account, symbol, strategy, side, intent } = order
  const quantity = order.quantity
  const time = turn.now
  const about = {
    orderId,
    account,
    symbol,
    strategy,
    side,
    verdict,
    breach,
    wanted,
    quantity,
    seen,
  }
  if (verdict !== 'rejected') {
    const { price } = seen
    stores.open.edit(account, orderId, () => ({ symbol, side, quantity, price, intent }))
    if (intent === 'entry' && stores.approvals !== undefined) {
      stores.approvals.edit(account, time, () => ({ count: 0 })).count += 1
    }
    turn.emit({ ...order, ...carried }, { time })
  }
  turn.emit(decisionOf(about), { time, output: 'decisions' })
}
