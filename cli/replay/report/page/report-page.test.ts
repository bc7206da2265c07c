import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { PriceChart, ReportData } from '../report-data.ts'
import { ACCOUNT, EMPTY } from '../report-data.test-data.ts'
import { reportPage } from './report-page.ts'

const SECOND = 1_000_000
const NASTY = '</script><img src=x onerror="alert(1)">'

function chart(symbol: string, change: Partial<PriceChart> = {}): PriceChart {
  const time = Date.UTC(2024, 7, 8, 23, 54) * 1000
  const bar = { time, open: 10, high: 12, low: 9, close: 11, volume: 1 }
  const length = { every: SECOND, written: 1, writtenEvery: SECOND }
  const marks = { signals: { records: 0, marks: [] }, fills: { records: 0, marks: [] } }
  return { symbol, topic: 'bars', bars: [bar], ...length, ...marks, ...change }
}

/** The page's text as a reader has it: without styles, scripts and markup. */
function textOf(data: ReportData): string {
  return reportPage(data)
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

function panelsOf(data: ReportData): readonly string[] {
  return [...reportPage(data).matchAll(/<h2 [^>]*>\s*([^<]*?)\s*<\/h2>/g)].map(
    ([, title]) => title ?? '',
  )
}

test('opens with the assumptions, and shows no panel of which there is nothing', () => {
  expect(panelsOf(EMPTY)).toEqual(['Assumptions', 'Steps', 'Records by topic'])
  const text = textOf(EMPTY)
  expect(text).toContain('Topology quotes topology.yaml')
  expect(text).toContain('Range All of the data')
  expect(text).toContain('Millrace 0.1.0, the engine, Node v24.0.0')
  expect(reportPage(EMPTY)).not.toContain('uPlot')
})

test('has the panels of a desk in their order', () => {
  const position = { account: 'alpha', symbol: 'A', quantity: '-2', entryPrice: '10.5' }
  const worth = { mark: '11', notional: '-22', realized: '1', unrealized: '-1', fees: '0.1' }
  const traded = { fills: 3, maker: 1, bought: '2', sold: '1', value: '30', fees: '0.015' }
  const data: ReportData = {
    ...EMPTY,
    accounts: [ACCOUNT],
    prices: [chart('A')],
    buyAndHold: [
      { ...{ symbol: 'A', topic: 'bars', firstTime: 0, lastTime: 3_600e6 }, first: 10, last: 11 },
    ],
    orders: { orders: 0, byStatus: [], reasons: [], open: [], openCount: 0 },
    fills: [{ account: 'alpha', symbol: 'A', ...traded, beyondMid: 0.0001 }],
    positions: [{ ...position, ...worth }],
    trades: { trades: 4, wins: 3, gained: '900', lost: '-300', best: null, worst: null, open: 1 },
  }
  expect(panelsOf(data)).toEqual([
    ...['Assumptions', 'Results', 'Buy and hold', 'Prices', 'Equity and drawdown', 'Orders'],
    ...['Fills and fees', 'Positions at the end', 'Steps', 'Records by topic'],
  ])
  const text = textOf(data)
  expect(text).toContain('Return alpha +0.60%')
  expect(text).toContain('Buy and hold A +10.00% From 10 to 11')
  expect(text).toContain('Trades 4 round trips, 75.00% of them won')
  expect(text).toContain(
    'alpha +0.60% 100,000.00 100,600.50 USDT −1.25% 700.00 −50.00 49.50 4 75.00%',
  )
  expect(text).toContain('alpha A 3 1 2 1 30.00 0.015 5.00 1.00')
  expect(text).toContain('alpha A −2 10.5 11 −22.00 1.00 −1.00 0.10')
})

test('lets no text of a user become markup, wherever it stands', () => {
  const tally = { name: NASTY, count: 1 }
  const file = { name: NASTY, sha256: 'f', records: 1, firstTime: 0, lastTime: 0 }
  const input = {
    topic: NASTY,
    schema: NASTY,
    isTable: false,
    records: 1,
    bad: 0,
    outside: 1,
    files: [file],
  }
  const counts = { records: 1, emitted: 0, bad: 1, late: 0, duplicate: 0, skipped: 1 }
  const step = { step: NASTY, operator: NASTY, ...counts, held: [tally], deadLettered: 0 }
  const page = reportPage({
    ...EMPTY,
    topology: { ...EMPTY.topology, name: NASTY, file: NASTY },
    inputs: [input],
    parameters: [{ name: NASTY, value: NASTY, isSet: true }],
    desk: [
      { step: NASTY, operator: 'execute', settings: [{ name: NASTY, text: NASTY, about: NASTY }] },
    ],
    steps: [{ ...step, lookback: 2 }],
    deadLetters: {
      letters: 1,
      groups: [{ step: NASTY, reason: NASTY, letters: 1, place: NASTY }],
      groupsLeftOut: 0,
    },
    quality: {
      flags: [{ topic: NASTY, symbol: NASTY, check: NASTY, count: 1 }],
      invalid: [],
      gaps: [],
    },
    prices: [chart(NASTY), chart(NASTY)],
    accounts: [{ ...ACCOUNT, account: NASTY, currency: NASTY }],
    decisions: { byVerdict: [tally], rejected: [tally], reduced: [tally] },
    alerts: [tally],
  })
  expect(page).not.toContain('<img')
  expect(page).not.toContain('onerror="')
  expect(page.match(/<script[ >]/g)).toHaveLength(3)
  expect(page.match(/<\/script>/g)).toHaveLength(3)
  const data = /<script type="application\/json" id="chart-data">(.*)<\/script>/.exec(page)?.[1]
  expect(JSON.parse(data ?? '')).toMatchObject({ accounts: [{ currency: NASTY }] })
})

test('forbids all but its own style and scripts, which its policy names by their hashes', () => {
  const page = reportPage({ ...EMPTY, prices: [chart('A')] })
  const policy = (/Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll(
    '&#39;',
    "'",
  )
  const hash = (text = ''): string =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => hash(text))
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => hash(text))
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    `style-src ${styles.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ])
  expect(scripts).toHaveLength(2)
  expect(/Copyright \(c\) \d+ Leon Sorokin/.exec(page)).not.toBeNull()
  expect(/\s(src|href)="[^#]/.exec(page)).toBeNull()
})

test('says what was made coarser for drawing', () => {
  const mark = { time: 0, side: 1, price: 1, quantity: 1, count: 30_001 }
  const price = chart('A', {
    every: 5 * SECOND,
    written: 12_000,
    fills: { records: 30_001, marks: [mark] },
  })
  const line = { records: 1_000_000, times: [0], values: [1] }
  const account = { ...ACCOUNT, lines: { equity: line, drawdown: line } }
  const text = textOf({ ...EMPTY, prices: [price], pricesLeftOut: 2, accounts: [account] })
  expect(text).toContain('12,000 bars of 1 second are drawn as 1 of 5 seconds, with the same highs')
  expect(text).toContain('30,001 fills are drawn as 1 marks.')
  expect(text).toContain('1,000,000 valuations are drawn as 1, with every high and low kept.')
  expect(text).toContain('2 more instruments without a chart here')
})

test('says how orders are filled, in words', () => {
  const settings = [
    { name: 'fills', text: 'through', about: '' },
    { name: 'fee', text: '0.0005', about: 'Fee as a share.' },
    { name: 'max_market_age', text: '1s', about: '' },
  ]
  const text = textOf({ ...EMPTY, desk: [{ step: 'filled', operator: 'execute', settings }] })
  expect(text).toContain('How orders are filled Fills through: a limit order fills when the market')
  expect(text).toContain('Fee 5.00 bp Fee as a share. Max market age 1s')
})

test('tells where data are missing and what was left out', () => {
  const books = {
    topic: 'ladder',
    key: 'A',
    stretches: 2,
    total: 90e6,
    longest: 60e6,
    isOpen: true,
  }
  const gap = {
    topic: 'bars',
    symbol: 'A',
    every: 1e6,
    gaps: 3,
    missing: 9,
    longest: 5e6,
    filled: 4,
  }
  const counts = {
    records: 9,
    emitted: 4,
    bad: 2,
    late: 1,
    duplicate: 2,
    skipped: 3,
    deadLettered: 2,
  }
  const text = textOf({
    ...EMPTY,
    quality: { flags: [], invalid: [books], gaps: [gap] },
    steps: [{ step: 'sound', operator: 'validate', ...counts, held: [], lookback: 0 }],
  })
  expect(text).toContain(
    'ladder: not valid A 2 1 minute 30 seconds in all, 1 minute the longest; still so',
  )
  expect(text).toContain('bars: gaps between bars A 3 9 bars missing, 5 seconds the longest gap')
  expect(text).toContain('bars: empty bars A 4 filled in')
  expect(text).toContain('sound 2 1 2 3 2')
})
