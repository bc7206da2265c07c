import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { writeTemporary } from '../file/collect.test-data.ts'
import { type Capture, type CaptureItem, readCapture } from './capture.ts'
import {
  futuresDepth,
  futuresSnapshot,
  futuresTicker,
  futuresTrade,
  inStream,
  line,
  spotSnapshot,
  spotTicker,
} from './messages.test-data.ts'

const AT = 1_723_161_255_030_314_999n
const MICROS = 1_723_161_255_030_314

async function itemsOf(capture: Capture): Promise<readonly CaptureItem[]> {
  const items: CaptureItem[] = []
  for await (const batch of capture) items.push(...batch)
  return items
}

function captureOf(content: string | Uint8Array, name = 'capture.raw'): Capture {
  return readCapture(writeTemporary(name, content))
}

const trade = line(AT, inStream('btcusdt@trade', futuresTrade))

test('reads lines in their order, each with its receive time and place', async () => {
  const capture = captureOf(trade + line(AT + 1000n, futuresTicker))
  const items = await itemsOf(capture)
  expect(items).toMatchObject([
    { kind: 'record', stream: 'trades', available: MICROS, place: 'capture.raw:1' },
    { kind: 'record', stream: 'quotes', available: MICROS + 1, place: 'capture.raw:2' },
  ])
  expect(capture.market).toBe('usdm')
})

test('keeps a receive time that lies before the event', async () => {
  const [item] = await itemsOf(captureOf(trade))
  expect(item).toMatchObject({ time: 1723161256322000, available: MICROS })
})

test.each([
  ['capture.raw.gz', gzipSync(trade)],
  ['capture.raw.br', brotliCompressSync(trade)],
  ['with a byte order mark.raw', `\uFEFF${trade}`],
  ['of another system.raw', trade.replace('\n', '\r\n')],
  ['without a last line break.raw', trade.trimEnd()],
  ['with blank lines.raw', `\n  \n${trade}\n`],
])('reads %s', async (name, content) => {
  expect(await itemsOf(captureOf(content, name))).toMatchObject([{ kind: 'record' }])
})

test('keeps each line that cannot be read, with its reason', async () => {
  const cut = trade.slice(0, 60)
  const lines: [text: string | Buffer, reason: RegExp, available: number | undefined][] = [
    ['{"e":"trade"}', /does not begin with when it was received/, undefined],
    ['1723161255030314 {}', /does not begin with when it was received/, undefined],
    ['0000000000000000001 {}', /does not begin with when it was received/, undefined],
    ['9999999999999999999 {}', /does not begin with when it was received/, undefined],
    ['-723161255030314999 {}', /does not begin with when it was received/, undefined],
    [cut, /^the message is not JSON$/, MICROS],
    [`${AT} {"e":"trade"}`, /^field "T" is missing$/, MICROS],
    [Buffer.from([...Buffer.from(`${AT} "`), 0xff]), /^the line is not UTF-8$/, undefined],
    [`${AT} "${'x'.repeat(1 << 20)}"`, /^the line is longer than 1048576 bytes$/, undefined],
  ]
  const content = lines.flatMap(([text]) => [Buffer.from(text), Buffer.from('\n')])
  const items = await itemsOf(captureOf(Buffer.concat([...content, Buffer.from(trade)])))
  expect(items).toHaveLength(lines.length + 1)
  expect(items.at(-1)).toMatchObject({ kind: 'record' })
  for (const [index, [text, reason, available]] of lines.entries()) {
    const item = items[index]
    expect(item).toMatchObject({ kind: 'bad', place: `capture.raw:${index + 1}` })
    if (item?.kind !== 'bad') continue
    expect(item.reason).toMatch(reason)
    expect(item.available).toBe(available)
    expect(item.original.length).toBeGreaterThan(0)
    if (typeof text === 'string' && text.length < 1000) expect(item.original).toBe(text)
  }
})

