// What the venue remembers of a version of an instrument: the steps of its prices and quantities,
// and the least that it takes.
import type { Decimal } from '../../schemas/decimal.ts'
import type { Value } from '../../schemas/type.ts'
import { ZERO } from './amounts.ts'
import type { InstrumentRules } from './venue-state.ts'

/** Without a value the instrument was deleted then. */
export function versionOf(value: Value | null): InstrumentRules {
  const least = (name: string): Decimal | null => (value?.[name] ?? null) as Decimal | null
  return {
    listed: value !== null,
    tick: least('tick') ?? ZERO,
    lot: least('lot') ?? ZERO,
    min_quantity: least('min_quantity'),
    min_notional: least('min_notional'),
  }
}
