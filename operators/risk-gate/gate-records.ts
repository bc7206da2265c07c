// What the risk gate gives out: the order, the audit record of a decision, and alerts.
import type { Decimal } from '../../schemas/decimal.ts'
import {
  DOUBLE,
  DURATION,
  LONG,
  nullable,
  type RecordField,
  type RecordType,
  STRING,
  type Type,
} from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { Micros } from '../operator.ts'
import { MONEY, rounded, type Side } from '../paper-venue/amounts.ts'
import type { Breach } from './limits/limit.ts'
import type { Notice, Reason } from './reasons.ts'

export type Intent = 'entry' | 'flatten'

export const INTENT: Type = {
  kind: 'enum',
  name: 'risk.Intent',
  symbols: ['entry', 'flatten'] satisfies Intent[],
}

/** Fields that go on from the input where it has them; null where it has not, or says nothing. */
export const CARRIED: readonly RecordField[] = [
  { name: 'stop', type: nullable(DOUBLE), default: null, doc: 'Price at which to give up.' },
  { name: 'target', type: nullable(DOUBLE), default: null, doc: 'Price of the gain to take.' },
  { name: 'confidence', type: nullable(DOUBLE), default: null, doc: 'How sure it is, 0 to 1.' },
  { name: 'valid_for', type: nullable(DURATION), default: null, doc: 'From its event time.' },
]

export type Carried = Readonly<Record<string, unknown>>

/** An order that may be sent: the gate's own record, whatever its input is. */
export interface ApprovedOrder {
  readonly order_id: string
  readonly account: string
  readonly strategy: string | null
  readonly symbol: string
  readonly side: Side
  readonly quantity: Decimal
  /** The rest only closes: what is held may be gone when the order is filled. */
  readonly opens: Decimal
  readonly price_seen: Decimal | null
  readonly intent: Intent
}

export function approvedRecord(step: string): RecordType {
  return inferredRecord(step, [
    { name: 'order_id', type: STRING, doc: 'Hash of topology, step, account and a counter.' },
    { name: 'account', type: STRING, doc: 'Account that trades.' },
    { name: 'strategy', type: nullable(STRING), default: null, doc: 'Who wants it.' },
    { name: 'symbol', type: STRING, doc: 'Instrument.' },
    { name: 'side', type: LONG, doc: '+1 buy, -1 sell.' },
    { name: 'quantity', type: MONEY, doc: 'Quantity approved, in base currency.' },
    {
      name: 'opens',
      type: nullable(MONEY),
      default: null,
      doc: 'What of it may open or add to a position.',
    },
    { name: 'price_seen', type: nullable(MONEY), default: null, doc: 'What it was valued by.' },
    ...CARRIED,
    { name: 'intent', type: INTENT, doc: 'What was wanted, or what closes a position.' },
  ])
}

interface AlertAbout {
  readonly account: string
  readonly symbol?: string | null
  readonly reason: Reason | Notice
  readonly side?: Side
  readonly quantity?: Decimal
  readonly value?: number | null
  readonly limit?: number | null
  readonly orderId?: string
}

/** A risk/Alert. */
export function alertOf({ account, symbol, reason, side, quantity, ...more }: AlertAbout) {
  return {
    account,
    symbol: symbol ?? null,
    reason,
    side: side ?? null,
    quantity: quantity ?? null,
    value: finite(more.value),
    limit: more.limit ?? null,
    order_id: more.orderId ?? null,
  }
}

/** The numbers that a decision saw: those before the order it is about. */
export interface Seen {
  readonly price: Decimal | null
  readonly equity: Decimal | null
  readonly position: Decimal
  /** Open buys less open sells of the instrument. */
  readonly open: Decimal
  readonly exposure: Decimal | null
  readonly drawdown: number | null
  readonly losses: number
  readonly orders: number
  readonly marketAge: Micros | null
}

interface DecisionAbout {
  readonly orderId: string
  readonly account: string
  readonly symbol: string
  readonly strategy: string | null
  readonly side: Side
  readonly verdict: 'approved' | 'reduced' | 'rejected'
  readonly breach: Breach | undefined
  readonly wanted: Decimal
  readonly quantity: Decimal
  readonly seen: Seen
}

/** A risk/Decision. */
export function decisionOf({ orderId, breach, seen, ...about }: DecisionAbout) {
  const { account, symbol, strategy, side, verdict, wanted, quantity } = about
  return {
    order_id: orderId,
    account,
    symbol,
    strategy,
    side,
    verdict,
    reason: breach?.reason ?? null,
    value: finite(breach?.value),
    limit: breach?.limit ?? null,
    wanted,
    quantity,
    price: seen.price,
    equity: seen.equity,
    position: seen.position,
    open: seen.open,
    exposure: seen.exposure && rounded(seen.exposure),
    drawdown: seen.drawdown,
    losses: seen.losses,
    orders: seen.orders,
    market_age: seen.marketAge,
  }
}

function finite(value: number | null | undefined): number | null {
  return value !== undefined && value !== null && Number.isFinite(value) ? value : null
}
