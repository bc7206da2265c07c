// The panels of figures: accounts, orders, costs, positions, and what each step and topic had.
// A panel of which there is nothing is left out.
import type { ReportAccount, ReportData, ReportFills, ReportStep } from '../report-data.ts'
import { html, type Html } from './html.ts'
import { basisPoints, count, gain, money, percent, plain, price } from './number-text.ts'
import { type Column, note, panel, table, time, toned, tonedGain } from './table.ts'

export function accountsPanel({ accounts }: ReportData): Html | undefined {
  if (accounts.length === 0) return undefined
  const hasTrades = accounts.some(({ trades }) => trades !== undefined)
  const columns: readonly Column<ReportAccount>[] = [
    { title: 'Account', cell: ({ account }) => account },
    { title: 'Return', cell: (account) => returnOf(account), isNumber: true },
    { title: 'Starting cash', cell: ({ start }) => money(start), isNumber: true },
    { title: 'Equity', cell: ({ equity }) => money(equity), isNumber: true },
    { title: 'Currency', cell: ({ currency }) => currency },
    { title: 'Max drawdown', cell: ({ maxDrawdown }) => percent(-maxDrawdown), isNumber: true },
    { title: 'Realized', cell: ({ realized }) => amount(realized), isNumber: true },
    { title: 'Unrealized', cell: ({ unrealized }) => amount(unrealized), isNumber: true },
    { title: 'Fees', cell: ({ fees }) => money(fees), isNumber: true },
    ...(hasTrades ? tradeColumns : []),
  ]
  return panel(
    'results',
    'Results',
    html`${table('Results by account', columns, accounts)}
    ${note(`${RESULTS_NOTE}${hasTrades ? ` ${TRADES_NOTE}` : ''}`)}`,
  )
}

const RESULTS_NOTE =
  'Equity is cash and the worth of what is held. Realized is the gain of what was closed, before ' +
  'fees; unrealized that of what is held, at the last mark. Drawdown is how far equity was below ' +
  'its highest.'
const TRADES_NOTE =
  'A trade is a round trip, from no position to no position again, fees taken off. Profit ' +
  'factor: what winning trades gained for each unit that losing trades lost.'

const tradeColumns: readonly Column<ReportAccount>[] = [
  { title: 'Trades', cell: ({ trades }) => count(trades?.trades ?? 0), isNumber: true },
  {
    title: 'Win rate',
    cell: ({ trades }) =>
      trades !== undefined && trades.trades > 0 ? percent(trades.wins / trades.trades) : '–',
    isNumber: true,
  },
  { title: 'Profit factor', cell: profitFactor, isNumber: true },
  { title: 'Best', cell: ({ trades }) => amountOrNone(trades?.best), isNumber: true },
  { title: 'Worst', cell: ({ trades }) => amountOrNone(trades?.worst), isNumber: true },
]

function profitFactor({ trades }: ReportAccount): string {
  const lost = Math.abs(Number(trades?.lost ?? 0))
  return lost > 0 ? (Number(trades?.gained ?? 0) / lost).toFixed(2) : '–'
}

function returnOf({ gain: share }: ReportAccount): Html | string {
  return share === null ? '–' : tonedGain(share)
}

function amount(text: string): Html {
  return toned(Number(text), money(text))
}

function amountOrNone(text: string | null | undefined): Html | string {
  return text === null || text === undefined ? '–' : amount(text)
}

export function buyAndHoldPanel({ buyAndHold, accounts }: ReportData): Html | undefined {
  if (buyAndHold.length === 0) return undefined
  type Row = (typeof buyAndHold)[number]
  const columns: readonly Column<Row>[] = [
    { title: 'Instrument', cell: ({ symbol }) => symbol },
    { title: 'Bars', cell: ({ topic }) => topic },
    { title: 'From', cell: ({ firstTime }) => time(firstTime), isNumber: true },
    { title: 'Until', cell: ({ lastTime }) => time(lastTime), isNumber: true },
    { title: 'First price', cell: ({ first }) => price(first), isNumber: true },
    { title: 'Last price', cell: ({ last }) => price(last), isNumber: true },
    { title: 'Buy and hold', cell: heldGain, isNumber: true },
  ]
  const beside = accounts.filter(({ gain: share }) => share !== null && accounts.length <= 4)
  const desk = beside.map(({ account, gain: share }) => `${account} ${gain(share ?? 0)}`)
  return panel(
    'buy-and-hold',
    'Buy and hold',
    html`${table('Buy and hold', columns, buyAndHold)}
      <p class="note">
        What each instrument gave to who bought at the first bar's open and still held at the last
        bar's close, without
        costs.${desk.length > 0 && ` Beside it the accounts: ${desk.join(', ')}.`}
      </p>`,
  )
}

function heldGain({ first, last }: ReportData['buyAndHold'][number]): Html | string {
  return first > 0 ? tonedGain(last / first - 1) : '–'
}

