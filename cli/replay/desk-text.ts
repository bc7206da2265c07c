// What a desk came to, as the summary of a replay tells it: accounts side by side, what became of
// orders, and what was wrong with the data. Empty where a topology has no desk.
import { printable } from '../../topology/printable.ts'
import { count, table } from '../counts-text.ts'
import { basisPoints, gain, money, percent } from './report/page/number-text.ts'
import type { ReportAccount, ReportData, Tally } from './report/report-data.ts'

/** Accounts that fit side by side. */
const MOST_ACCOUNTS = 4
/** Lines of one kind, such as fills by account and symbol. */
const MOST_LINES = 12
const LONGEST_NAME = 40

export function deskText(data: ReportData): string[] {
  return [...accountLines(data.accounts), ...orderLines(data), ...qualityLines(data)]
}

function accountLines(accounts: readonly ReportAccount[]): string[] {
  const shown = accounts.slice(0, MOST_ACCOUNTS)
  if (shown.length === 0) return []
  const more = accounts.length - shown.length
  const row = (name: string, cell: (account: ReportAccount) => string): string[] => [
    name,
    ...shown.map(cell),
  ]
  return [
    ...table([
      row('account', ({ account }) => named(account)),
      row('cash at the start', ({ start, currency }) => `${money(start)} ${named(currency)}`),
      row('equity at the end', ({ equity, currency }) => `${money(equity)} ${named(currency)}`),
      row('P&L', ({ gain: share }) => (share === null ? '' : gain(share))),
      row('  realised', ({ realized }) => money(realized)),
      row('  unrealised', ({ unrealized }) => money(unrealized)),
      row('  fees', ({ fees }) => money(fees)),
      row('greatest drawdown', ({ maxDrawdown }) => percent(maxDrawdown)),
      row('round trips', ({ trades }) =>
        trades === undefined ? '' : `${count(trades.trades)}, ${count(trades.wins)} won`,
      ),
    ]),
    ...(more > 0 ? [`and ${count(more)} more accounts, in report.html`] : []),
    '',
  ]
}

function orderLines({ written, decisions, orders, fills, alerts }: ReportData): string[] {
  const { bars, signals } = written
  const lines: string[][] = []
  if (bars > 0 && signals > 0) lines.push(['bars', count(bars)], ['signals', count(signals)])
  if (decisions !== undefined) {
    const { byVerdict, rejected, reduced } = decisions
    lines.push(['risk gate', tallies(byVerdict)])
    if (rejected.length > 0) lines.push(['  rejected for', tallies(rejected)])
    if (reduced.length > 0) lines.push(['  reduced for', tallies(reduced)])
  }
  if (alerts.length > 0) lines.push(['alerts', tallies(alerts)])
  if (orders !== undefined) {
    lines.push(['orders', `${count(orders.orders)}: ${tallies(orders.byStatus)}`])
  }
  const all = fills.reduce((sum, each) => sum + each.fills, 0)
  if (all > 0) {
    const maker = fills.reduce((sum, each) => sum + each.maker, 0)
    lines.push(['fills', `${count(all)}: ${count(maker)} maker, ${count(all - maker)} taker`])
    const costs = fills.map(({ account, symbol, fills: own, beyondMid }) => {
      const cost = beyondMid === null ? '' : `, ${basisPoints(beyondMid)} bp beyond the mid`
      return [`  ${named(account)} ${named(symbol)}`, `${count(own)}${cost}`]
    })
    lines.push(...firstOf(costs))
  }
  return lines.length === 0 ? [] : [...facts(lines), '']
}

function qualityLines({ quality: { flags, invalid, gaps } }: ReportData): string[] {
  const lines = [
    flags.map((each) => [`flag ${each.check}`, `${count(each.count)} at ${named(each.symbol)}`]),
    invalid.map(({ topic, key, stretches }) => [
      'not valid',
      `${topic} ${named(key)}: ${count(stretches)} times`,
    ]),
    gaps
      .filter(({ missing, filled }) => missing + filled > 0)
      .map(({ topic, symbol, missing, filled }) => [
        'without trades',
        `${topic} ${named(symbol)}: bars filled in ${count(filled)}, not there ${count(missing)}`,
      ]),
  ].flatMap(firstOf)
  return lines.length === 0 ? [] : ['data quality', ...indented(facts(lines)), '']
}

function facts(lines: readonly string[][]): string[] {
  const width = Math.max(...lines.map(([name = '']) => name.length))
  return lines.map(([name = '', text = '']) => `${name.padEnd(width)}  ${text}`)
}

/** What a terminal can show whole; the report has the rest. */
function firstOf(lines: readonly string[][]): readonly string[][] {
  const more = lines.length - MOST_LINES
  if (more <= 0) return lines
  return [...lines.slice(0, MOST_LINES), [`  and ${count(more)} more`, 'in report.html']]
}

/** Names come from the data: what they do to a terminal, and how long they are, is anyone's. */
function named(name: string): string {
  const shown = Array.from(printable(name.slice(0, 2 * LONGEST_NAME)))
  const isCut = shown.length > LONGEST_NAME
  return isCut ? `${shown.slice(0, LONGEST_NAME).join('')}...` : shown.join('')
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

function tallies(all: readonly Tally[]): string {
  return all.map(({ name, count: own }) => `${count(own)} ${name}`).join(', ') || 'none'
}
