// What a step that executes asks of its config and of the streams that it reads, as diagnostics.
import { describeType, fieldOf, notNull, type RecordType, type Type } from '../../schemas/type.ts'
import type { StreamName } from '../../topology/config.ts'
import type { Expression } from '../../topology/expression/expression.ts'
import type { Inference, StreamType } from '../../topology/signature.ts'
import { holdAccountKey } from '../needed-fields.ts'
import { marketKind } from './market-view.ts'

/** The parts of the config that can contradict each other. */
interface ExecutionConfig {
  readonly market: StreamName
  readonly instruments: StreamName | undefined
  readonly control: StreamName | undefined
  readonly type: 'market' | 'limit' | 'stop'
  readonly price: Expression | undefined
  readonly time_in_force: 'gtc' | 'ioc' | 'fok'
  readonly in_force: number | undefined
}

type Checked = Inference<ExecutionConfig>

interface Wish {
  readonly name: string
  readonly kinds: readonly Type['kind'][]
  /** `text`, for what it wants to be. */
  readonly as: string
  readonly isOptional?: true
  readonly isNullable?: true
}

const TEXT = { kinds: ['string', 'enum'], as: 'a string' } as const
const MAYBE = { isOptional: true, isNullable: true } as const

const ORDER: readonly Wish[] = [
  { name: 'account', ...TEXT },
  { name: 'symbol', ...TEXT },
  { name: 'side', kinds: ['int', 'long'], as: 'an int' },
  { name: 'quantity', kinds: ['decimal'], as: 'a decimal' },
  { name: 'order_id', ...TEXT, ...MAYBE },
  { name: 'strategy', ...TEXT, ...MAYBE },
  { name: 'intent', ...TEXT, ...MAYBE },
  { name: 'opens', kinds: ['decimal'], as: 'a decimal', ...MAYBE },
  { name: 'stop', kinds: ['double', 'float'], as: 'a double', ...MAYBE },
  { name: 'target', kinds: ['double', 'float'], as: 'a double', ...MAYBE },
]
const INSTRUMENT: readonly Wish[] = [
  { name: 'tick', kinds: ['decimal'], as: 'a decimal' },
  { name: 'lot', kinds: ['decimal'], as: 'a decimal' },
  { name: 'min_quantity', kinds: ['decimal'], as: 'a decimal', ...MAYBE },
  { name: 'min_notional', kinds: ['decimal'], as: 'a decimal', ...MAYBE },
]
const CONTROL: readonly Wish[] = [
  { name: 'command', ...TEXT },
  { name: 'account', ...TEXT },
  { name: 'symbol', ...TEXT, isNullable: true },
]

/** Reports what does not fit; true where nothing was found. */
export function checkExecution(inference: Checked): boolean {
  const { config, input, streams, span, spanOf, report } = inference
  let isSound = true
  const say = (code: string, message: string, at: typeof span, repair: string): void => {
    isSound = false
    report(code, { message, span: at, repair })
  }
  const hold = (record: RecordType, carrier: string, wishes: readonly Wish[], at: typeof span) => {
    for (const wish of wishes) {
      const found = unmet(record, wish)
      if (found) say(found.code, `${carrier} ${found.message}`, at, found.repair)
    }
  }
  if (!holdAccountKey(inference, 'execute', 'orders')) isSound = false
  hold(input.record, 'an order', ORDER, span)
  const look = (word: 'market' | 'instruments' | 'control'): StreamType | undefined => {
    const name = config[word]?.stream
    return name === undefined ? undefined : streams.get(name)
  }
  const bySymbol = (word: 'market' | 'instruments'): void => {
    const found = look(word)
    if (!found || found.key.join() === 'symbol') return
    const message = `${word} are found by symbol, and "${config[word]?.stream ?? word}" is not`
    say('keys-agree', message, spanOf(word), 'key it by symbol alone')
  }
  bySymbol('market')
  bySymbol('instruments')
  const market = look('market')
  if (market && marketKind(market.record) === undefined) {
    const message = `"${config.market.stream}" has no prices to trade at`
    const repair = 'it needs `bid` and `ask`, or `open`, `high`, `low`, `close` and `end`'
    say('fields-exist', message, spanOf('market'), repair)
  }
  const instruments = look('instruments')
  if (instruments) hold(instruments.record, 'an instrument', INSTRUMENT, spanOf('instruments'))
  const control = look('control')
  if (control) hold(control.record, 'a command', CONTROL, spanOf('control'))
  checkTerms(inference, say)
  return isSound
}

type Say = (code: string, message: string, at: Checked['span'], repair: string) => void

/** What the config says of all orders. */
function checkTerms({ config, span, spanOf }: Checked, say: Say): void {
  const { type, price, time_in_force: inForce } = config
  if (type !== 'market' && price === undefined) {
    say('config-complete', `a ${type} order needs a price`, span, 'add `price:`')
  }
  if (type === 'market' && price !== undefined) {
    const message = 'a market order has no price'
    say('config-typed', message, spanOf('price'), 'leave it out, or add `type: limit`')
  }
  if (inForce !== 'gtc' && config.in_force !== undefined) {
    const message = `an order that is "${inForce}" does not stand for a time`
    say('config-typed', message, spanOf('in_force'), 'leave `in_force` or `time_in_force` out')
  }
  if (inForce !== 'gtc' && type === 'stop') {
    const message = `a stop order waits for its price, and so cannot be "${inForce}"`
    say('config-typed', message, spanOf('time_in_force'), 'leave it out')
  }
}

/** Decimals of orders and fills. */
const MOST_DECIMALS = 18

function unmet(record: RecordType, wish: Wish) {
  const { name, kinds, as, isOptional, isNullable } = wish
  const field = fieldOf(record, name)
  if (!field) {
    if (isOptional) return undefined
    const repair = `add \`${name}\`, ${as}, in a step before`
    return { code: 'fields-exist', message: `needs a field "${name}"`, repair }
  }
  const { type } = field
  const own = isNullable ? notNull(type) : type
  const isWide = own.kind === 'decimal' && own.scale > MOST_DECIMALS
  if (own.kind === 'unknown' || (kinds.includes(own.kind) && !isWide)) return undefined
  const message = `takes ${as} as "${name}", not ${describeType(type)}`
  return { code: 'types-agree', message, repair: 'convert it in a step before' }
}
