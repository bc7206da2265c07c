// The seeded ticks of the workloads: what the loader of the Kafka Streams peer sends, in the same
// order.

const SYMBOLS = 16
const PARTITIONS = 4
const START_MICROS = Date.UTC(2025, 0, 1) * 1_000
const STEP_MICROS = 50_000

const MASK = (1n << 64n) - 1n
const GOLDEN_GAMMA = 0x9e3779b97f4a7c15n

export interface Tick {
  readonly symbol: string
  /** Microseconds. */
  readonly ts: number
  readonly bid: number
  readonly ask: number
  readonly bidSize: number
  readonly askSize: number
}

/**
 * Java's SplittableRandom: SplitMix64 with mix32, and its rule for bounds (JDK 17,
 * `RandomSupport.boundedNextInt`).
 */
function splittableRandom(seed: bigint): (bound: number) => number {
  let state = seed
  const next = (): number => {
    state = (state + GOLDEN_GAMMA) & MASK
    const z = ((state ^ (state >> 33n)) * 0x62a9d9ed799705f5n) & MASK
    return Number((((z ^ (z >> 28n)) * 0xcb24d0a5c88c35b3n) & MASK) >> 32n) | 0
  }
  return (bound) => {
    for (;;) {
      const u = next() >>> 1
      const r = u % bound
      if (u + bound - 1 - r <= 0x7fffffff) return r
    }
  }
}

/** Names that the default partitioner spreads evenly over four partitions. */
export function symbolNames(partitionOf: (name: string, partitions: number) => number): string[] {
  const names: string[] = []
  const taken = new Array<number>(PARTITIONS).fill(0)
  for (let n = 0; names.length < SYMBOLS; n += 1) {
    const name = `SYM${String(n).padStart(3, '0')}`
    const partition = partitionOf(name, PARTITIONS)
    const count = taken[partition] ?? 0
    if (count >= SYMBOLS / PARTITIONS) continue
    taken[partition] = count + 1
    names.push(name)
  }
  return names
}

/** The first `records` ticks of seed 42, by symbol. */
export function ticksBySymbol(records: number, names: readonly string[]): Map<string, Tick[]> {
  const random = splittableRandom(42n)
  const mids = names.map((_, s) => 50 + 10 * s)
  const ticks = new Map<string, Tick[]>(names.map((name) => [name, []]))
  for (let i = 0; i < records; i += 1) {
    const s = i % SYMBOLS
    const symbol = names[s] ?? ''
    const mid = Math.max(1, (mids[s] ?? 0) + (random(21) - 10) * 0.01)
    mids[s] = mid
    const half = 0.005 * (1 + random(3))
    const ts = START_MICROS + Math.floor(i / SYMBOLS) * STEP_MICROS
    const [bidSize, askSize] = [1 + random(500), 1 + random(500)]
    ticks.get(symbol)?.push({ symbol, ts, bid: mid - half, ask: mid + half, bidSize, askSize })
  }
  return ticks
}
