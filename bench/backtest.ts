// Whether the topology is the peers' strategy: `node bench/backtest.ts` runs the reference
// interpreter over all 1,000,000 quotes and compares its fills; the test does so with fewer.
import { isDeepStrictEqual } from 'node:util'
import { expectedFills, fillsOf } from './backtest/fills.ts'
import { runBacktest } from './backtest/run-reference.ts'

const QUOTES = 1_000_000

const { outputs } = runBacktest(QUOTES)
const bars = outputs.get('candles')?.length ?? 0
const fills = fillsOf(outputs.get('signals') ?? [], QUOTES)
if (!isDeepStrictEqual(fills, expectedFills())) throw new Error("the fills are not the peers'")
process.stdout.write(
  `${QUOTES} quotes, ${bars} bars, ${fills.length} fills as the peers have them\n`,
)
