// What the risk gate asks of the streams around it, as diagnostics.
import { fieldOf } from '../../schemas/type.ts'
import type { Feedback, Inference } from '../../topology/signature.ts'
import type { Span } from '../../topology/source.ts'
import {
  DECIMAL,
  holdAccountKey,
  type Holder,
  isFitting,
  type NeededField,
  TEXT,
} from '../needed-fields.ts'
import { marketKind } from '../paper-venue/market-view.ts'
import type { GateConfig } from './gate-config.ts'
import { USUAL_PRICES } from './value-order.ts'

/** What can be done about a stream without the fields. */
const REPAIRS = {
  input: 'put a step with allocate and one with size before it',
  portfolio: 'name a step with portfolio',
  orders: 'name a step with execute',
  accounts: 'name a table such as ref/Account',
  instruments: 'name a table such as ref/Instrument',
  control: 'name a table of trading/Control',
} as const

const NUMBER = ['int', 'long', 'float', 'double'] as const
const optional = { orNull: true, orNone: true } as const

const ORDER: readonly NeededField[] = [
  { name: 'account', kinds: ['string'] },
  { name: 'symbol', kinds: TEXT },
  { name: 'side', kinds: NUMBER },
  { name: 'quantity', kinds: DECIMAL },
  { name: 'strategy', kinds: TEXT, ...optional },
  { name: 'stop', kinds: NUMBER, ...optional },
  { name: 'target', kinds: NUMBER, ...optional },
  { name: 'confidence', kinds: NUMBER, ...optional },
  { name: 'valid_for', kinds: ['duration'], ...optional },
]

const HOLDING: readonly NeededField[] = [
  { name: 'account', kinds: ['string'] },
  { name: 'symbol', kinds: TEXT, orNull: true },
  { name: 'quantity', kinds: DECIMAL },
  { name: 'equity', kinds: DECIMAL },
  { name: 'drawdown', kinds: ['double'] },
  { name: 'entry_price', kinds: DECIMAL, ...optional },
  { name: 'mark', kinds: DECIMAL, ...optional },
]

const CLOSED: NeededField = { name: 'closed', kinds: DECIMAL, orNull: true }

const ORDER_STATE: readonly NeededField[] = [
  { name: 'order_id', kinds: ['string'] },
  { name: 'account', kinds: ['string'] },
  { name: 'status', kinds: TEXT },
  { name: 'quantity', kinds: DECIMAL },
  { name: 'filled', kinds: DECIMAL },
]

const TABLES = {
  accounts: [{ name: 'cash', kinds: DECIMAL }],
  instruments: [
    { name: 'lot', kinds: DECIMAL, orNull: true },
    { name: 'min_quantity', kinds: DECIMAL, ...optional },
    { name: 'min_notional', kinds: DECIMAL, ...optional },
  ],
  control: [
    { name: 'command', kinds: TEXT },
    { name: 'account', kinds: ['string'] },
    { name: 'symbol', kinds: TEXT, ...optional },
  ],
} as const satisfies Readonly<Record<string, readonly NeededField[]>>

/** Reports what does not fit; says whether all does. */
export function checkInputs(inference: Inference<GateConfig>): boolean {
  const { config, input, streams, span, spanOf, report } = inference
  const place = { what: 'the input of "risk-gate"', repair: REPAIRS.input, span }
  let isSound = holdEach({ ...place, record: input.record, report }, ORDER)
  // What is named as a market or a table too does not feed back, and is here.
  if (!checkFeedback(inference)) isSound = false
  const say = (code: string, message: string, at: Span, repair: string): void => {
    isSound = false
    report(code, { message, span: at, repair })
  }
  if (!holdAccountKey(inference, 'risk-gate', 'orders')) isSound = false
  if (config.price === undefined && !USUAL_PRICES.some((name) => fieldOf(input.record, name))) {
    const message = '"risk-gate" has nothing to value an order by'
    say('config-complete', message, span, 'add `price:`, such as `price: market.mid`')
  }
  if (config.max_market_age !== undefined && config.market === undefined) {
    const message = '"max_market_age" needs a market'
    say('config-complete', message, spanOf('max_market_age'), 'add `market:`')
  }
  for (const name of ['accounts', 'instruments', 'control'] as const) {
    const id = config[name]?.stream ?? ''
    const stream = streams.get(id)
    const table = { what: `"${id}"`, repair: REPAIRS[name], span: spanOf(name), report }
    if (stream && !holdEach({ ...table, record: stream.record }, TABLES[name])) isSound = false
  }
  // Accounts may be spread like the orders; a command for all, or a mark, is for every task.
  for (const name of ['instruments', 'market', 'control'] as const) {
    const stream = streams.get(config[name]?.stream ?? '')
    if (stream === undefined || stream.everyTask === true) continue
    const message = `"${name}" comes to some tasks only, and each needs all of it`
    say('keys-agree', message, spanOf(name), 'declare `copies: all`, or add `key: broadcast`')
  }
  const market = streams.get(config.market?.stream ?? '')
  if (market !== undefined && marketKind(market.record) === undefined) {
    const message = '"market" has neither bid and ask nor the prices of a bar'
    say('fields-exist', message, spanOf('market'), 'name quotes, a book or bars')
  } else if (market !== undefined && market.key.length !== 1) {
    say('keys-agree', '"market" is not keyed by instrument', spanOf('market'), 'add `key: symbol`')
  }
  return isSound
}

/** Reports what comes back without what the gate counts by; says whether all of it is there. */
export function checkFeedback(feedback: Feedback<GateConfig>): boolean {
  const { config, streams, spanOf, report } = feedback
  let isSound = true
  const holding = config.breaker ? [...HOLDING, CLOSED] : HOLDING
  for (const [name, asked] of [
    ['portfolio', holding],
    ['orders', ORDER_STATE],
  ] as const) {
    const id = config[name].stream
    const stream = streams.get(id)
    if (stream === undefined) continue
    const span = spanOf(name)
    const place = { what: `"${id}"`, repair: REPAIRS[name], span, record: stream.record, report }
    if (!holdEach(place, asked)) isSound = false
    if (stream.everyTask !== true) continue
    isSound = false
    const message = `"${id}" comes to every task, and an account belongs to one`
    report('keys-agree', { message, span, repair: 'key it by account' })
  }
  return isSound
}

interface Place extends Holder {
  readonly repair: string
}

/** Reports every field that is missing for itself, with what can be done about it. */
function holdEach(place: Place, asked: readonly NeededField[]): boolean {
  let isSound = true
  for (const field of asked) {
    if (fieldOf(place.record, field.name) !== undefined) {
      if (!isFitting(place, field)) isSound = false
    } else if (!field.orNone) {
      isSound = false
      const { what, span, repair, report } = place
      report('fields-exist', { message: `${what} has no field "${field.name}"`, span, repair })
    }
  }
  return isSound
}
