// What a report says where there is nothing to say; tests put in what they are about.
import type { ReportAccount, ReportData } from './report-data.ts'

export const EMPTY: ReportData = {
  topology: { name: 'quotes', file: 'topology.yaml', shapeHash: 'abc', fullHash: 'def' },
  runtime: { millrace: '0.1.0', node: 'v24.0.0', engine: 'engine' },
  range: { from: null, to: null },
  inputs: [],
  parameters: [],
  desk: [],
  steps: [],
  deadLetters: { letters: 0, groups: [], groupsLeftOut: 0 },
  quality: { flags: [], invalid: [], gaps: [] },
  topics: [],
  prices: [],
  pricesLeftOut: 0,
  written: { bars: 0, signals: 0 },
  buyAndHold: [],
  accounts: [],
  positions: [],
  orders: undefined,
  decisions: undefined,
  alerts: [],
  fills: [],
  trades: undefined,
}

export const ACCOUNT: ReportAccount = {
  account: 'alpha',
  currency: 'USDT',
  start: '100000',
  equity: '100600.5',
  gain: 0.006005,
  realized: '700',
  unrealized: '-50',
  fees: '49.5',
  maxDrawdown: 0.0125,
  trades: { trades: 4, wins: 3, gained: '900', lost: '-300', best: '500', worst: '-300' },
  lines: {
    equity: { records: 3, times: [0, 1e6, 2e6], values: [100_000, 101_000, 100_600.5] },
    drawdown: { records: 3, times: [0, 1e6, 2e6], values: [0, 0, 0.004] },
  },
}
