// Numbers, amounts and times as a person reads them: thousands apart, a true minus, times in UTC.
import { Decimal } from '../../../../schemas/decimal.ts'

export function count(number: number): string {
  return signed(number.toLocaleString('en'))
}

/** An amount of money: two decimals, more where it is less than one. */
export function money(text: string): string {
  const amount = new Decimal(text)
  const isSmall = amount.abs().lt(1) && amount.decimalPlaces() > 2
  return grouped(isSmall ? amount.toSignificantDigits(4).toFixed() : amount.toFixed(2))
}

/** A price or quantity: what it is, up to eight decimals. */
export function plain(text: string): string {
  return grouped(new Decimal(text).toDecimalPlaces(8).toFixed())
}

/** A price that is a double, without the digits that binary fractions add. */
export function price(value: number): string {
  return Number.isFinite(value) ? plain(String(Number(value.toPrecision(10)))) : 'unknown'
}

/** A share as a percentage with its sign. */
export function gain(share: number): string {
  const text = (share * 100).toFixed(2)
  const isNothing = Number(text) === 0
  return isNothing ? '0.00%' : `${signed(share > 0 ? `+${text}` : text)}%`
}

export function percent(share: number): string {
  const text = (share * 100).toFixed(2)
  return `${signed(Number(text) === 0 ? '0.00' : text)}%`
}

/** A share in hundredths of a percent. */
export function basisPoints(share: number): string {
  const text = (share * 10_000).toFixed(2)
  return signed(Number(text) === 0 ? '0.00' : text)
}

/** `2024-08-08 23:54 UTC`, with seconds and milliseconds where there are any. */
export function moment(micros: number): string {
  const iso = isoTime(micros)
  if (iso === undefined) return `${count(micros)} µs`
  const [day = '', clock = ''] = iso.slice(0, -1).split('T')
  const [hours = '', minutes = '', seconds = ''] = clock.split(':')
  const [whole = '', fraction = ''] = seconds.split('.')
  const rest = Number(fraction) > 0 ? `:${whole}.${fraction}` : whole === '00' ? '' : `:${whole}`
  return `${day} ${hours}:${minutes}${rest} UTC`
}

/** ISO 8601; undefined beyond the years that it can write. */
export function isoTime(micros: number): string | undefined {
  const date = new Date(Math.floor(micros / 1000))
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

const UNITS: readonly (readonly [string, number])[] = [
  ['day', 86_400_000_000],
  ['hour', 3_600_000_000],
  ['minute', 60_000_000],
  ['second', 1_000_000],
  ['millisecond', 1_000],
  ['microsecond', 1],
]

/** `1 hour 30 minutes`, `2.5 seconds`: the two greatest units, of seconds and less a fraction. */
export function lengthText(micros: number): string {
  if (micros < 60_000_000) {
    const [unit, size] = UNITS.find(([, each]) => micros >= each) ?? ['second', 1_000_000]
    return several(Number((micros / size).toPrecision(4)), unit)
  }
  const seconds = Math.round(micros / 1_000_000) * 1_000_000
  const at = UNITS.findIndex(([, size]) => seconds >= size)
  const [[unit, size] = ['minute', 60_000_000], [less, smaller] = ['second', 1_000_000]] =
    UNITS.slice(at, at + 2)
  const rest = Math.floor((seconds % size) / smaller)
  const whole = several(Math.floor(seconds / size), unit)
  return rest === 0 ? whole : `${whole} ${several(rest, less)}`
}

export function several(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const isNothing = /^-?0*$/.test(whole) && /^0*$/.test(fraction ?? '')
  const thousands = whole.replace('-', '').replaceAll(/\B(?=(\d{3})+$)/g, ',')
  const sign = whole.startsWith('-') && !isNothing ? '-' : ''
  return signed(`${sign}${thousands}${fraction === undefined ? '' : `.${fraction}`}`)
}

function signed(text: string): string {
  return text.replace('-', '\u2212')
}