export function fillsPanel({ fills }: ReportData): Html | undefined {
  if (fills.length === 0) return undefined
  const isMeasured = fills.some(({ beyondMid }) => beyondMid !== null)
  const columns: readonly Column<ReportFills>[] = [
    { title: 'Account', cell: ({ account }) => account },
    { title: 'Instrument', cell: ({ symbol }) => symbol },
    { title: 'Fills', cell: (row) => count(row.fills), isNumber: true },
    { title: 'As maker', cell: ({ maker }) => count(maker), isNumber: true },
    { title: 'Bought', cell: ({ bought }) => plain(bought), isNumber: true },
    { title: 'Sold', cell: ({ sold }) => plain(sold), isNumber: true },
    { title: 'Traded value', cell: ({ value }) => money(value), isNumber: true },
    { title: 'Fees', cell: ({ fees }) => money(fees), isNumber: true },
    { title: 'Fees (bp)', cell: feesInPoints, isNumber: true },
    {
      title: 'Beyond mid (bp)',
      cell: ({ beyondMid }) => (beyondMid === null ? '–' : basisPoints(beyondMid)),
      isNumber: true,
      isOptional: !isMeasured,
    },
  ]
  return panel(
    'fills',
    'Fills and fees',
    html`${table('Fills and fees', columns, fills)}
    ${note(`${FEES_NOTE}${isMeasured ? ` ${MID_NOTE}` : ''}`)}`,
  )
}

const FEES_NOTE =
  'bp: hundredths of a percent of the traded value. As maker: the order stood in the book rather ' +
  'than took from it.'
const MID_NOTE =
  'Beyond mid: what was paid beyond the middle of bid and ask, spread and slippage together.'

function feesInPoints({ value, fees }: ReportFills): string {
  return Number(value) > 0 ? basisPoints(Number(fees) / Number(value)) : '–'
}

export function positionsPanel({ positions }: ReportData): Html | undefined {
  const hasMarks = positions.some(({ mark, notional }) => mark !== null || notional !== null)
  if (positions.length === 0) return undefined
  const value = (text: string | null): string => (text === null ? '–' : money(text))
  const columns: readonly Column<ReportData['positions'][number]>[] = [
    { title: 'Account', cell: ({ account }) => account },
    { title: 'Instrument', cell: ({ symbol }) => symbol },
    { title: 'Quantity', cell: ({ quantity }) => plain(quantity), isNumber: true },
    {
      title: 'Entry price',
      cell: ({ entryPrice }) => (entryPrice === null ? '–' : plain(entryPrice)),
      isNumber: true,
    },
    ...(hasMarks ? markColumns(value) : []),
  ]
  return panel('positions', 'Positions at the end', table('Positions', columns, positions))
}

function markColumns(
  value: (text: string | null) => string,
): readonly Column<ReportData['positions'][number]>[] {
  return [
    { title: 'Mark', cell: ({ mark }) => (mark === null ? '–' : plain(mark)), isNumber: true },
    { title: 'Worth', cell: ({ notional }) => value(notional), isNumber: true },
    { title: 'Realized', cell: ({ realized }) => amountOrNone(realized), isNumber: true },
    { title: 'Unrealized', cell: ({ unrealized }) => amountOrNone(unrealized), isNumber: true },
    { title: 'Fees', cell: ({ fees }) => value(fees), isNumber: true },
  ]
}

export function stepsPanel({ steps }: ReportData): Html {
  const columns: readonly Column<ReportStep>[] = [
    { title: 'Step', cell: ({ step, operator }) => (operator === '' ? `${step} (input)` : step) },
    { title: 'Does', cell: ({ operator }) => operator },
    { title: 'Records in', cell: ({ records }) => count(records), isNumber: true },
    { title: 'Records out', cell: ({ emitted }) => count(emitted), isNumber: true },
    { title: 'Held back', cell: ({ held }) => count(sum(held)), isNumber: true },
    {
      title: 'Why held back',
      cell: ({ held }) =>
        held.map(({ name, count: times }) => `${name} ${count(times)}`).join(', '),
      isOptional: steps.every(({ held }) => held.length === 0),
    },
  ]
  return panel(
    'steps',
    'Steps',
    html`${table('Records by step', columns, steps)}
      <p class="note">
        Held back: not passed on by design, such as while an average has not seen enough.
      </p>`,
  )
}

function sum(tallies: readonly { readonly count: number }[]): number {
  return tallies.reduce((total, each) => total + each.count, 0)
}

export function topicsPanel({ topics, inputs }: ReportData): Html {
  const read = inputs.map(({ topic, schema, records, bad }) => ({
    ...{ name: topic, schema, records, digest: '' },
    role: bad > 0 ? `read, ${count(bad)} bad` : 'read',
  }))
  const rows = [...read, ...topics.map((topic) => ({ ...topic, role: 'written' }))]
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: 'Topic', cell: ({ name }) => name },
    { title: '', cell: ({ role }) => role },
    { title: 'Holds', cell: ({ schema }) => schema },
    { title: 'Records', cell: ({ records }) => count(records), isNumber: true },
    {
      title: 'Digest',
      cell: ({ digest }) => html`<code>${digest.slice(0, 16)}</code>`,
    },
  ]
  return panel(
    'topics',
    'Records by topic',
    html`${table('Records by topic', columns, rows)}
      <p class="note">
        A digest tells whether two runs wrote the same records; all of it is in digest.json.
      </p>`,
  )
}
