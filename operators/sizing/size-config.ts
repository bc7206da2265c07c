// The config of `size`, and what it asks of the streams around it, as diagnostics.
import { DOUBLE, fieldOf, isNumber } from '../../schemas/type.ts'
import { type ConfigOf, expression, number, stream, struct, word } from '../../topology/config.ts'
import type { Feedback, Inference } from '../../topology/signature.ts'
import {
  DECIMAL,
  holdAccountKey,
  holdFields,
  holdTextKey,
  type NeededField,
  TEXT,
  WHOLE,
} from '../needed-fields.ts'

const LEAST_PAYOFF = 0.001

export const sizeConfig = struct({
  method: word(['fixed', 'fraction', 'kelly'], {
    summary: "A quantity, a fraction of the account's money, or the fraction that Kelly gives.",
  }),
  of: word(['equity', 'cash'], {
    summary: "The money that fractions are of; the account's row has it until a portfolio does.",
    default: 'equity',
  }),
  portfolio: stream({
    summary: 'Holdings that come back: equity, cash, positions, round trips.',
    feedback: true,
    optional: true,
  }),
  orders: stream({
    summary: 'Orders that come back: to aim at a position, what is on its way counts as held.',
    feedback: true,
    optional: true,
  }),
  accounts: stream({
    summary: 'Table of accounts: their cash, until the portfolio has spoken.',
    optional: true,
  }),
  instruments: stream({
    summary: 'Table of instruments: lot and the least of an order.',
    optional: true,
  }),
  price: expression(DOUBLE, {
    summary: 'What a unit is worth; by default the field close.',
    optional: true,
  }),
  quantity: expression(DOUBLE, { summary: 'Of fixed: the quantity.', optional: true }),
  fraction: expression(DOUBLE, { summary: 'Of fraction: which part.', optional: true }),
  prior: struct(
    {
      win: number({ summary: 'Share of winners, 0 to 1.', min: 0, max: 1 }),
      payoff: number({ summary: 'Average win over average loss.', min: LEAST_PAYOFF }),
      weight: number({ summary: 'How many round trips it counts as.', min: 1 }),
    },
    { summary: 'Of kelly: what is believed before there are round trips.', optional: true },
  ),
  scale: number({
    summary: 'Of kelly: how much of its fraction is used; by default 1.',
    min: 0,
    optional: true,
  }),
  times: expression(DOUBLE, {
    summary: 'What quantity or fraction is multiplied by, such as confidence.',
    optional: true,
  }),
  min: number({ summary: 'Least fraction, where there is any.', min: 0, optional: true }),
  max: number({ summary: 'Greatest fraction.', min: 0, optional: true }),
  aim: word(['order', 'position'], {
    summary: 'Whether that is ordered, or is to be held: the order is then the difference.',
    default: 'order',
  }),
})

export type SizeConfig = ConfigOf<typeof sizeConfig>

type Method = SizeConfig['method']

/** What belongs to some methods only. */
const OWN = {
  quantity: ['fixed'],
  fraction: ['fraction'],
  prior: ['kelly'],
  scale: ['kelly'],
  min: ['fraction', 'kelly'],
  max: ['fraction', 'kelly'],
} as const satisfies Readonly<Record<string, readonly Method[]>>

const ORDER: readonly NeededField[] = [
  { name: 'symbol', kinds: TEXT },
  { name: 'side', kinds: WHOLE },
  { name: 'strategy', kinds: TEXT, orNull: true, orNone: true },
]
const ROW: readonly NeededField[] = [{ name: 'cash', kinds: DECIMAL }]
const INSTRUMENT: readonly NeededField[] = [
  { name: 'lot', kinds: DECIMAL, orNull: true },
  { name: 'min_quantity', kinds: DECIMAL, orNull: true, orNone: true },
  { name: 'min_notional', kinds: DECIMAL, orNull: true, orNone: true },
]
const ORDER_STATE: readonly NeededField[] = [
  { name: 'order_id', kinds: ['string'] },
  { name: 'account', kinds: ['string'] },
  { name: 'symbol', kinds: TEXT },
  { name: 'side', kinds: WHOLE },
  { name: 'role', kinds: TEXT },
  { name: 'status', kinds: TEXT },
  { name: 'quantity', kinds: DECIMAL },
  { name: 'filled', kinds: DECIMAL },
]
const HOLDING: readonly NeededField[] = [
  { name: 'account', kinds: ['string'] },
  { name: 'symbol', kinds: TEXT, orNull: true },
  { name: 'strategy', kinds: TEXT, orNull: true },
  { name: 'quantity', kinds: DECIMAL },
  { name: 'closed', kinds: DECIMAL, orNull: true },
  { name: 'cash', kinds: DECIMAL },
  { name: 'equity', kinds: DECIMAL },
]

