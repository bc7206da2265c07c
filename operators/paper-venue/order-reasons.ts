// Why the paper venue rejects, cancels or lets expire an order: the words that its records carry.

export const ORDER_REASONS = {
  'bad-quantity': 'The quantity is not above 0, or beyond what money can be counted in.',
  'bad-side': 'The side is neither 1 nor -1.',
  'bad-price': 'The limit or stop price is not a number above 0.',
  'bad-protection': 'Stop and target are not above 0, or lie on the wrong sides of each other.',
  'unknown-instrument': 'The table of instruments does not hold the symbol.',
  'off-lot': 'The quantity is no multiple of the lot.',
  'below-min-quantity': 'The quantity is below the least that the instrument allows.',
  'below-min-notional': 'Quantity times price is below the least that the instrument allows.',
  'no-market':
    'There is no market to price it by, or none that can be traded on when it must trade at once.',
  'not-at-once': 'What could not be had at once of an order that is in force for no longer.',
  'in-force-over': 'It stood for as long as it was to be in force.',
  'other-filled': 'Stop and target are one pair: the other one was filled, or has been triggered.',
  'position-closed': 'It may only reduce a position, and there is none left to reduce.',
  halted: 'The account or the instrument was halted.',
  flattened: 'The account or the instrument was flattened.',
} as const

export type OrderReason = keyof typeof ORDER_REASONS
