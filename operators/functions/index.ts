// The stateful functions of the language, by name. One more takes a file, a test and a line here.
import type { StatefulFunction } from '../../topology/expression/function.ts'
import { atr } from './atr.ts'
import { bollinger } from './bollinger.ts'
import { change } from './change.ts'
import { count } from './count.ts'
import { crossesOver } from './crosses-over.ts'
import { crossesUnder } from './crosses-under.ts'
import { ema } from './ema.ts'
import { highest } from './highest.ts'
import { lowest } from './lowest.ts'
import { macd } from './macd.ts'
import { prev } from './prev.ts'
import { roc } from './roc.ts'
import { rsi } from './rsi.ts'
import { sma } from './sma.ts'
import { stdev } from './stdev.ts'
import { wma } from './wma.ts'
import { zscore } from './zscore.ts'

const functions: readonly StatefulFunction[] = [
  atr,
  bollinger,
  change,
  count,
  crossesOver,
  crossesUnder,
  ema,
  highest,
  lowest,
  macd,
  prev,
  roc,
  rsi,
  sma,
  stdev,
  wma,
  zscore,
]

export const statefulFunctions: ReadonlyMap<string, StatefulFunction> = new Map(
  functions.map((each) => [each.name, each]),
)