test('counts by kind what is not taken, and not without end', async () => {
  const kinds = Array.from({ length: 100 }, (_, index) => line(AT, { e: `kind${index}` }))
  const capture = captureOf([...kinds, line(AT, { result: null, id: 1 }), trade].join(''))
  expect(await itemsOf(capture)).toHaveLength(1)
  expect(capture.others.get('kind0')).toBe(1)
  expect(capture.others.size).toBeLessThan(70)
  expect([...capture.others.values()].reduce((sum, each) => sum + each, 0)).toBe(101)
})

test('takes a snapshot for the symbol of its capture, also of one that comes later', async () => {
  const items = await itemsOf(captureOf(line(AT, futuresSnapshot) + trade))
  expect(items).toMatchObject([{ value: { symbol: 'BTCUSDT', snapshot: true } }, {}])
})

test('takes no snapshot where the capture has several symbols, unless it says which', async () => {
  const other = line(AT, { ...futuresTrade, s: 'ETHUSDT' })
  const named = line(AT, inStream('ethusdt@depthSnapshot', futuresSnapshot))
  const items = await itemsOf(captureOf(line(AT, futuresSnapshot) + trade + named + other))
  expect(items).toMatchObject([
    { kind: 'bad', stream: 'depth', reason: expect.stringContaining('envelope') as string },
    {},
    { value: { symbol: 'ETHUSDT', snapshot: true } },
    {},
  ])
})

test('stops at a second symbol after a snapshot was taken for the first', async () => {
  const other = line(AT, { ...futuresTrade, s: 'ETHUSDT' })
  const late = captureOf(line(AT, futuresSnapshot) + trade.repeat(2500) + other)
  await expect(itemsOf(late)).rejects.toMatchObject({
    name: 'InputProblem',
    message: expect.stringContaining('split the capture by symbol') as string,
  })
  const named = line(AT, inStream('btcusdt@depthSnapshot', futuresSnapshot))
  const sound = captureOf(named + trade.repeat(2500) + other + line(AT, futuresSnapshot))
  expect((await itemsOf(sound)).at(-1)).toMatchObject({ kind: 'bad', stream: 'depth' })
})

test.each([
  ['spot', spotTicker, 'spot'],
  ['spot', spotSnapshot, 'spot'],
  ['usdm', futuresSnapshot, 'usdm'],
  ['usdm', futuresDepth, 'usdm'],
  ['no market', { e: 'aggTrade' }, undefined],
])('knows a capture of %s by %j', async (_, message, market) => {
  const capture = captureOf(line(AT, message))
  await itemsOf(capture)
  expect(capture.market).toBe(market)
})

const DATA = new URL('../../apps/crypto/data/', import.meta.url).pathname

test.each([
  ['btcusdt', 'BTCUSDT', { trades: 21_313, depth: 6_552, quotes: 66_089 }],
  ['ethusdt', 'ETHUSDT', { trades: 14_076, depth: 6_587, quotes: 53_992 }],
])('reads all of the capture of %s', async (name, symbol, counts) => {
  const capture = readCapture(`${DATA}binance-usdm-${name}-20240808.raw.br`)
  const found = { trades: 0, depth: 0, quotes: 0 }
  let [clock, late, snapshots, gaps, update] = [0, 0, 0, 0, -1]
  for await (const items of capture) {
    for (const item of items) {
      if (item.kind === 'bad') throw new Error(`${item.place}: ${item.reason}`)
      const { stream, value, time, available } = item
      found[stream] += 1
      if (value['symbol'] !== symbol) throw new Error(`${item.place} is of another symbol`)
      if (available < clock) throw new Error(`${item.place} goes back in time`)
      clock = available
      if (available < time) late += 1
      if (stream !== 'depth') continue
      if (value['snapshot'] === true) snapshots += 1
      else {
        if (update >= 0 && value['previous_update'] !== update) gaps += 1
        update = Number(value['last_update'])
      }
    }
  }
  expect({ ...found, snapshots, gaps, others: capture.others.size }).toEqual({
    ...counts,
    snapshots: 1,
    gaps: 0,
    others: 0,
  })
  // Our clock was 1.27 s behind the venue's: every message came before it was made.
  expect(late).toBe(counts.trades + counts.depth + counts.quotes)
})
