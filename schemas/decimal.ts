// Decimals, configured in one place: money and quantities compute to 50 significant digits, halves
// go to the even digit, and no text of a decimal has an exponent. Everything that makes decimals
// imports `Decimal` from here.
import { Decimal } from 'decimal.js'

Decimal.set({
  precision: 50,
  rounding: Decimal.ROUND_HALF_EVEN,
  toExpNeg: -9e15,
  toExpPos: 9e15,
})

export { Decimal }

/** Digits and decimals that a `decimal` type has room for. */
export interface DecimalRoom {
  readonly precision: number
  readonly scale: number
}

/**
 * The one spelling of a decimal in keys and output: plain digits, no exponent, no trailing zeros,
 * no `-0`.
 */
export function decimalText(value: Decimal): string {
  return value.toFixed()
}

/**
 * Why `value` cannot be written as decimal(precision, scale), as the end of a sentence, or
 * undefined. Never rounds.
 */
export function decimalProblem(value: Decimal, room: DecimalRoom): string | undefined {
  if (!value.isFinite()) return 'a Decimal that is not finite'
  const decimals = value.decimalPlaces()
  if (decimals > room.scale) return `a Decimal with ${decimals} decimals`
  // A decimal's exponent is the place of its first digit: 0 for 1 to 9.99.
  const digits = value.isZero() ? 0 : Math.max(value.e + 1 + room.scale, 0)
  if (digits > room.precision) return `a Decimal that takes ${digits} digits`
  return undefined
}

/**
 * The unscaled value in the fewest bytes of big-endian two's complement, as Avro's decimal has it:
 * 1.5 with scale 2 is 150, which takes the bytes 00 96. `decimalProblem` must have found nothing.
 */
export function decimalToBytes(value: Decimal, scale: number): Buffer {
  const unscaled = BigInt(value.toFixed(scale).replace('.', ''))
  const negative = unscaled < 0n
  // ~n has the bits of n inverted, so that a negative number's bytes are those of a positive one
  // turned over.
  const hex = (negative ? ~unscaled : unscaled).toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  const bytes = Buffer.from(even.charCodeAt(0) >= 0x38 ? `00${even}` : even, 'hex')
  if (negative) for (let at = 0; at < bytes.length; at += 1) bytes[at] = ~(bytes[at] ?? 0)
  return bytes
}

/** The reverse of `decimalToBytes`; also takes more bytes than are needed. */
export function bytesToDecimal(bytes: Buffer, scale: number): Decimal {
  const unscaled =
    bytes.length <= 6
      ? bytes.readIntBE(0, bytes.length)
      : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))
  if (scale === 0) return new Decimal(unscaled)
  const negative = unscaled < 0
  const digits = String(unscaled)
    .slice(negative ? 1 : 0)
    .padStart(scale + 1, '0')
  const point = digits.length - scale
  return new Decimal(`${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`)
}

/** The bytes with their sign carried to the left up to `size`, for a decimal on a fixed. */
export function padToFixed(bytes: Buffer, size: number): Buffer {
  const padded = Buffer.alloc(size, (bytes[0] ?? 0) >= 0x80 ? 0xff : 0)
  bytes.copy(padded, size - bytes.length)
  return padded
}
