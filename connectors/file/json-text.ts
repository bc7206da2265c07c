// JSON as files spell it. JSON.parse turns every number into a double; where that would lose digits
// which somebody may need (nanoseconds, decimals), the digits are kept beside it.

/** A number whose text has more digits than a double is sure to hold. */
export class LongNumber {
  readonly value: number
  readonly digits: string

  constructor(value: number, digits: string) {
    this.value = value
    this.digits = digits
  }
}

/** Doubles hold every text of so many digits. */
const SAFE_LENGTH = 15
const LONG_NUMBER = /\d[\d.]{15}/
const LONG_INTEGER = /(?:^|[^\d.])\d{17}/

/** V8 tells a reviver the text that a number came from. */
const keepDigits = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  const digits = context?.source
  return typeof value === 'number' && digits !== undefined && digits.length > SAFE_LENGTH
    ? new LongNumber(value, digits)
    : value
}

/**
 * Compiles the parsing of lines. Long integers, which may be nanoseconds, always keep their digits;
 * long fractions only where `hasDecimals` says that there are fields to take them. Throws what
 * JSON.parse throws.
 */
export function createJsonParser(hasDecimals: boolean): (text: string) => unknown {
  const needsDigits = hasDecimals ? LONG_NUMBER : LONG_INTEGER
  return (text) => {
    const json: unknown = needsDigits.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)
    return json
  }
}
