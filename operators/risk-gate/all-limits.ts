// The limits of a risk gate in the order in which they are asked, whatever their order in the file:
// halted, too-late, no-equity, no-price, stale-market and invalid-market, max-drawdown, breaker,
// max-orders, max-position, max-exposure.
import type { GateConfig } from './gate-config.ts'
import { breaker } from './limits/breaker.ts'
import { halted } from './limits/halted.ts'
import { equityKnown, priceKnown } from './limits/known.ts'
import type { Limit } from './limits/limit.ts'
import { marketSound } from './limits/market.ts'
import { maxDrawdown } from './limits/max-drawdown.ts'
import { maxExposure } from './limits/max-exposure.ts'
import { maxOrders } from './limits/max-orders.ts'
import { maxPosition } from './limits/max-position.ts'
import { validFor } from './limits/valid-for.ts'

export function allLimits(config: GateConfig): readonly Limit[] {
  const { max_drawdown: drawdown, max_orders: orders } = config
  const { max_position: position, max_exposure: exposure } = config
  return [
    halted,
    validFor,
    equityKnown,
    priceKnown,
    ...(config.market ? [marketSound(config.max_market_age)] : []),
    ...(drawdown ? [maxDrawdown(drawdown.limit)] : []),
    ...(config.breaker ? [breaker] : []),
    ...(orders ? [maxOrders(orders.count)] : []),
    ...(position === undefined ? [] : [maxPosition(position)]),
    ...(exposure === undefined ? [] : [maxExposure(exposure)]),
  ]
}
