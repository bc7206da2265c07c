// How the replay ended, beside what doing nothing would have given: part of the assumptions, as
// open positions are worth what their last mark says.
import type { ReportData } from '../report-data.ts'
import type { Html } from './html.ts'
import { gain, lengthText, percent, price, several } from './number-text.ts'
import { card, facts, type Fact } from './table.ts'

const MOST_INSTRUMENTS = 12

export function endCard(data: ReportData): Html | undefined {
  const list = [
    returnFact(data),
    ...holdFacts(data),
    tradesFact(data),
    positionsFact(data),
    ordersFact(data),
  ].flatMap((fact) => fact ?? [])
  return list.length === 0 ? undefined : card('At the end', facts(list))
}

/** Of all accounts that were valued, where they have one currency. */
function returnFact({ accounts }: ReportData): Fact | undefined {
  const valued = accounts.filter(({ gain: share }) => share !== null)
  if (valued.length === 0) return undefined
  if (valued.length <= 4) {
    const each = valued.map(({ account, gain: share }) => `${account} ${gain(share ?? 0)}`)
    return { name: 'Return', value: each.join(', '), about: 'Of equity over starting cash.' }
  }
  const shares = valued.map(({ gain: share }) => share ?? 0)
  const range = `${gain(Math.min(...shares))} to ${gain(Math.max(...shares))}`
  return { name: 'Return', value: `${range} over ${several(valued.length, 'account')}` }
}

function holdFacts({ buyAndHold }: ReportData): readonly Fact[] {
  return buyAndHold.slice(0, MOST_INSTRUMENTS).map(({ symbol, first, last, ...span }) => ({
    name: `Buy and hold ${symbol}`,
    value: first > 0 ? gain(last / first - 1) : 'unknown',
    about:
      `From ${price(first)} to ${price(last)}: first to last bar, ` +
      `${lengthText(span.lastTime - span.firstTime)}, without costs.`,
  }))
}

function tradesFact({ trades, fills }: ReportData): Fact | undefined {
  if (trades === undefined) return undefined
  const { trades: ended, wins, open } = trades
  const filled = fills.reduce((sum, each) => sum + each.fills, 0)
  const won = ended > 0 ? `, ${percent(wins / ended)} of them won` : ''
  return {
    name: 'Trades',
    value: `${several(ended, 'round trip')}${won}`,
    about:
      `From ${several(filled, 'fill')}. A round trip goes from no position to no position ` +
      `again, fees taken off. Not ended: ${open}.`,
  }
}

function positionsFact({ positions, trades }: ReportData): Fact | undefined {
  const open = positions.filter(({ quantity }) => Number(quantity) !== 0)
  if (positions.length === 0 && trades === undefined) return undefined
  return {
    name: 'Open positions',
    value: open.length === 0 ? 'None' : several(open.length, 'position'),
    about: open.length === 0 ? '' : 'Their gain is at the last mark, and not realized.',
  }
}

function ordersFact({ orders }: ReportData): Fact | undefined {
  if (orders === undefined) return undefined
  const { openCount } = orders
  return { name: 'Open orders', value: openCount === 0 ? 'None' : several(openCount, 'order') }
}
