// Times as files spell them: ISO 8601 or a number since 1970 in any usual unit. Exact: no text goes
// through a double on its way to microseconds.
import type { PlannedTopic } from '../../topology/plan.ts'

export type TimeUnit = NonNullable<PlannedTopic['unit']>

/**
 * 1900-01-01 and 2200-01-01 in microseconds: times outside are bad. Every instant between is an
 * exact double, also after a delay is added.
 */
const EARLIEST = -2_208_988_800_000_000
const END = 7_258_118_400_000_000

/** What a time in a file may look like, as the end of a sentence. */
export const TIME_FORMS =
  'ISO 8601 (2014-05-01T00:00:00.123Z) or a number since 1970 in s, ms, us or ns, from 1900 to 2199'

const NUMBER = /^([+-]?)(\d{1,20})(?:\.(\d{1,18}))?$/
const DAY = String.raw`(\d{4})-(\d\d)-(\d\d)`
const CLOCK = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`
const ZONE = String.raw`(Z|[+-]\d\d(?::?\d\d)?)`
const ISO = new RegExp(`^${DAY}(?:[T ]${CLOCK}(?: ?${ZONE})?)?$`, 'i')
/** 20140501 is a day to whoever wrote it, and would be a second of 1970 to us. */
const COMPACT_DAY = /^(?:19|2[01])\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/

/** Microseconds are the number times `up` divided by `down`. */
const SCALES: Readonly<Record<TimeUnit, { readonly up: bigint; readonly down: bigint }>> = {
  s: { up: 1_000_000n, down: 1n },
  ms: { up: 1000n, down: 1n },
  us: { up: 1n, down: 1n },
  ns: { up: 1n, down: 1000n },
}

/**
 * Microseconds since 1970, cut (not rounded) to the microsecond; undefined for what is no time or
 * lies outside 1900 to 2199. A date-time without a zone is UTC, a date alone its midnight. Without
 * `unit` a number's size tells it: below 1e11 it counts seconds, below 1e14 milliseconds, below
 * 1e17 microseconds, else nanoseconds. Fractions of a number are taken digit by digit. Eight digits
 * that read as a day, such as 20140501, are refused unless the unit is declared.
 *
 * @example parseTime('1398902400292') // 1398902400292000
 */
export function parseTime(input: string | number, unit?: TimeUnit): number | undefined {
  if (typeof input === 'number') return parseTime(String(input), unit)
  if (unit === undefined && COMPACT_DAY.test(input)) return undefined
  const number = NUMBER.exec(input)
  const micros = number ? epochMicros(number, unit) : isoMicros(input)
  return micros !== undefined && isInRange(micros) ? micros : undefined
}

/** The unit of a number without one, by its size. */
function unitOf(whole: number): TimeUnit {
  return whole < 1e11 ? 's' : whole < 1e14 ? 'ms' : whole < 1e17 ? 'us' : 'ns'
}

function epochMicros(parts: readonly (string | undefined)[], unit: TimeUnit | undefined): number {
  const [, sign = '', whole = '', fraction = ''] = parts
  const known = unit ?? unitOf(Number(whole))
  if (fraction === '' && sign === '' && whole.length <= 15) {
    // At most 1e15: exact as a double, and so is every product that is in range.
    const amount = Number(whole)
    if (known === 'us') return amount
    if (known === 'ms') return amount * 1000
  }
  const { up, down } = SCALES[known]
  const scaled = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`) * up
  const divisor = down * 10n ** BigInt(fraction.length)
  const cut = scaled / divisor
  // BigInt division cuts towards zero; times before 1970 are cut towards the past like all others.
  return Number(scaled < 0n && scaled % divisor !== 0n ? cut - 1n : cut)
}

function isoMicros(text: string): number | undefined {
  const parts = ISO.exec(text)
  if (!parts) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = parts
  const [h, m, s] = [Number(hour), Number(minute), Number(second)]
  if (h > 23 || m > 59 || s > 59 || month === '00' || Number(month) > 12) return undefined
  const millis = Date.UTC(Number(year), Number(month) - 1, Number(day), h, m, s)
  // A day that its month does not have comes back as another day, and a year of the first century
  // as one of ours.
  const date = new Date(millis)
  if (date.getUTCDate() !== Number(day) || date.getUTCFullYear() !== Number(year)) return undefined
  const offset = zoneMinutes(zone)
  if (offset === undefined) return undefined
  return millis * 1000 - offset * 60_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** Minutes east of UTC, at most 18 hours. */
function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60
  const rest = Number(zone.slice(3).replace(':', '') || '0')
  if (rest > 59 || minutes + rest > 18 * 60) return undefined
  return zone.startsWith('-') ? -(minutes + rest) : minutes + rest
}

/** Whether microseconds lie from 1900 to 2199. */
export function isInRange(micros: number): boolean {
  return micros >= EARLIEST && micros < END
}
