// What an environment says of a connection to Binance: the market, its symbols, and, where they are
// not Binance's public ones, the addresses.
import {
  type Endpoints,
  MOST_STREAMS,
  publicEndpoints,
} from '../../connectors/binance/endpoints.ts'
import type { BinanceMarket } from '../../connectors/binance/market-message.ts'
import type { Spelt } from '../../topology/declaration.ts'
import { type Report, reporter } from '../../topology/diagnostic.ts'
import { quoted } from '../../topology/printable.ts'
import {
  checkKeys,
  itemOf,
  listOf,
  optional,
  type Owner,
  required,
  scalarOf,
  spelt,
  wordOf,
} from '../../topology/reading.ts'
import type { Node } from '../../topology/tree.ts'
import type { Connection } from '../environment.ts'

export interface BinanceSettings {
  readonly market: BinanceMarket
  readonly symbols: readonly string[]
  readonly endpoints: Endpoints
}

const KEYS = ['connector', 'market', 'symbols', 'websocket', 'rest']
const SYMBOL = /^[A-Z0-9_]{1,40}$/

/** `streams` is how many each symbol has. Undefined where something is wrong and reported. */
export function readBinanceSettings(
  { settings, owner }: Connection,
  streams: number,
  report: Report,
): BinanceSettings | undefined {
  checkKeys(settings, owner, KEYS, report)
  const market = required(
    settings,
    owner,
    { word: 'market', example: 'usdm' },
    (node, part) => wordOf(node, part, ['spot', 'usdm'], report),
    report,
  )
  const symbols = required(
    settings,
    owner,
    { word: 'symbols', example: '[BTCUSDT]' },
    (node, part) => readSymbols(node, part, streams, report),
    report,
  )
  const address = (word: string, schemes: Schemes): string | undefined =>
    optional(settings, owner, word, (node, part) => readAddress(node, part, schemes, report))
  const own = {
    websocket: address('websocket', ['wss', 'ws']),
    rest: address('rest', ['https', 'http']),
  }
  if (market === undefined || symbols === undefined) return undefined
  const { websocket, rest } = publicEndpoints[market.value]
  const endpoints = { websocket: own.websocket ?? websocket, rest: own.rest ?? rest }
  return { market: market.value, symbols: symbols.map(({ value }) => value), endpoints }
}

function readSymbols(
  node: Node,
  owner: Owner,
  streams: number,
  report: Report,
): readonly Spelt<string>[] | undefined {
  const list = listOf(node, owner, 'a list of symbols, such as [BTCUSDT]', report)
  if (list === undefined) return undefined
  const refuse = reporter('shape', report)
  const symbols: Spelt<string>[] = []
  for (const item of list.items) {
    const scalar = scalarOf(item, itemOf(owner), 'a symbol, such as BTCUSDT', report)
    if (scalar === undefined) continue
    const { value, span } = spelt(scalar)
    const twin = symbols.find((each) => each.value === value)
    if (!SYMBOL.test(value)) {
      const message = `${quoted(value)} is no symbol of Binance`
      refuse({ message, span, repair: `write it as Binance does, such as BTCUSDT` })
    } else if (twin !== undefined) {
      const cause = { span: twin.span, label: 'the first is here' }
      refuse({ message: `${quoted(value)} is there twice`, span, repair: 'remove one', cause })
    } else symbols.push({ value, span })
  }
  if (symbols.length * streams > MOST_STREAMS) {
    refuse({
      message: `${symbols.length} symbols of ${streams} streams are too many for one connection`,
      span: owner.span,
      repair: `name ${Math.floor(MOST_STREAMS / streams)} at most`,
    })
  }
  if (list.items.length === 0) {
    refuse({ message: `${owner.what} is empty`, span: list.span, repair: 'name a symbol' })
  }
  return symbols
}

type Schemes = readonly [safe: string, plain: string]

/** Without a slash at its end. */
function readAddress(
  node: Node,
  owner: Owner,
  schemes: Schemes,
  report: Report,
): string | undefined {
  const wanted = `an address that begins with ${schemes[0]}://`
  const scalar = scalarOf(node, owner, wanted, report)
  if (scalar === undefined) return undefined
  const url = URL.parse(scalar.text)
  const isBare = url !== null && url.search === '' && url.hash === '' && url.username === ''
  if (isBare && schemes.some((scheme) => url.protocol === `${scheme}:`)) {
    return scalar.text.replace(/\/+$/, '')
  }
  const message = `${owner.what} is no address of its kind`
  reporter('shape', report)({ message, span: scalar.span, repair: `write ${wanted}` })
  return undefined
}
