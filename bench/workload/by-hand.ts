// The workloads in a plain loop, as one would write them without an engine: Avro in and out, state
// in a map, nothing committed. What it gives is what every run is held to, and what it takes is the
// floor that the engine's own cost is measured from.
import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import avro from 'avsc'

export type Workload = 'T0' | 'T1' | 'T2'

/** An output as it is compared: records, and the sum of the CRC-32 of their Avro bodies. */
export interface Output {
  records: number
  checksum: bigint
}

interface Tick {
  readonly symbol: string
  readonly ts: number
  readonly bid: number
  readonly ask: number
}

interface Averages {
  count: number
  last: number
  ema12: number
  ema26: number
  gain: number
  loss: number
}

interface Bar {
  ts: number
  open: number
  high: number
  low: number
  close: number
  count: number
}

/** Of a symbol: the bar that is open, and what has been seen of those that are closed. */
interface SymbolState {
  bar: Bar
  closed: { readonly averages: Averages; wasAbove: boolean } | undefined
}

export interface ByHand {
  /** A tick's Avro body. */
  readonly take: (body: Uint8Array) => void
  /** Closes what the clock has passed when the input has ended. */
  readonly end: () => ReadonlyMap<string, Output>
}

const SECOND_MS = 1_000
const RSI = 14
const BARS_BEFORE = 26

export function byHand(workload: Workload): ByHand {
  const tick = typeOf('tick')
  const outputs = new Map<string, Output>()
  const put = (name: string, schema: string): ((value: object) => void) => {
    const type = typeOf(schema)
    const output = { records: 0, checksum: 0n }
    outputs.set(name, output)
    return (value) => count(output, type.toBuffer(value))
  }
  // A view: avsc reads buffers.
  const read = ({ buffer, byteOffset, length }: Uint8Array): Tick =>
    tick.fromBuffer(Buffer.from(buffer, byteOffset, length)) as Tick
  if (workload === 'T2') return barLoop(read, put('bars', 'bar'), put('signals', 'signal'), outputs)
  const step = workload === 'T0' ? quoteStep(put('quotes', 'quote')) : tickStep(put)
  return { take: (body) => step(read(body)), end: () => outputs }
}

export function count(output: Output, body: Uint8Array): void {
  output.records += 1
  output.checksum += BigInt(crc32(body))
}

function quoteStep(put: (value: object) => void): (tick: Tick) => void {
  return ({ symbol, ts, bid, ask }) => put({ symbol, ts, mid: (bid + ask) / 2, spread: ask - bid })
}

function tickStep(make: (name: string, schema: string) => (value: object) => void) {
  const put = make('indicators', 'indicator')
  const states = new Map<string, Averages>()
  return ({ symbol, ts, bid, ask }: Tick): void => {
    const mid = (bid + ask) / 2
    let state = states.get(symbol)
    if (state === undefined) states.set(symbol, (state = begin(mid)))
    else update(state, mid)
    put({ symbol, ts, mid, ema12: state.ema12, ema26: state.ema26, rsi14: strengthOf(state) })
  }
}

function barLoop(
  read: (body: Uint8Array) => Tick,
  putBar: (value: object) => void,
  putSignal: (value: object) => void,
  outputs: ReadonlyMap<string, Output>,
): ByHand {
  const states = new Map<string, SymbolState>()
  let clock = 0
  const close = (symbol: string, state: SymbolState): void => {
    const { bar } = state
    putBar({ symbol, ...bar })
    if (state.closed === undefined) state.closed = { averages: begin(bar.close), wasAbove: false }
    else update(state.closed.averages, bar.close)
    const { averages, wasAbove } = state.closed
    const isAbove = averages.ema12 > averages.ema26
    state.closed.wasAbove = isAbove
    if (averages.count <= BARS_BEFORE || isAbove === wasAbove) return
    const strength = Math.abs(strengthOf(averages) - 50) / 50
    putSignal({ symbol, ts: bar.ts, side: isAbove ? 'BUY' : 'SELL', strength })
  }
  return {
    take: (body) => {
      const { symbol, ts, bid, ask } = read(body)
      const mid = (bid + ask) / 2
      const start = ts - (ts % SECOND_MS)
      clock = ts
      const state = states.get(symbol)
      const fresh = { ts: start, open: mid, high: mid, low: mid, close: mid, count: 1 }
      if (state === undefined) states.set(symbol, { bar: fresh, closed: undefined })
      else if (state.bar.ts < start) {
        close(symbol, state)
        state.bar = fresh
      } else extend(state.bar, mid)
    },
    end: () => {
      for (const [symbol, state] of states) {
        if (state.bar.ts + SECOND_MS < clock) close(symbol, state)
      }
      return outputs
    },
  }
}

function extend(bar: Bar, mid: number): void {
  if (mid > bar.high) bar.high = mid
  if (mid < bar.low) bar.low = mid
  bar.close = mid
  bar.count += 1
}

function begin(value: number): Averages {
  return { count: 1, last: value, ema12: value, ema26: value, gain: 0, loss: 0 }
}

/** In the order of the peer's Indicators.java, which the bits depend on. */
function update(state: Averages, value: number): void {
  const change = value - state.last
  const [up, down] = [change > 0 ? change : 0, change < 0 ? -change : 0]
  if (state.count <= RSI) {
    state.gain += up / RSI
    state.loss += down / RSI
  } else {
    state.gain = (state.gain * (RSI - 1) + up) / RSI
    state.loss = (state.loss * (RSI - 1) + down) / RSI
  }
  state.count += 1
  state.last = value
  state.ema12 += (2 / 13) * (value - state.ema12)
  state.ema26 += (2 / 27) * (value - state.ema26)
}

function strengthOf({ count: seen, gain, loss }: Averages): number {
  return seen <= RSI || gain + loss === 0 ? 50 : (100 * gain) / (gain + loss)
}

function typeOf(name: string): avro.Type {
  const file = new URL(`../../test/peers/schemas/bench/${name}.avsc`, import.meta.url)
  const schema = JSON.parse(readFileSync(file, 'utf8')) as avro.Schema
  return avro.Type.forSchema(schema, { wrapUnions: false })
}
