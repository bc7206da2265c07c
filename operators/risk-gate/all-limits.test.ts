import { expect, test } from 'vitest'
import { Decimal } from '../../schemas/decimal.ts'
import { ZERO } from '../paper-venue/amounts.ts'
import { allLimits } from './all-limits.ts'
import { type GateConfig, gateConfig } from './gate-config.ts'
import type { View, Wanted } from './limits/limit.ts'
import { NOTICES, REASONS } from './reasons.ts'

const config: GateConfig = {
  portfolio: { stream: 'holdings' },
  orders: { stream: 'filled' },
  accounts: undefined,
  instruments: undefined,
  market: { stream: 'marks' },
  max_market_age: 1,
  control: undefined,
  price: undefined,
  max_position: 0.2,
  max_exposure: 1,
  max_drawdown: { limit: 0.15, latch: 'manual' },
  breaker: { losses: 5, within: 1, pause: 1 },
  max_orders: { count: 1, within: 1 },
  on_breach: 'reject',
}

/** Breaks everything that can be broken at once. */
const view: View = {
  now: 10,
  isHalted: true,
  price: new Decimal(1000),
  equity: new Decimal(10),
  position: ZERO,
  buys: ZERO,
  sells: ZERO,
  others: ZERO,
  drawdown: 0.5,
  isLatched: true,
  losses: 0,
  pausedUntil: 11,
  orders: 1,
  market: { age: 0, isSound: false },
}

const order: Wanted = { side: 1, quantity: new Decimal(1), goodUntil: 9 }

function reasons(seen: View): readonly string[] {
  return allLimits(config).flatMap((limit) => limit(order, seen)?.reason ?? [])
}

test('it asks in the order in which the reasons are listed', () => {
  const known = ['halted', 'too-late', 'invalid-market', 'max-drawdown', 'breaker', 'max-orders']
  expect(reasons(view)).toEqual([...known, 'max-position', 'max-exposure'])
  const unknown = { ...view, equity: null, price: null, market: null }
  const first = ['halted', 'too-late', 'no-equity', 'no-price', 'stale-market']
  expect(reasons(unknown)).toEqual([...first, 'max-drawdown', 'breaker', 'max-orders'])
  const all = Object.keys(REASONS)
  const places = [...reasons(view), ...first].map((reason) => all.indexOf(reason))
  expect([...new Set(places)].toSorted((a, b) => a - b)).toEqual(all.map((_, i) => i))
  expect(places.slice(0, 8)).toEqual(places.slice(0, 8).toSorted((a, b) => a - b))
  expect(places.slice(8)).toEqual(places.slice(8).toSorted((a, b) => a - b))
})

test('it asks only for what is configured', () => {
  const none = { market: undefined, max_drawdown: undefined, breaker: undefined }
  const limits = allLimits({ ...config, ...none, max_orders: undefined, max_exposure: undefined })
  const broken = limits.flatMap((limit) => limit(order, view)?.reason ?? [])
  expect(broken).toEqual(['halted', 'too-late', 'max-position'])
})

test('a limit lets the greatest quantity through that it names', () => {
  const held: View = { ...view, position: new Decimal(-3), price: new Decimal(1), isHalted: false }
  for (const limit of allLimits(config)) {
    const breach = limit({ ...order, quantity: new Decimal(100) }, held)
    if (breach === undefined || breach.most.isZero()) continue
    expect(limit({ ...order, quantity: breach.most }, held), breach.reason).toBeUndefined()
    const more = breach.most.plus('0.000000000000000001')
    expect(limit({ ...order, quantity: more }, held)?.reason).toBe(breach.reason)
  }
  const named = allLimits(config).map((limit) =>
    limit({ ...order, quantity: new Decimal(100) }, held),
  )
  expect(named.filter((breach) => breach?.most.gt(0)).map((breach) => breach?.reason)).toEqual([
    'max-drawdown',
    'breaker',
    'max-position',
    'max-exposure',
  ])
})

test('a limit is called as it is in the config, and each reason has a sentence', () => {
  const { shape } = gateConfig
  const fields = shape.kind === 'struct' ? Object.keys(shape.fields) : []
  const limits = Object.keys(REASONS).filter((reason) => reason.startsWith('max-'))
  for (const reason of [...limits, 'breaker']) expect(fields).toContain(reason.replaceAll('-', '_'))
  for (const sentence of [...Object.values(REASONS), ...Object.values(NOTICES)]) {
    expect(sentence).toMatch(/^[A-Z].*\.$/)
  }
})
