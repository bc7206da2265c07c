// The input of the workloads: ticks of many symbols in turn, 50 ms of event time from one of a
// symbol to its next. With seed 42 and 16 symbols they are those of bench/peers/kafka-streams.
import { keyBytes, partitionOf } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import { splittableRandom } from './splittable-random.ts'

export interface TickInput {
  readonly records: number
  readonly symbols: number
  readonly partitions: number
}

const SEED = 42

/** 2025-01-01T00:00:00Z */
const START_MS = 1_735_689_600_000
const STEP_MS = 50
const MICROS = 1_000

/** Gives the next tick at every call, for ever; its `ts` is in microseconds. */
export function tickWalk({ symbols, partitions }: TickInput): () => Value {
  const draw = splittableRandom(SEED)
  const names = symbolNames(symbols, partitions)
  const mids = names.map((_, index) => 50 + 10 * (index % 100))
  let sent = 0
  return () => {
    const index = sent % symbols
    const ms = START_MS + Math.floor(sent / symbols) * STEP_MS
    sent += 1
    const mid = Math.max(1, (mids[index] ?? 0) + (draw(21) - 10) * 0.01)
    mids[index] = mid
    const half = 0.005 * (1 + draw(3))
    const [bidSize, askSize] = [1 + draw(500), 1 + draw(500)]
    const [symbol, ts] = [names[index] ?? '', ms * MICROS]
    return { symbol, ts, bid: mid - half, ask: mid + half, bidSize, askSize }
  }
}

/** Names that the default partitioner spreads evenly, where their number allows it. */
export function symbolNames(symbols: number, partitions: number): readonly string[] {
  const most = Math.ceil(symbols / partitions)
  const taken = new Int32Array(partitions)
  const names: string[] = []
  for (let number = 0; names.length < symbols; number += 1) {
    const name = `SYM${String(number).padStart(3, '0')}`
    const partition = partitionOf(keyBytes(name), partitions)
    if ((taken[partition] ?? 0) >= most) continue
    taken[partition] = (taken[partition] ?? 0) + 1
    names.push(name)
  }
  return names
}
