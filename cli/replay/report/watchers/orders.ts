// Watches orders: how they ended, and which are still open. An order is forgotten when it has come
// to a final state.
import type { Value } from '../../../../schemas/type.ts'
import type { OpenOrder, ReportOrders } from '../report-data.ts'
import { textOrNull } from './amounts.ts'
import { byText, entryOf, type Needs, type See, Tallies } from './watcher.ts'

export const ORDER_FIELDS: Needs = {
  ...{ order_id: 'text', account: 'text', symbol: 'text', side: 'number', status: 'text' },
  ...{ type: 'text', role: 'text', quantity: 'number', filled: 'number' },
}

export interface OrderWatch {
  readonly see: See
  readonly orders: () => ReportOrders
}

const FINAL: ReadonlySet<string> = new Set(['filled', 'cancelled', 'rejected', 'expired'])
const MOST_SHOWN = 50

export function watchOrders(): OrderWatch {
  const open = new Map<string, Value>()
  const ended = new Tallies()
  const reasons = new Map<string, Tallies>()
  return {
    see: ({ value }) => {
      const [id, status] = [String(value.order_id), String(value.status)]
      if (!FINAL.has(status)) {
        open.set(id, value)
        return
      }
      open.delete(id)
      ended.add(status)
      if (status === 'filled') return
      const why = typeof value.reason === 'string' ? value.reason : 'no reason given'
      entryOf(reasons, status, () => new Tallies()).add(why)
    },
    orders: () => {
      const states = new Tallies()
      for (const { name, count } of ended.all) states.add(name, count)
      for (const { status } of open.values()) states.add(String(status))
      const orders = states.all.reduce((sum, { count }) => sum + count, 0)
      const shown = [...open.values()].map(openOrder).toSorted(byPlace).slice(0, MOST_SHOWN)
      return {
        orders,
        byStatus: states.all,
        reasons: [...reasons]
          .toSorted(([a], [b]) => byText(a, b))
          .flatMap(([status, { all }]) => all.map((tally) => ({ status, tally }))),
        open: shown,
        openCount: open.size,
      }
    },
  }
}

function openOrder(value: Value): OpenOrder {
  return {
    order: String(value.order_id),
    account: String(value.account),
    symbol: String(value.symbol),
    side: Number(value.side),
    type: String(value.type),
    role: String(value.role),
    status: String(value.status),
    quantity: textOrNull(value.quantity) ?? '',
    filled: textOrNull(value.filled) ?? '',
    price: textOrNull(value.price),
  }
}

function byPlace(a: OpenOrder, b: OpenOrder): number {
  return byText(a.account, b.account) || byText(a.symbol, b.symbol) || byText(a.order, b.order)
}
