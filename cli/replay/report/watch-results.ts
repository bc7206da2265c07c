// Finds what a report can be made of by the full names of schemas, and watches those topics while
// they are written, or, of inputs, read again.
import type { Plan, PlannedTopic } from '../../../topology/plan.ts'
import type { ReportData } from './report-data.ts'
import { ACCOUNT_FIELDS, EQUITY_FIELDS, watchAccounts } from './watchers/accounts.ts'
import { BAR_FIELDS, watchBars } from './watchers/bars.ts'
import { FILL_FIELDS, watchFills } from './watchers/fills.ts'
import { SIGNAL_FIELDS, signalMarks, watchMarks } from './watchers/marks.ts'
import { ORDER_FIELDS, watchOrders } from './watchers/orders.ts'
import { POSITION_FIELDS, positionsOfFills, watchPositions } from './watchers/positions.ts'
import { QUALITY_FIELDS, watchQuality } from './watchers/quality.ts'
import { ALERT_FIELDS, DECISION_FIELDS, watchRisk } from './watchers/risk.ts'
import { carries, type Needs, type See } from './watchers/watcher.ts'

/** What the records of a run say; the rest of a report is known without them. */
export type Watched = Pick<
  ReportData,
  | 'prices'
  | 'pricesLeftOut'
  | 'written'
  | 'buyAndHold'
  | 'accounts'
  | 'positions'
  | 'orders'
  | 'decisions'
  | 'alerts'
  | 'fills'
  | 'trades'
  | 'quality'
>

export interface ResultWatch {
  /** Undefined for a topic that says nothing of interest. */
  readonly written: (topic: PlannedTopic) => See | undefined
  readonly watched: () => Watched
}

const MOST_CHARTS = 8

/**
 * Inputs that are read a second time for the report: what accounts begin with, and prices where the
 * topology writes none.
 */
export function readAgain({ topics }: Plan): readonly PlannedTopic[] {
  const all = [...topics.values()]
  const isBars = ({ record }: PlannedTopic): boolean =>
    record.name === 'market.Bar' && carries(record, BAR_FIELDS)
  const writesBars = all.some((topic) => !topic.isInput && isBars(topic))
  return all.filter((topic) => {
    const { isInput, record } = topic
    const isAccounts = record.name === 'ref.Account' && carries(record, ACCOUNT_FIELDS)
    return isInput && (isAccounts || (isBars(topic) && !writesBars))
  })
}

export function watchResults(plan: Plan): ResultWatch {
  const watchers = makeWatchers()
  const seen = new Set<string>()
  return {
    written: (topic) => {
      const { name, record } = topic
      seen.add(record.name)
      const found = watchersOf(watchers, topic, isRefusals(plan, name))
      const see = found !== undefined && carries(record, found.needs) ? found.see : undefined
      const marked = found?.isQuality ? undefined : watchers.quality.marked(name, record)
      if (see === undefined || marked === undefined) return see ?? marked
      return (each) => {
        see(each)
        marked(each)
      }
    },
    watched: () => watchedBy(watchers, seen),
  }
}

type Watchers = ReturnType<typeof makeWatchers>

function makeWatchers() {
  const [signals, marks] = [watchMarks(), watchMarks()]
  return {
    ...{ signals, marks, fills: watchFills(marks), bars: watchBars(), orders: watchOrders() },
    ...{ risk: watchRisk(), accounts: watchAccounts(), positions: watchPositions() },
    quality: watchQuality(),
  }
}

interface Found {
  readonly needs: Needs
  readonly see: See
  readonly isQuality?: true
}

function watchersOf(
  watchers: Watchers,
  { name, record }: PlannedTopic,
  refuses: boolean,
): Found | undefined {
  const { signals, fills, bars, orders, risk, accounts, positions, quality } = watchers
  switch (record.name) {
    case 'market.Bar':
      return { needs: BAR_FIELDS, see: bars.see(name) }
    case 'market.Quality':
      return { needs: QUALITY_FIELDS, see: quality.flags(name), isQuality: true }
    case 'trading.Signal':
      return { needs: SIGNAL_FIELDS, see: signalMarks(signals) }
    case 'trading.Fill':
      return { needs: FILL_FIELDS, see: fills.see }
    case 'trading.Order':
      return { needs: ORDER_FIELDS, see: orders.see }
    case 'trading.Equity':
      return { needs: EQUITY_FIELDS, see: accounts.equity }
    case 'trading.Position':
      return { needs: POSITION_FIELDS, see: positions.see }
    case 'risk.Decision':
      return { needs: DECISION_FIELDS, see: risk.decision }
    case 'risk.Alert':
      return { needs: ALERT_FIELDS, see: refuses ? risk.refusal : risk.alert }
    case 'risk.Notice':
    case 'market.Notice':
      return { needs: ALERT_FIELDS, see: risk.alert }
    case 'ref.Account':
      return { needs: ACCOUNT_FIELDS, see: accounts.account }
    default:
      return undefined
  }
}

/** Whether what stands in a topic are a gate's refusals, rather than other alerts. */
function isRefusals({ steps }: Plan, topic: string): boolean {
  return steps.some(({ outputs }) => outputs.get('rejected')?.topic === topic)
}

function watchedBy(watchers: Watchers, seen: ReadonlySet<string>): Watched {
  const { signals, marks, fills, bars, orders, risk, accounts, positions, quality } = watchers
  const series = bars.series()
  const trips = seen.has('trading.Fill') ? fills.trips : undefined
  const charts = chartsOf(watchers)
  return {
    prices: charts.slice(0, MOST_CHARTS).map(({ symbol, topic, every, written, bars: drawn }) => ({
      ...{ symbol, topic, ...drawn(), written, writtenEvery: every },
      ...{ signals: signals.of(symbol), fills: marks.of(symbol) },
    })),
    pricesLeftOut: Math.max(charts.length - MOST_CHARTS, 0),
    written: {
      bars: series.reduce((sum, { written }) => sum + written, 0),
      signals: signals.symbols().reduce((sum, symbol) => sum + signals.of(symbol).records, 0),
    },
    buyAndHold: series.map(({ buyAndHold }) => buyAndHold),
    accounts: accounts.accounts(trips),
    positions: seen.has('trading.Position')
      ? positions.positions()
      : positionsOfFills(fills.trips.positions()),
    orders: seen.has('trading.Order') ? orders.orders() : undefined,
    decisions: risk.decisions(),
    alerts: risk.alerts(),
    fills: fills.costs(),
    trades: trips?.all(),
    quality: { ...quality.quality(), gaps: series.flatMap(({ gaps }) => gaps ?? []) },
  }
}

/** Instruments that were traded the most come first, then those with signals. */
function chartsOf({ bars, marks, signals }: Watchers) {
  const series = bars.series()
  const order = series.map((each, place) => ({
    ...{ each, place },
    fills: marks.of(each.symbol).records,
    signals: signals.of(each.symbol).records,
  }))
  return order
    .toSorted((a, b) => b.fills - a.fills || b.signals - a.signals || a.place - b.place)
    .map(({ each }) => each)
}
