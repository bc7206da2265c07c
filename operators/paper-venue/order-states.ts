// The states of an order and the ways between them, as a table. What the table does not allow is
// not done.

export type OrderStatus =
  | 'created'
  | 'validated'
  | 'risk_checked'
  | 'submitted'
  | 'pending'
  | 'partially_filled'
  | 'filled'
  | 'cancelled'
  | 'rejected'
  | 'expired'

/** The states that each may be followed by; none behind the last four, which are final. */
export const NEXT_STATES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  created: ['validated', 'rejected'],
  validated: ['risk_checked', 'rejected'],
  risk_checked: ['submitted', 'rejected'],
  submitted: ['pending', 'cancelled', 'expired'],
  pending: ['partially_filled', 'filled', 'cancelled', 'expired'],
  partially_filled: ['partially_filled', 'filled', 'cancelled', 'expired'],
  filled: [],
  cancelled: [],
  rejected: [],
  expired: [],
}

export function mayBecome(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT_STATES[from].includes(to)
}

export function isFinal(status: OrderStatus): boolean {
  return NEXT_STATES[status].length === 0
}
