import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { main } from '../../main.ts'
import { recordedIo } from '../../recorded-io.ts'
import { writeDesk } from './desk.test-data.ts'

function folderOf(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** The report of a replay. */
async function replay(args: readonly string[], out: string): Promise<string> {
  const io = recordedIo()
  await main([...args, '--out', out], io)
  expect(`${io.exitCode()} ${io.exitCode() === 0 ? '' : io.errors()}`).toBe('0 ')
  return readFileSync(join(out, 'report.html'), 'utf8')
}

function textOf(page: string): string {
  return page
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

test('is the same from both engines, and byte for byte when a replay is repeated', async () => {
  const folder = folderOf()
  const args = writeDesk(folder, { bars: 400, symbols: ['BTC', 'ETH'], accounts: ['a', 'b'] })
  const page = await replay(args, join(folder, 'one'))
  expect(await replay(args, join(folder, 'two'))).toBe(page)
  const reference = await replay([...args, '--engine', 'reference'], join(folder, 'three'))
  expect(reference).toContain('the reference interpreter')
  expect(reference.replaceAll('the reference interpreter', 'the engine')).toBe(page)
  const { account, ...said } = deskSaid(folder)
  const text = textOf(page)
  for (const each of Object.values(said)) expect(text).toContain(each)
  expect(text).toMatch(account)
})

/** What the report must say of the desk, counted from its files. */
function deskSaid(folder: string) {
  const read = (topic: string) =>
    readFileSync(join(folder, `${topic}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { value: Record<string, string> }).value)
  const fills = read('fills').length
  const rejected = read('decisions').filter(({ verdict }) => verdict === 'rejected').length
  const last = read('equity').findLast((each) => each.account === 'a')
  const equity = Number(last?.equity).toLocaleString('en', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  })
  return {
    fills: `From ${fills} fills.`,
    rejected: `rejected ${rejected}`,
    account: new RegExp(`a [+−]?[\\d.]+% 100,000.00 ${equity} USDT`),
    bars: 'bars written market.Bar 792',
  }
}

const SIMPLE = `topology: simple
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
  out: { topic: out, schema: market/Quote, key: symbol }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound: { from: quotes, validate: { rules: { positive: bid > 0 } }, to: out }
`

test('serves a topology that does not trade', async () => {
  const csv = 'time,symbol,bid,ask\n1,A,1,2\n2,A,-1,2\n3,A,x,2\n4,B,1,2\n'
  const folder = folderOf({ 'topology.yaml': SIMPLE, 'quotes.csv': csv })
  const input = ['--input', `quotes=${join(folder, 'quotes.csv')}`]
  const page = await replay(['replay', join(folder, 'topology.yaml'), ...input], join(folder, 'o'))
  const titles = [...page.matchAll(/<h2[^>]*>\s*([^<]*?)\s*</g)].map(([, title]) => title)
  expect(titles).toEqual(['Assumptions', 'Steps', 'Records by topic'])
  const text = textOf(page)
  expect(text).toContain('quotes (input) 1 0 0 0 1')
  expect(text).toContain('sound 1 0 0 0 1')
  expect(text).toContain('breaks the rule &quot;positive&quot; sound 1 quotes.csv:3')
  expect(text).toContain(`quotes.csv ${createHash('sha256').update(csv).digest('hex')}`)
})

const PRICED = `topology: priced
topics:
  candles: { topic: candles, schema: market/Bar, key: symbol, time: time, available: end }
  desk: { topic: desk, schema: ref/Account, key: account, time: since }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  kept: { from: candles, filter: close > 0 }
  known: { from: desk, filter: cash > 0 }
`

test('takes prices and starting cash from inputs, cut as the replay is', async () => {
  const bars = ['symbol,time,end,open,high,low,close,volume,count']
  for (let at = 0; at < 10; at += 1) {
    bars.push(`A,${at}s,${at + 1}s,${at + 1},${at + 3},${at + 1},${at + 2},1,1`)
  }
  const stamped = bars.map((line) =>
    line.replaceAll(/(\d+)s/g, (_, second: string) =>
      new Date(Number(second) * 1000).toISOString(),
    ),
  )
  const account = { account: 'alpha', cash: '2500', currency: 'EUR', symbols: [], since: 0 }
  const folder = folderOf({
    'topology.yaml': PRICED,
    'bars.csv': `${stamped.join('\n')}\n`,
    'desk.jsonl': `${JSON.stringify({ value: account })}\n`,
  })
  const inputs = ['candles=bars.csv', 'desk=desk.jsonl'].flatMap((each) => {
    const [topic = '', file = ''] = each.split('=')
    return ['--input', `${topic}=${join(folder, file)}`]
  })
  const args = ['replay', join(folder, 'topology.yaml'), ...inputs, '--to', '1970-01-01T00:00:05Z']
  const text = textOf(await replay(args, join(folder, 'o')))
  expect(text).toContain('Range Before 1970-01-01 00:00:05 UTC')
  expect(text).toContain('Starting cash alpha 2,500.00 EUR')
  expect(text).toContain('Buy and hold A +400.00% From 1 to 5')
  expect(text).toContain('Outside the range, and left out: 6 of candles.')
})
