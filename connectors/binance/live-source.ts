// Binance's public market data, live: one websocket for all streams of a source, and snapshots of
// the order books. What comes is stamped with when it was received and appended to the topics, by
// the decoder that reads captures. A connection that breaks is made again.
import type { Log } from '../connector.ts'
import type { Source, SourceClock, SourceReport } from '../source.ts'
import { openWebSocket } from '../websocket/web-socket.ts'
import { appendArrivals, type LiveTopic } from './append-arrivals.ts'
import { type Arrivals, createArrivals, neverBack } from './arrivals.ts'
import { type Endpoints, streamsUrl } from './endpoints.ts'
import { createBackOff, waitUnless } from './waiting.ts'
import type { BinanceMarket, BinanceStream } from './market-message.ts'
import { fetchSnapshots } from './snapshots.ts'

export interface LiveSourceOptions {
  /** The source's: part of the names of its producers. */
  readonly name: string
  readonly market: BinanceMarket
  /** As Binance spells them: `BTCUSDT`. */
  readonly symbols: readonly string[]
  readonly endpoints: Endpoints
  readonly topics: ReadonlyMap<BinanceStream, LiveTopic>
  readonly log: Log
  readonly clock: SourceClock
  readonly report: SourceReport
  /** Characters of messages that wait for the log at most. */
  readonly room?: number
}

/** Messages of some minutes of a few symbols. */
const USUAL_ROOM = 1 << 26
/** A connection that lasted so long is a good one: the next is made without delay. */
const LASTING_MS = 60_000
const IDLE_MS = 20

/**
 * The log is never made to wait for, and cannot make the venue wait: where messages come faster
 * than they can be appended, they wait in memory up to `room`. Then the connection is dropped, what
 * waits is appended, and a new one is made. What was missed is a gap in the updates of the book and
 * in the ids of trades, as after any other break; no message is left out in between.
 */
export function startLiveSource(options: LiveSourceOptions): Source {
  const { name, market, symbols, endpoints, topics, log, report } = options
  const controller = new AbortController()
  const { signal } = controller
  const clock = { ...options.clock, present: neverBack(options.clock.present) }
  const arrivals = createArrivals({ room: options.room ?? USUAL_ROOM, present: clock.present })
  const wanted = new Set<string>()
  const line = { isOpen: false }
  const url = streamsUrl(endpoints, symbols, [...topics.keys()])
  const parts = [
    keepConnected({ url, arrivals, clock, report, signal, line }),
    appendArrivals({ name, log, market, symbols, topics, arrivals, wanted, clock, report, signal }),
    fetchSnapshots({
      ...{ market, endpoints, clock, wanted, signal },
      isConnected: () => line.isOpen,
      onSnapshot: arrivals.add,
      onFailure: (symbol, reason) => report('source-retrying', `${symbol}: no snapshot: ${reason}`),
    }),
  ]
  let failure: { readonly error: unknown } | undefined
  const ended = parts.map((part) =>
    part.catch((error: unknown) => {
      failure ??= { error }
      controller.abort()
    }),
  )
  const done = Promise.all(ended).then(() => {
    if (failure !== undefined) throw failure.error
  })
  return {
    done,
    stop: async () => {
      controller.abort()
      await done
    },
  }
}

interface ConnectOptions {
  readonly url: string
  readonly arrivals: Arrivals
  readonly clock: SourceClock
  readonly report: SourceReport
  readonly signal: AbortSignal
  /** Whether a connection is open, for others to see. */
  readonly line: { isOpen: boolean }
}

async function keepConnected(options: ConnectOptions): Promise<void> {
  const { arrivals, clock, report, signal, line } = options
  const backOff = createBackOff()
  const isStopped = (): boolean => signal.aborted
  while (!isStopped()) {
    const began = clock.now()
    const reason = await connectOnce(options)
    line.isOpen = false
    if (isStopped()) return
    if (clock.now() - began >= LASTING_MS) backOff.reset()
    const ms = backOff.next()
    report('source-retrying', `${reason}; it is tried again in ${ms} ms`)
    await waitUnless(signal, ms, clock)
    // What waits goes to the log first, so that there is room.
    while (!arrivals.isEmpty && !isStopped()) await waitUnless(signal, IDLE_MS, clock)
  }
}

/** Lives as long as the connection, and says why that has ended. */
function connectOnce({ url, arrivals, report, signal, line }: ConnectOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = openWebSocket(url, {
      onOpen: () => {
        line.isOpen = true
        arrivals.open()
        report('source-opened', `connected to ${new URL(url).host}`)
      },
      onText: (text) => {
        if (!arrivals.add(text)) finish('the log is slower than what comes')
      },
      onLost: (reason) => finish(reason),
    })
    const stop = (): void => finish('it was stopped')
    const finish = (reason: string): void => {
      signal.removeEventListener('abort', stop)
      socket.end()
      resolve(reason)
    }
    signal.addEventListener('abort', stop)
  })
}
