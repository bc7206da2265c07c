import { expect, test } from 'vitest'
import { environmentOrFail } from '../environment.ts'
import { loadTopology } from '../load-topology.ts'
import { makePlace } from '../log-commands.test-data.ts'
import { recordedIo } from '../recorded-io.ts'
import { readySources } from './open-sources.ts'

const TOPOLOGY = `topology: watch
sources:
  feed: { connection: venue, to: { trades: trades, quotes: quotes } }
topics:
  trades: { topic: trades, schema: market/Trade, key: symbol, time: time, available: received }
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
  kept: { topic: kept, schema: market/Trade, key: symbol }
  shown: { topic: shown, schema: market/Quote, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  good: { from: trades, filter: price > 0, to: kept }
  sound: { from: quotes, filter: ask > bid, to: shown }
`

/** What becomes of the source with what the environment says of its connection. */
function ready(connection: string | undefined, more: { readonly untilIdle?: boolean } = {}) {
  const place = makePlace()
  const { plan } = loadTopology(place.file('topology.yaml', TOPOLOGY))
  const io = recordedIo()
  const isNamed = connection !== undefined
  const text = `set: {}\nconnections:\n  ${connection ?? ''}\n`
  const environment = environmentOrFail(isNamed ? place.file('env.yaml', text) : undefined, io)
  if (plan === undefined || environment === undefined) throw new Error(io.errors())
  const sources = readySources({ plan, environment, isNamed, untilIdle: false, ...more }, io)
  return { sources, code: io.exitCode(), said: io.errors().replaceAll(place.folder, 'HERE') }
}

test('takes the public addresses of the market unless others are said', () => {
  const usual = ready('venue: { connector: binance, market: usdm, symbols: [BTCUSDT, ETHUSDT] }')
  expect(usual).toMatchObject({ code: 0, said: '' })
  expect(usual.sources).toMatchObject([
    {
      name: 'feed',
      market: 'usdm',
      symbols: ['BTCUSDT', 'ETHUSDT'],
      endpoints: {
        websocket: 'wss://fstream.binance.com/public',
        rest: 'https://fapi.binance.com',
      },
    },
  ])
  expect([...(usual.sources?.[0]?.topics.keys() ?? [])]).toEqual(['quotes', 'trades'])
  const own = ready(
    'venue: { connector: binance, market: spot, symbols: [A], websocket: "ws://127.0.0.1:1/" }',
  )
  expect(own.sources).toMatchObject([
    { endpoints: { websocket: 'ws://127.0.0.1:1', rest: 'https://api.binance.com' } },
  ])
})

test.each<[what: string, connection: string | undefined, untilIdle: boolean, said: RegExp]>([
  ['no environment', undefined, false, /say with --env FILE what its connection "venue" is/],
  ['no such connection', 'other: { connector: binance }', false, /names no connection "venue"/],
  ['--until-idle', 'venue: { connector: binance }', true, /--until-idle takes what is on the log/],
])('goes without a source, and says so: %s', (_, connection, untilIdle, message) => {
  const { sources, code, said } = ready(connection, { untilIdle })
  expect({ sources, code }).toEqual({ sources: [], code: 0 })
  expect(said).toMatch(message)
})

test('shows mistakes in a connection that is used', () => {
  const { sources, code, said } = ready(
    'venue: { connector: binance, market: futures, symbols: [btcusdt, A, A], ' +
      'rest: "ftp://x", key: x }',
  )
  expect({ sources, code }).toEqual({ sources: undefined, code: 1 })
  const lines = said.split('\n')
  expect(lines.filter((line) => line.startsWith('error'))).toEqual([
    'error[shape]: "market" of connection "venue" is "futures"',
    'error[shape]: "btcusdt" is no symbol of Binance',
    'error[shape]: "A" is there twice',
    'error[shape]: "rest" of connection "venue" is no address of its kind',
    'error[shape]: connection "venue" has no key "key"',
  ])
})

const MANY = Array.from({ length: 101 }, (_, index) => `A${index}`).join(', ')

test.each([
  ['connector: binanse, market: spot, symbols: [A]', 'there is no connector "binanse"'],
  ['connector: binance, symbols: [A]', 'connection "venue" has no "market"'],
  ['connector: binance, market: spot, symbols: []', '"symbols" of connection "venue" is empty'],
  [
    `connector: binance, market: spot, symbols: [${MANY}]`,
    '101 symbols of 2 streams are too many for one connection',
  ],
])('refuses { %s }', (settings, message) => {
  expect(ready(`venue: { ${settings} }`).said).toContain(message)
})
