// What a risk gate promises whatever comes: a desk with a venue that fills, in parts and in any
// order, and cancels; the gate's stores are saved and loaded between any two records.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import type { Step, Turn } from '../operators/operator.ts'
import { ReferenceStore } from '../runtime/reference/stores.ts'
import { bindingOf } from '../runtime/step-stores.ts'
import { Decimal } from '../schemas/decimal.ts'
import type { Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { PlannedStep } from '../topology/plan.ts'

const EQUITY = 1000
const POSITION = 0.2
const EXPOSURE = 0.3
const PRICES: Readonly<Record<string, number>> = { BTC: 20, ETH: 7, XRP: 1 }
const SYMBOLS = Object.keys(PRICES)
const ACCOUNT = 'a1'

interface Order {
  readonly id: string
  readonly symbol: string
  readonly side: number
  quantity: number
  filled: number
}

/** A gate as it is planned. */
function planGate(breach: 'reject' | 'reduce'): PlannedStep {
  const text = `topology: desk
topics:
  holdings: { topic: holdings, schema: trading/Holding, key: account }
  filled: { topic: filled, schema: trading/Order, key: account }
  instruments:
    { topic: i, schema: ref/Instrument, key: symbol, time: since, table: history, copies: all }
  wanted: { topic: wanted, schema: trading/Fill, key: account }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  priced: { from: wanted, derive: { close: double(price) } }
  gated:
    from: priced
    risk-gate:
      portfolio: holdings
      orders: filled
      instruments: instruments
      max_position: ${POSITION}
      max_exposure: ${EXPOSURE}
      on_breach: ${breach}
`
  const source = { path: 'topology.yaml', text }
  const { plan, diagnostics } = checkTopology(source, catalogue, {
    files: { read: () => undefined },
  })
  const planned = plan?.steps.find(({ id }) => id === 'gated')
  if (planned === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return planned
}

/** A gate with empty stores; after a crash another one is made over them. */
function openGate(planned: PlannedStep) {
  const stores = new Map(
    Object.entries(planned.type.stores).map(([name, type]) => {
      return [name, new ReferenceStore(type, () => 0)]
    }),
  )
  const make = (): Step => {
    const storeOf = (name: string) => stores.get(name)?.face
    const step = operators.get('risk-gate')?.step(bindingOf('desk', planned, storeOf))
    if (step === undefined) throw new Error('there is no risk-gate')
    return step
  }
  return { stores, make }
}

/** The desk beside the gate, which counts for itself what may come of what was approved. */
class Desk {
  readonly orders = new Map<string, Order>()
  readonly positions = new Map<string, number>()
  readonly #gate: ReturnType<typeof openGate>
  #step: Step

  constructor(planned: PlannedStep) {
    this.#gate = openGate(planned)
    this.#step = this.#gate.make()
    this.#give('holdings', { account: ACCOUNT, symbol: null, equity: new Decimal(EQUITY) })
    for (const symbol of SYMBOLS) {
      const lot = { symbol, lot: new Decimal(1), min_quantity: null, min_notional: null }
      this.#give('instruments', lot, symbol)
    }
  }

  crash(): void {
    for (const store of this.#gate.stores.values()) store.crash()
    this.#step = this.#gate.make()
  }

  /** Returns the quantity that was approved. */
  want(symbol: string, side: number, quantity: number, price: number): number {
    const value = { account: ACCOUNT, symbol, side, strategy: null, close: price }
    const [approved] = this.#give('main', { ...value, quantity: new Decimal(quantity) })
    if (approved === undefined) return 0
    const id = approved.order_id as string
    expect(this.orders.has(id), 'an id is given once').toBe(false)
    const given = (approved.quantity as Decimal).toNumber()
    this.orders.set(id, { id, symbol, side, quantity: given, filled: 0 })
    return given
  }

  /** What an order came to, and then its holding, or the other way round. */
  fill(order: Order, quantity: number, isOrderFirst: boolean): void {
    order.filled += quantity
    const held = (this.positions.get(order.symbol) ?? 0) + order.side * quantity
    this.positions.set(order.symbol, held)
    const isDone = order.filled === order.quantity
    if (isDone) this.orders.delete(order.id)
    const state = (): void => this.#tell(order, isDone ? 'filled' : 'partially_filled')
    if (isOrderFirst) state()
    const { symbol } = order
    const mark = new Decimal(PRICES[symbol] ?? NaN)
    const numbers = { quantity: new Decimal(held), equity: new Decimal(EQUITY), mark }
    this.#give('holdings', { account: ACCOUNT, symbol, ...numbers })
    if (!isOrderFirst) state()
  }

  cancel(order: Order): void {
    this.orders.delete(order.id)
    this.#tell(order, 'cancelled')
  }

  /** How far the position may get on a side, counted along it. */
  reach(symbol: string, side: number): number {
    let far = side * (this.positions.get(symbol) ?? 0)
    for (const order of this.orders.values()) {
      if (order.symbol === symbol && order.side === side) far += order.quantity - order.filled
    }
    return far
  }

  gross(prices = PRICES): number {
    return SYMBOLS.reduce((sum, symbol) => {
      const size = Math.max(Math.abs(this.reach(symbol, 1)), Math.abs(this.reach(symbol, -1)))
      return sum + size * (prices[symbol] ?? NaN)
    }, 0)
  }

  #tell({ id, quantity, filled }: Order, status: string): void {
    const numbers = { quantity: new Decimal(quantity), filled: new Decimal(filled) }
    this.#give('filled', { account: ACCOUNT, order_id: id, status, ...numbers })
  }

  #give(input: string, value: Value, key = ACCOUNT): readonly Value[] {
    const approved: Value[] = []
    const turn: Turn = {
      now: 0,
      emit: (each, { output = 'main' } = {}) => {
        if (output === 'main') approved.push(each)
      },
      hold: () => undefined,
      reject: (_, reason) => expect.fail(reason),
      wakeAt: () => undefined,
    }
    const complete =
      input === 'holdings' ? { quantity: new Decimal(0), drawdown: 0, ...value } : value
    this.#step.onRecord({ key, value: complete, time: 0 }, turn, input)
    return approved
  }
}

const happening = fc.record({
  what: fc.constantFrom('want', 'want', 'want', 'fill', 'fill', 'cancel', 'crash'),
  symbol: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom(1, -1),
  quantity: fc.integer({ min: 1, max: 60 }),
  which: fc.nat(),
  isOrderFirst: fc.boolean(),
  price: fc.integer({ min: 1, max: 50 }),
})

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

/** What the venue does; wanting is left to the property. */
function act(desk: Desk, { what, quantity, which, isOrderFirst }: Happening): void {
  if (what === 'crash') desk.crash()
  const open = [...desk.orders.values()]
  const order = open[which % Math.max(open.length, 1)]
  if (order === undefined) return
  if (what === 'cancel') desk.cancel(order)
  const left = order.quantity - order.filled
  if (what === 'fill') desk.fill(order, Math.min(quantity, left), isOrderFirst)
}

const histories = fc.array(happening, { minLength: 20, maxLength: 60 })

test.each(['reject', 'reduce'] as const)(
  'it never lets what it approves exceed a limit together, whatever is filled (%s)',
  (breach) => {
    const planned = planGate(breach)
    const seen = { approved: 0, reduced: 0, rejected: 0 }
    fc.assert(
      fc.property(histories, (all) => {
        const desk = new Desk(planned)
        for (const each of all) {
          const { what, symbol, side, quantity } = each
          if (what !== 'want') {
            act(desk, each)
            continue
          }
          const given = desk.want(symbol, side, quantity, PRICES[symbol] ?? NaN)
          seen[given === quantity ? 'approved' : given > 0 ? 'reduced' : 'rejected'] += 1
          for (const name of SYMBOLS) {
            const price = PRICES[name] ?? NaN
            for (const end of [1, -1]) {
              const worth = desk.reach(name, end) * price
              expect(worth).toBeLessThanOrEqual(POSITION * EQUITY)
            }
          }
          expect(desk.gross()).toBeLessThanOrEqual(EXPOSURE * EQUITY)
          if (breach === 'reject' || given === quantity) continue
          // One lot more would have been too much.
          const price = PRICES[symbol] ?? NaN
          const position = (desk.reach(symbol, side) + 1) * price
          const far = Math.max(desk.reach(symbol, side) + 1, desk.reach(symbol, -side))
          const size = Math.max(desk.reach(symbol, side), desk.reach(symbol, -side))
          const gross = desk.gross() + (Math.abs(far) - Math.abs(size)) * price
          expect(position > POSITION * EQUITY || gross > EXPOSURE * EQUITY).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
    expect(seen.approved).toBeGreaterThan(100)
    expect(seen.rejected).toBeGreaterThan(100)
    expect(seen.reduced > 100).toBe(breach === 'reduce')
  },
)

test('it approves at moving prices only what is within the limit there, or reduces', () => {
  const planned = planGate('reject')
  let beyond = 0
  fc.assert(
    fc.property(histories, (all) => {
      const desk = new Desk(planned)
      for (const each of all) {
        const { what, symbol, side, quantity, price } = each
        if (what !== 'want') {
          act(desk, each)
          continue
        }
        if (desk.want(symbol, side, quantity, price) === 0) continue
        const reach = desk.reach(symbol, side)
        expect(Math.max(reach, 0) * price).toBeLessThanOrEqual(POSITION * EQUITY)
        if (Math.abs(reach) * price > POSITION * EQUITY) beyond += 1
      }
    }),
    { numRuns: 50 },
  )
  expect(beyond, 'positions beyond their limit are reduced').toBeGreaterThan(0)
})
