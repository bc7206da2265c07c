// Why the risk gate refuses or reduces an order, in the order in which it asks; and what else it
// tells of an account. A limit's reason is its name in the topology, with dashes.

export const REASONS = {
  halted: 'The account or the instrument was halted or flattened, and not resumed since.',
  'too-late':
    "It comes later than its event time plus its `valid_for`; a bar's event time is its start.",
  'no-equity': 'The equity of the account is not known, and neither is its cash.',
  'no-price': 'There is no price above 0 to value it by, or to value what the account holds.',
  'stale-market': 'The market of the instrument was never seen, or longer ago than max_market_age.',
  'invalid-market': 'The market of the instrument is invalid, lacks a side, is crossed or locked.',
  'max-drawdown': 'The drawdown has reached its limit. What only reduces a position passes.',
  breaker: 'Too many losing round trips in a row. What only reduces a position passes.',
  'max-orders': 'As many orders as may be were approved within the window.',
  'max-position': 'The position and the open orders on its side would be worth too much.',
  'max-exposure': 'All positions, at the worst of their open orders, would be worth too much.',
} as const

export type Reason = keyof typeof REASONS

/** Why an alert is given, beside the reasons `max-drawdown` and `breaker`. */
export const NOTICES = {
  halted: 'The account or the instrument takes no orders from now on.',
  flattened: 'It takes no orders from now on, and its positions are being closed.',
  resumed: 'It takes orders again.',
  reset: 'The drawdown latch and the breaker were let go.',
} as const

export type Notice = keyof typeof NOTICES
