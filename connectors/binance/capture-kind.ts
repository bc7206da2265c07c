// What the first messages of a capture tell of all of it: its market, and the symbol that a
// snapshot is of, which names none, where there is only one.
import { isObject } from '../file/read-json.ts'
import { type BinanceMarket, marketOf, unwrap } from './market-message.ts'

export interface CaptureKind {
  /** Takes a message in; one that cannot be read tells nothing. */
  readonly look: (message: string) => void
  /** Of the first message that is of one market alone. */
  readonly market: BinanceMarket | undefined
  /** Undefined where none was named, or several. */
  readonly onlySymbol: string | undefined
}

export function createCaptureKind(): CaptureKind {
  const symbols = new Set<string>()
  let market: BinanceMarket | undefined
  return {
    look: (message) => {
      const payload = payloadOf(message)
      if (payload === undefined) return
      market ??= marketOf(payload)
      const symbol = payload['s']
      if (typeof symbol === 'string' && symbols.size < 2) symbols.add(symbol)
    },
    get market() {
      return market
    },
    get onlySymbol() {
      const [only] = symbols
      return symbols.size === 1 ? only : undefined
    },
  }
}

function payloadOf(message: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(message)
    const payload = isObject(json) ? unwrap(json).payload : undefined
    return isObject(payload) ? payload : undefined
  } catch {
    return undefined
  }
}
