// Time and memory per update of each stateful function: `node bench/kernels.ts [records]`.
// Each runs over the same random walk of prices; windows are short unless the call says otherwise.
import { statefulFunctions } from '../operators/functions/index.ts'
import type { Constant } from '../topology/expression/function.ts'

const RECORDS = Number(process.argv[2] ?? 3_000_000)
const ROUNDS = 3

const calls: readonly (readonly [name: string, ...constants: readonly Constant[]])[] = [
  ['sma', 20],
  ['sma', 100_000],
  ['ema', 12],
  ['ema', 12, 'first'],
  ['wma', 20],
  ['rsi', 14],
  ['rsi', 14, 50],
  ['macd', 12, 26, 9],
  ['atr', 14],
  ['bollinger', 20, 2],
  ['stdev', 20],
  ['stdev', 100_000],
  ['zscore', 60],
  ['highest', 20],
  ['highest', 100_000],
  ['lowest', 20],
  ['roc', 10],
  ['prev', 1],
  ['prev', 60],
  ['change'],
  ['crosses_over'],
  ['crosses_under'],
  ['count'],
]

/** Prices in cents around 60000.00, by a linear congruence. */
function walk(count: number): Float64Array {
  const prices = new Float64Array(count)
  let [seed, cents] = [1, 6_000_000]
  for (let index = 0; index < count; index += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    cents += ((seed >>> 16) % 401) - 200
    prices[index] = cents / 100
  }
  return prices
}

interface Cost {
  readonly nanoseconds: number
  readonly bytes: number
}

/** The best of some rounds, so that what else the machine does counts little. */
function measure(name: string, constants: readonly Constant[], prices: Float64Array): Cost {
  const called = statefulFunctions.get(name)
  if (called === undefined) throw new Error(`there is no function "${name}"`)
  const { header, ring, width, update } = called.kernel(constants)
  const [state, results] = [[0.5], [0.5, 0.5, 0.5]]
  while (state.length < header + ring * width) state.push(0.5)
  let best: Cost = { nanoseconds: Infinity, bytes: Infinity }
  for (let round = 0; round < ROUNDS; round += 1) {
    state.fill(0)
    const heap = process.memoryUsage().heapUsed
    const start = performance.now()
    for (let index = 0; index < prices.length; index += 1) {
      const price = prices[index] ?? 0
      update(state, 0, results, price, price - 1, price - 0.5)
    }
    const nanoseconds = ((performance.now() - start) * 1e6) / prices.length
    const bytes = (process.memoryUsage().heapUsed - heap) / prices.length
    if (nanoseconds < best.nanoseconds) best = { nanoseconds, bytes }
  }
  return best
}

const prices = walk(RECORDS)
for (const [name, ...constants] of calls) {
  const { nanoseconds, bytes } = measure(name, constants, prices)
  const call = `${name}(${constants.join(', ')})`.padEnd(24)
  const time = nanoseconds.toFixed(1).padStart(8)
  process.stdout.write(`${call}${time} ns/update${bytes.toFixed(1).padStart(8)} B/update\n`)
}
