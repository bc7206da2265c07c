// What the risk gate asks of the streams around it, as diagnostics.
import { describeType, fieldOf, notNull, type RecordType, type Type } from '../../schemas/type.ts'
import type { Feedback, Inference } from '../../topology/signature.ts'
import type { Span } from '../../topology/source.ts'
import { marketKind } from '../paper-venue/market-view.ts'
import type { GateConfig } from './gate-config.ts'
import { USUAL_PRICES } from './value-order.ts'

type Kind = Type['kind']

/** What can be done about a stream without the fields. */
const REPAIRS = {
  input: 'put a step with allocate and one with size before it',
  portfolio: 'name a step with portfolio',
  orders: 'name a step with execute',
  accounts: 'name a table such as ref/Account',
  instruments: 'name a table such as ref/Instrument',
  control: 'name a table of trading/Control',
} as const

interface Asked {
  readonly name: string
  readonly kinds: readonly Kind[]
  /** It may be null. */
  readonly orNull?: true
  /** It may be missing; it must be of its kind where it is there. */
  readonly orNone?: true
}

const TEXT: readonly Kind[] = ['string', 'enum']
const NUMBER: readonly Kind[] = ['int', 'long', 'float', 'double']
const optional = { orNull: true, orNone: true } as const

const ORDER: readonly Asked[] = [
  { name: 'account', kinds: ['string'] },
  { name: 'symbol', kinds: TEXT },
  { name: 'side', kinds: NUMBER },
  { name: 'quantity', kinds: ['decimal'] },
  { name: 'strategy', kinds: TEXT, ...optional },
  { name: 'stop', kinds: NUMBER, ...optional },
  { name: 'target', kinds: NUMBER, ...optional },
  { name: 'confidence', kinds: NUMBER, ...optional },
  { name: 'valid_for', kinds: ['duration'], ...optional },
]

const HOLDING: readonly Asked[] = [
  { name: 'account', kinds: ['string'] },
  { name: 'symbol', kinds: TEXT, orNull: true },
  { name: 'quantity', kinds: ['decimal'] },
  { name: 'equity', kinds: ['decimal'] },
  { name: 'drawdown', kinds: ['double'] },
  { name: 'entry_price', kinds: ['decimal'], ...optional },
  { name: 'mark', kinds: ['decimal'], ...optional },
]

const CLOSED: Asked = { name: 'closed', kinds: ['decimal'], orNull: true }

const ORDER_STATE: readonly Asked[] = [
  { name: 'order_id', kinds: ['string'] },
  { name: 'account', kinds: ['string'] },
  { name: 'status', kinds: TEXT },
  { name: 'quantity', kinds: ['decimal'] },
  { name: 'filled', kinds: ['decimal'] },
]

const TABLES = {
  accounts: [{ name: 'cash', kinds: ['decimal'] }],
  instruments: [
    { name: 'lot', kinds: ['decimal'], orNull: true },
    { name: 'min_quantity', kinds: ['decimal'], ...optional },
    { name: 'min_notional', kinds: ['decimal'], ...optional },
  ],
  control: [
    { name: 'command', kinds: TEXT },
    { name: 'account', kinds: ['string'] },
    { name: 'symbol', kinds: TEXT, ...optional },
  ],
} as const satisfies Readonly<Record<string, readonly Asked[]>>

/** Reports what does not fit; says whether all does. */
export function checkInputs(inference: Inference<GateConfig>): boolean {
  const { config, input, streams, span, spanOf, report } = inference
  const place = { what: 'the input of "risk-gate"', repair: REPAIRS.input, span }
  let isSound = holdFields(place, input.record, ORDER, report)
  // What is named as a market or a table too does not feed back, and is here.
  if (!checkFeedback(inference)) isSound = false
  const say = (code: string, message: string, at: Span, repair: string): void => {
    isSound = false
    report(code, { message, span: at, repair })
  }
  if (input.key.length !== 1 || input.key[0] !== 'account') {
    const message = '"risk-gate" needs all orders of an account in one task'
    say('keys-agree', message, span, 'add `key: account` to the step before')
  }
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
    const table = { what: `"${id}"`, repair: REPAIRS[name], span: spanOf(name) }
    if (stream && !holdFields(table, stream.record, TABLES[name], report)) isSound = false
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
    const place = { what: `"${id}"`, repair: REPAIRS[name], span }
    if (!holdFields(place, stream.record, asked, report)) isSound = false
    if (stream.everyTask !== true) continue
    isSound = false
    const message = `"${id}" comes to every task, and an account belongs to one`
    report('keys-agree', { message, span, repair: 'key it by account' })
  }
  return isSound
}

interface Place {
  readonly what: string
  readonly repair: string
  readonly span: Span
}

function holdFields(
  { what, repair, span }: Place,
  record: RecordType,
  asked: readonly Asked[],
  report: Inference<unknown>['report'],
): boolean {
  let isSound = true
  for (const { name, kinds, orNull = false, orNone } of asked) {
    const type = fieldOf(record, name)?.type
    if (type === undefined ? orNone : isOf(type, kinds, orNull)) continue
    isSound = false
    if (type === undefined) {
      report('fields-exist', { message: `${what} has no field "${name}"`, span, repair })
      continue
    }
    const wanted = `${kinds.join(' or ')}${orNull ? ', or null' : ''}`
    const message = `"${name}" of ${what} is ${describeType(type)}, not ${wanted}`
    report('types-agree', { message, span, repair: 'convert it in a step before' })
  }
  return isSound
}

function isOf(type: Type, kinds: readonly Kind[], orNull: boolean): boolean {
  if (type.kind === 'unknown') return true
  if (type.kind === 'nullable' && !orNull) return false
  return kinds.includes(notNull(type).kind)
}
