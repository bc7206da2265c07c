// Fetches snapshots of order books, one request at a time, for whoever is in want of one. A request
// that fails is made again, ever later, and as late as the venue asks for.
import type { SourceClock } from '../source.ts'
import { createBinanceDecoder } from './decoder.ts'
import { type Endpoints, inSnapshotEnvelope, snapshotUrl } from './endpoints.ts'
import { createBackOff, waitUnless } from './waiting.ts'
import type { BinanceMarket } from './market-message.ts'

export interface SnapshotsOptions {
  readonly market: BinanceMarket
  readonly endpoints: Endpoints
  readonly clock: SourceClock
  /** Symbols in want of a snapshot. What is fetched is taken out, until it is wanted again. */
  readonly wanted: Set<string>
  /** Takes a message; false where there is no room. */
  readonly onSnapshot: (text: string) => boolean
  readonly onFailure: (symbol: string, reason: string) => void
  /** Whether requests make sense now. */
  readonly isConnected: () => boolean
  readonly signal: AbortSignal
}

/** Two requests lie so far apart: by weight, 5,000 a minute of 6,000 on spot, 2,000 of 2,400. */
const SPACING_MS = 600
const IDLE_MS = 20
const ANSWER_MS = 10_000

/** Runs until it is told to stop. */
export async function fetchSnapshots(options: SnapshotsOptions): Promise<void> {
  const { clock, wanted, isConnected, signal, onFailure, onSnapshot } = options
  const backOff = createBackOff()
  const isStopped = (): boolean => signal.aborted
  while (!isStopped()) {
    const [symbol] = wanted
    if (symbol === undefined || !isConnected()) {
      await waitUnless(signal, IDLE_MS, clock)
      continue
    }
    const began = clock.now()
    // Wanted again while it is on its way, as after a gap, it is fetched again.
    wanted.delete(symbol)
    const answer = await fetchOne(options, symbol)
    if (isStopped()) return
    let pauseMs = SPACING_MS - (clock.now() - began)
    if (answer.kind === 'snapshot' && onSnapshot(answer.text)) backOff.reset()
    else {
      wanted.add(symbol)
      const reason = answer.kind === 'failed' ? answer.reason : 'there is no room for it'
      onFailure(symbol, reason)
      const asked = answer.kind === 'failed' ? answer.afterMs : 0
      pauseMs = Math.max(pauseMs, backOff.next(), asked)
    }
    await waitUnless(signal, pauseMs, clock)
  }
}

type Answer =
  | { readonly kind: 'snapshot'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly afterMs: number }

async function fetchOne(
  { market, endpoints, signal }: SnapshotsOptions,
  symbol: string,
): Promise<Answer> {
  const failed = (reason: string, afterMs = 0): Answer => ({ kind: 'failed', reason, afterMs })
  try {
    const response = await fetch(snapshotUrl(endpoints, market, symbol), {
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    })
    const body = await response.text()
    if (!response.ok) {
      const seconds = Number(response.headers.get('retry-after') ?? 0)
      return failed(`status ${response.status}`, Number.isFinite(seconds) ? seconds * 1000 : 0)
    }
    const text = inSnapshotEnvelope(symbol, body.trim())
    const decoded = createBinanceDecoder({ market })(text, PROBE_TIME)
    if (decoded.kind === 'record' && decoded.value['snapshot'] === true) {
      return { kind: 'snapshot', text }
    }
    return failed(decoded.kind === 'bad' ? decoded.reason : 'the answer is no order book')
  } catch (error) {
    return failed(reasonOf(error))
  }
}

/** Only whether it can be read is asked; when it was received is noted when it is taken in. */
const PROBE_TIME = 1.7e15

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
