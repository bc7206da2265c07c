// Every dashboard, in the order in which a question goes: from the market to the engine.
import type { Dashboard } from './dashboard.ts'
import { dataQuality } from './data-quality.ts'
import { engineHealth } from './engine-health.ts'
import { indicators } from './indicators.ts'
import { market } from './market.ts'
import { profitAndLoss } from './profit-and-loss.ts'
import { signalsAndOrders } from './signals-and-orders.ts'
import { slippageAndMarkout } from './slippage-and-markout.ts'

export const dashboards: readonly Dashboard[] = [
  market,
  indicators,
  signalsAndOrders,
  profitAndLoss,
  slippageAndMarkout,
  dataQuality,
  engineHealth,
]
