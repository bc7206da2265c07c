import { expect, test } from 'vitest'
import { isFinal, mayBecome, NEXT_STATES, type OrderStatus } from './order-states.ts'

const ALL = Object.keys(NEXT_STATES) as OrderStatus[]

test('lets an order go this way, and no other', () => {
  const ways = ALL.flatMap((from) =>
    ALL.filter((to) => mayBecome(from, to)).map((to) => `${from} -> ${to}`),
  )
  expect(ways).toEqual([
    'created -> validated',
    'created -> rejected',
    'validated -> risk_checked',
    'validated -> rejected',
    'risk_checked -> submitted',
    'risk_checked -> rejected',
    'submitted -> pending',
    'submitted -> cancelled',
    'submitted -> expired',
    'pending -> partially_filled',
    'pending -> filled',
    'pending -> cancelled',
    'pending -> expired',
    'partially_filled -> partially_filled',
    'partially_filled -> filled',
    'partially_filled -> cancelled',
    'partially_filled -> expired',
  ])
})

test('has four final states', () => {
  expect(ALL.filter(isFinal)).toEqual(['filled', 'cancelled', 'rejected', 'expired'])
})

test('leads from every state that is not final to every state behind it in the end', () => {
  for (const from of ALL.filter((status) => !isFinal(status))) {
    const reached = new Set<OrderStatus>()
    const next = [from]
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      for (const to of NEXT_STATES[at]) if (!reached.has(to)) next.push(to)
      for (const to of NEXT_STATES[at]) reached.add(to)
    }
    expect(reached.has('filled')).toBe(true)
    expect(reached.has('created')).toBe(false)
  }
})
