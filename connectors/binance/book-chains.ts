// Whether what has come of a symbol's depth can be made into a book: changes that follow each
// other, and a snapshot that reaches them. Says when another snapshot is wanted. Pure.
import type { Value } from '../../schemas/type.ts'

/** What a depth record means for its book. */
export type ChainEvent =
  | { readonly kind: 'follows' }
  /** Updates between this change and the one before it are missing. */
  | { readonly kind: 'gap'; readonly symbol: string }
  /** The changes that came begin after the snapshot. */
  | { readonly kind: 'too-old'; readonly symbol: string }
  | { readonly kind: 'snapshot'; readonly symbol: string; readonly update: number }

interface Chain {
  /** The update before the first change of the unbroken run. */
  start: number | undefined
  /** The last update of the last change. */
  last: number | undefined
  /** Of the last snapshot; undefined while one is wanted. */
  snapshot: number | undefined
}

export interface BookChains {
  /** Takes a value of market/Depth. */
  readonly take: (value: Value) => ChainEvent
  /** A new connection: nothing is known of what comes before its first change. */
  readonly reset: () => void
}

const FOLLOWS: ChainEvent = { kind: 'follows' }

export function createBookChains(): BookChains {
  const chains = new Map<string, Chain>()
  return {
    reset: () => chains.clear(),
    take: (value) => {
      const symbol = value['symbol'] as string
      const chain = chains.get(symbol) ?? { start: undefined, last: undefined, snapshot: undefined }
      chains.set(symbol, chain)
      const last = value['last_update'] as number
      if (value['snapshot'] === true) return takeSnapshot(chain, symbol, last)
      // Futures name the update before; on spot updates are numbered without gaps.
      const previous = value['previous_update'] as number | null
      return takeChange(chain, symbol, previous ?? (value['first_update'] as number) - 1, last)
    },
  }
}

function takeSnapshot(chain: Chain, symbol: string, update: number): ChainEvent {
  if (chain.start !== undefined && update < chain.start) return { kind: 'too-old', symbol }
  chain.snapshot = update
  return { kind: 'snapshot', symbol, update }
}

function takeChange(chain: Chain, symbol: string, before: number, last: number): ChainEvent {
  if (chain.last !== undefined && last <= chain.last) return FOLLOWS
  const isGap = chain.last !== undefined && before > chain.last
  if (isGap || chain.start === undefined) chain.start = before
  chain.last = last
  const isTooOld = chain.snapshot !== undefined && chain.snapshot < chain.start
  if (isGap || isTooOld) chain.snapshot = undefined
  if (isGap) return { kind: 'gap', symbol }
  return isTooOld ? { kind: 'too-old', symbol } : FOLLOWS
}
