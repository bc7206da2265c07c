// The panel of orders: what the risk gate let through, how orders ended, and why others did not.
import type { OpenOrder, ReportData, ReportDecisions, ReportOrders, Tally } from '../report-data.ts'
import { html, type Html } from './html.ts'
import { count, plain, several } from './number-text.ts'
import { barList, card, type Column, panel, table } from './table.ts'

export function ordersPanel(data: ReportData): Html | undefined {
  const { orders, decisions, alerts } = data
  const cards = [
    decisions && decisionCards(decisions),
    orders && orderCards(orders),
    alerts.length > 0 && card('Alerts by reason', barList('Alerts by reason', spoken(alerts))),
  ]
  if (cards.every((each) => each === undefined || each === false)) return undefined
  const open = orders !== undefined && orders.open.length > 0 && openCard(orders)
  return panel(
    'orders',
    'Orders',
    html`<div class="cards">${cards}</div>
      ${open}`,
  )
}

function decisionCards({ byVerdict, rejected, reduced }: ReportDecisions): readonly Html[] {
  const lists: readonly (readonly [title: string, tallies: readonly Tally[]])[] = [
    ['What the risk gate decided', byVerdict],
    ['Rejected by the risk gate, by reason', rejected],
    ['Made smaller by the risk gate, by reason', reduced],
  ]
  return lists
    .filter(([, tallies]) => tallies.length > 0)
    .map(([title, tallies]) => card(title, barList(title, spoken(tallies))))
}

function orderCards({ orders, byStatus, reasons }: ReportOrders): readonly Html[] {
  if (orders === 0) return [card('Orders', html`<p>No order was given.</p>`)]
  const title = 'Orders by the state they came to'
  const ended = barList(title, spoken(byStatus))
  const why = 'Why orders were cancelled, rejected or expired'
  const rows = reasons.map(({ status, tally }) => {
    return { name: html`${words(tally.name)} <small>${words(status)}</small>`, count: tally.count }
  })
  return [
    card(
      title,
      html`${ended}
        <p class="note">${several(orders, 'order')} in all.</p>`,
    ),
    ...(rows.length > 0 ? [card(why, barList(why, rows))] : []),
  ]
}

function openCard({ open, openCount }: ReportOrders): Html {
  const columns: readonly Column<OpenOrder>[] = [
    { title: 'Order', cell: ({ order }) => html`<code>${order}</code>` },
    { title: 'Account', cell: ({ account }) => account },
    { title: 'Instrument', cell: ({ symbol }) => symbol },
    { title: 'Side', cell: ({ side }) => (side > 0 ? 'buy' : 'sell') },
    { title: 'Type', cell: ({ type, role }) => `${type} (${role})` },
    { title: 'State', cell: ({ status }) => words(status) },
    { title: 'Quantity', cell: ({ quantity }) => plain(quantity), isNumber: true },
    { title: 'Filled', cell: ({ filled }) => plain(filled), isNumber: true },
    {
      title: 'Price',
      cell: ({ price }) => (price === null ? '–' : plain(price)),
      isNumber: true,
    },
  ]
  const more = openCount - open.length
  return card(
    'Open at the end',
    html`${table('Open orders', columns, open)}${
      more > 0 && html`<p class="note">${count(more)} more are not shown.</p>`
    }`,
  )
}

function spoken(tallies: readonly Tally[]): readonly Tally[] {
  return tallies.map(({ name, count: times }) => ({ name: words(name), count: times }))
}

/** `partially_filled` and `max-position` in words. */
function words(name: string): string {
  return name.replaceAll(/[_-]/g, ' ')
}