/** Reports what does not fit; says whether all does. */
export function checkSize(inference: Inference<SizeConfig>): boolean {
  const { config, input, streams, span, spanOf, report } = inference
  const sound = [
    holdAccountKey(inference, 'size', 'orders'),
    holdFields({ what: 'the input of "size"', record: input.record, span, report }, ORDER),
    holdMethod(inference),
    // A stream that is named in another way too does not come back.
    checkSizeFeedback(inference),
  ]
  for (const name of ['quantity', 'price_seen']) {
    if (fieldOf(input.record, name) === undefined) continue
    sound.push(false)
    const message = `field "${name}" is in the input already, and "size" adds it`
    report('names-unique', { message, span, repair: 'rename it in a step before' })
  }
  for (const [word, fields] of [
    ['accounts', ROW],
    ['instruments', INSTRUMENT],
  ] as const) {
    const id = config[word]?.stream
    const found = id === undefined ? undefined : streams.get(id)
    if (id === undefined || found === undefined) continue
    const holder = { what: `"${id}"`, record: found.record, span: spanOf(word), report }
    sound.push(holdTextKey(holder, found), holdFields(holder, fields))
    if (word === 'accounts' || found.everyTask === true) continue
    const message = `"${id}" comes to some tasks only, and each may need all of it`
    report('keys-agree', {
      message,
      span: spanOf(word),
      repair: 'declare the topic with `copies: all`',
    })
    sound.push(false)
  }
  return !sound.includes(false)
}

/** Each method has what it needs, and nothing that another one needs. */
function holdMethod({ config, input, span, spanOf, report }: Inference<SizeConfig>): boolean {
  const { method } = config
  let isSound = true
  const say = (code: string, message: string, at: typeof span, repair: string): void => {
    isSound = false
    report(code, { message, span: at, repair })
  }
  const need = (name: keyof SizeConfig, why: string): void => {
    if (config[name] !== undefined) return
    say('config-complete', `"size" needs "${name}": ${why}`, spanOf('method'), `add "${name}:"`)
  }
  for (const [name, methods] of Object.entries(OWN) as [keyof typeof OWN, readonly Method[]][]) {
    if (config[name] === undefined || methods.includes(method)) continue
    const message = `"${name}" says nothing to the method "${method}"`
    say('config-known', message, spanOf(name), `remove it, or use ${methods.join(' or ')}`)
  }
  if (method === 'fixed') need('quantity', 'it is what "fixed" orders')
  if (method === 'fraction') need('fraction', 'it says which part of the money')
  if (method === 'kelly') need('prior', 'there are no round trips at first')
  if (method !== 'fixed') {
    need('portfolio', `it tells the ${config.of}`)
    need('accounts', 'their cash counts before the first fill')
  }
  if (config.aim === 'position') need('portfolio', 'it tells the positions')
  else if (config.orders !== undefined) {
    const message = '"orders" says nothing to the aim "order"'
    say('config-known', message, spanOf('orders'), 'remove it, or add `aim: position`')
  }
  const close = fieldOf(input.record, 'close')?.type
  if (config.price === undefined && !(close && isNumber(close))) {
    const message = '"size" has no price: the input has no number "close"'
    say('config-complete', message, span, 'add `price:`')
  }
  if (config.min !== undefined && config.max !== undefined && config.min > config.max) {
    say('config-typed', '"min" is above "max"', spanOf('min'), 'swap them')
  }
  return isSound
}

/** What comes back is what a portfolio tells, and what becomes of orders. */
export function checkSizeFeedback(feedback: Feedback<SizeConfig>): boolean {
  const { config, streams, spanOf, report } = feedback
  const sound = (
    [
      ['portfolio', HOLDING],
      ['orders', ORDER_STATE],
    ] as const
  ).map(([word, needed]) => {
    const id = config[word]?.stream
    const found = id === undefined ? undefined : streams.get(id)
    if (id === undefined || found === undefined) return true
    return holdFields({ what: `"${id}"`, record: found.record, span: spanOf(word), report }, needed)
  })
  return !sound.includes(false)
}
