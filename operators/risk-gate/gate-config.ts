// The config of the risk gate. A limit that is left out is not asked.
import { DOUBLE } from '../../schemas/type.ts'
import {
  type ConfigOf,
  duration,
  expression,
  number,
  stream,
  struct,
  word,
} from '../../topology/config.ts'

export const gateConfig = struct({
  portfolio: stream({
    summary: 'Holdings that come back: equity, drawdown, positions, round trips.',
    feedback: true,
  }),
  orders: stream({
    summary: 'Orders that come back: until one is final, what is left of it counts as exposure.',
    feedback: true,
  }),
  accounts: stream({
    summary: 'Table of accounts: their cash is the equity until the portfolio has spoken.',
    optional: true,
  }),
  instruments: stream({
    summary: 'Table of instruments: reduced quantities lie on their lots.',
    optional: true,
  }),
  market: stream({
    summary: 'Quotes, books or bars for every task: no order passes without a sound one.',
    optional: true,
  }),
  max_market_age: duration({
    summary: "How long ago an instrument's market may have been seen.",
    optional: true,
  }),
  control: stream({
    summary: 'Commands for every task: halt, resume, flatten, reset.',
    optional: true,
  }),
  price: expression(DOUBLE, {
    summary: 'What a unit is valued at; else the field price_seen, else close.',
    sees: { stream: 'market', as: 'market' },
    optional: true,
  }),
  max_position: number({
    summary:
      'Greatest worth of a position, open orders on its side included, as a share of equity.',
    min: 0,
    optional: true,
  }),
  max_exposure: number({
    summary: 'Greatest worth of all positions, open orders included, as a share of equity.',
    min: 0,
    optional: true,
  }),
  max_drawdown: struct(
    {
      limit: number({ summary: 'Drawdown at which only reducing passes.', min: 0, max: 1 }),
      latch: word(['manual', 'none'], {
        summary: 'Until a reset, or until the drawdown is below the limit again.',
        default: 'manual',
      }),
    },
    { summary: 'What happens when too much is lost.', optional: true },
  ),
  breaker: struct(
    {
      losses: number({ summary: 'Losing round trips in a row.', min: 1, integer: true }),
      within: duration({ summary: 'The time in which all of them must have ended.' }),
      pause: duration({ summary: 'How long only reducing passes then, or until a reset.' }),
    },
    { summary: 'What happens when losses follow each other.', optional: true },
  ),
  max_orders: struct(
    {
      count: number({ summary: 'Orders of an account.', min: 1, integer: true }),
      within: duration({ summary: "The window, by the task's clock.", min: 1 }),
    },
    { summary: 'How many orders may be approved in a while.', optional: true },
  ),
  on_breach: word(['reject', 'reduce'], {
    summary: 'Refuse an order that breaks a limit, or send what of it all limits let through.',
    default: 'reject',
  }),
})

export type GateConfig = ConfigOf<typeof gateConfig>
