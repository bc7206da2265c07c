// Amounts of records as the text of decimals. A user's own schema may have doubles for them.
import { Decimal, decimalText } from '../../../../schemas/decimal.ts'

/** Null where there is none, or where it is no finite number. */
export function textOrNull(amount: unknown): string | null {
  const read = amountOf(amount)
  return read === undefined ? null : decimalText(read)
}

export function amountOf(amount: unknown): Decimal | undefined {
  if (typeof amount !== 'number' && !Decimal.isDecimal(amount)) return undefined
  const decimal = new Decimal(amount)
  return decimal.isFinite() ? decimal : undefined
}
