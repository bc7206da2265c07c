// Reads a message's fields one by one. The first that does not fit is kept as the reason, so that a
// kind of message is one object literal and one question at its end. No reason shows a value.
import { isInRange } from '../file/times.ts'
import type { JsonObject } from './market-message.ts'

/** One side of a book at one price, as market/Depth has it. */
export interface Level {
  readonly price: number
  readonly size: number
}

/** Numbers come as text: digits, as many as a double can be read from without being infinite. */
const DECIMAL = /^\d{1,30}(?:\.\d{1,30})?$/
const SYMBOL = /^\S{1,64}$/
/** The venue began in 2017: an earlier time is one in another unit, or none. */
const FIRST_TIME = 1_483_228_800_000_000
/** Milliseconds are below it for 3,000 years, microseconds above it since 1973. */
const LEAST_MICROS = 1e14

export class MessageFields {
  /** Why the message cannot be taken; undefined while all fields that were read fit. */
  reason: string | undefined
  readonly #message: JsonObject

  constructor(message: JsonObject) {
    this.#message = message
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#message, name)
  }

  symbol(): string {
    const symbol = this.#message['s']
    if (typeof symbol === 'string' && SYMBOL.test(symbol) && symbol.isWellFormed()) return symbol
    this.refuse('s', 'is not the name of a symbol')
    return ''
  }

  price(name: string): number {
    const price = decimal(this.#message[name])
    if (!(price > 0)) this.refuse(name, NO_PRICE)
    return price
  }

  /** 0 where nothing stands there. */
  size(name: string): number {
    const size = decimal(this.#message[name])
    if (Number.isNaN(size)) this.refuse(name, NO_SIZE)
    return size
  }

  sizeAboveZero(name: string): number {
    const size = decimal(this.#message[name])
    if (!(size > 0)) this.refuse(name, 'is not a size: digits in quotes, above 0')
    return size
  }

  /** An id of a trade or an update. */
  id(name: string): number {
    const id = this.#message[name]
    if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id
    this.refuse(name, 'is not an id: a whole number from 0 to 2^53 - 1')
    return NaN
  }

  /** Microseconds; Binance sends milliseconds, or microseconds where it is asked to. */
  time(name: string): number {
    const time = this.#message[name]
    if (typeof time === 'number' && Number.isSafeInteger(time)) {
      const micros = time < LEAST_MICROS ? time * 1000 : time
      if (micros >= FIRST_TIME && isInRange(micros)) return micros
    }
    this.refuse(name, 'is not a time in ms or us, from 2017 to 2199')
    return NaN
  }

  flag(name: string): boolean {
    const flag = this.#message[name]
    if (typeof flag === 'boolean') return flag
    this.refuse(name, 'is neither true nor false')
    return false
  }

  /** A side of the book: `[["61800.20", "2.909"], ...]`. */
  levels(name: string): readonly Level[] {
    const side = this.#message[name]
    if (!Array.isArray(side)) {
      this.refuse(name, 'is not a list of prices and sizes')
      return []
    }
    const levels = new Array<Level>(side.length)
    for (let index = 0; index < side.length; index += 1) {
      const pair = side[index] as unknown
      const [price, size] = Array.isArray(pair) ? [decimal(pair[0]), decimal(pair[1])] : [NaN, NaN]
      if (!(price > 0)) this.refuse(`${name}[${index}][0]`, NO_PRICE)
      else if (Number.isNaN(size)) this.refuse(`${name}[${index}][1]`, NO_SIZE)
      if (this.reason !== undefined) return []
      levels[index] = { price, size }
    }
    return levels
  }

  /** Keeps the first reason. */
  refuse(name: string, why: string): void {
    this.reason ??= this.has(name.replace(/\[.*/, ''))
      ? `field "${name}" ${why}`
      : `field "${name}" is missing`
  }
}

const NO_PRICE = 'is not a price: digits in quotes, above 0'
const NO_SIZE = 'is not a size: digits in quotes, 0 or more'

const [DOT, ZERO, NINE] = [0x2e, 0x30, 0x39]
/** As many digits as any whole number below 2^53 has, and a dot. */
const SHORT = 16
const TENS = Array.from({ length: SHORT + 1 }, (_, power) => 10 ** power)

/** NaN for whatever is not a number in digits. */
function decimal(json: unknown): number {
  if (typeof json !== 'string') return NaN
  if (json.length > SHORT) return DECIMAL.test(json) ? Number(json) : NaN
  // The digits as a whole number, and the power of ten, are exact, so their quotient is rounded
  // once, which is what Number gives. Order books hold millions of these.
  let [whole, decimals] = [0, -1]
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code >= ZERO && code <= NINE) {
      whole = whole * 10 + (code - ZERO)
      if (decimals >= 0) decimals += 1
    } else if (code === DOT && at > 0 && decimals < 0) decimals = 0
    else return NaN
  }
  if (decimals === 0 || json.length === 0) return NaN
  return decimals < 0 ? whole : whole / (TENS[decimals] ?? NaN)
}
