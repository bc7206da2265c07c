// Which page of a book's side a price stands on, so that a commit writes the pages that changed and
// not the whole side. It follows from the price alone and never moves.

/** Of the leading 32 bits of a double, which hold its sign, its exponent and 20 digits. */
const LEFT_OUT = 7

const bits = new DataView(new ArrayBuffer(8))

/**
 * Prices share a page if they agree in their first 14 binary digits, which is within 0.6 to 1.2
 * hundredths of a percent. The greater price never has the lesser page.
 *
 * @example
 * pricePage(61_800.2) === pricePage(61_801.9) // both from 61,800 to below 61,804
 */
export function pricePage(price: number): number {
  bits.setFloat64(0, Math.abs(price))
  const page = bits.getUint32(0) >>> LEFT_OUT
  return price < 0 ? 0 - page : page
}
