// Java's SplittableRandom, as the peer's loader draws from it: SplitMix64 (Steele, Lea and Flood,
// 2014) in halves of 32 bits, because a BigInt for every draw would cost more than all the rest.

/** A whole number from 0 to `bound - 1` at every call, as `nextInt(bound)` gives it. */
export type NextInt = (bound: number) => number

const GOLDEN = { high: 0x9e3779b9, low: 0x7f4a7c15 }
const FIRST = { high: 0x62a9d9ed, low: 0x799705f5 }
const SECOND = { high: 0xcb24d0a5, low: 0xc88c35b3 }

export function splittableRandom(seed: number): NextInt {
  let high = Math.floor(seed / 2 ** 32) | 0
  let low = seed | 0

  /** The 32 bits that `mix32` gives of the next seed. */
  function next(): number {
    const sum = (low >>> 0) + GOLDEN.low
    low = sum | 0
    high = (high + GOLDEN.high + (sum > 0xffffffff ? 1 : 0)) | 0
    // z ^ z >>> 33, times the first constant.
    let zLow = low ^ (high >>> 1)
    const productLow = Math.imul(zLow, FIRST.low)
    const productHigh = highOfProduct(zLow, high, FIRST)
    // z ^ z >>> 28, times the second, of which the upper half counts.
    zLow = productLow ^ ((productLow >>> 28) | (productHigh << 4))
    return highOfProduct(zLow, productHigh ^ (productHigh >>> 28), SECOND)
  }

  return (bound) => {
    const most = bound - 1
    const bits = next()
    if ((bound & most) === 0) return bits & most
    for (let half = bits >>> 1; ; half = next() >>> 1) {
      const rest = half % bound
      if (((half + most - rest) | 0) >= 0) return rest
    }
  }
}

/** Bits 32 to 63 of the product of two numbers of 64 bits. */
function highOfProduct(low: number, high: number, by: { high: number; low: number }): number {
  const [a0, a1] = [low & 0xffff, low >>> 16]
  const [b0, b1] = [by.low & 0xffff, by.low >>> 16]
  const middle = a1 * b0 + ((a0 * b0) >>> 16)
  const carry = Math.floor((a0 * b1 + (middle & 0xffff)) / 0x10000)
  const upper = a1 * b1 + Math.floor(middle / 0x10000) + carry
  return (upper + Math.imul(low, by.high) + Math.imul(high, by.low)) | 0
}
