// Durations as they are written: `500ms`, `1.5s`, `1h30m`, `7d`. A number and a unit of fixed
// length, no blank between them. Months and years have no fixed length, so there are none.

/** Microseconds of each unit, the largest first. Expressions know the same. */
export const UNITS_OF_TIME: ReadonlyMap<string, number> = new Map([
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1_000],
  ['us', 1],
])
/** What people write instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  w: '7d for a week',
  y: '365d for a year',
  min: 'm for minutes',
  sec: 's for seconds',
  hr: 'h for hours',
}
const UNITS = 'ms, s, m, h or d'

/** A hundred years of 365.25 days, in microseconds. */
export const LONGEST_DURATION = 36_525 * 86_400_000_000

export type DurationReading =
  { readonly micros: number } | { readonly problem: string; readonly repair: string }

/** `1h30m`: several parts, each with its unit. */
const PARTS = /^(?:\d{1,18}(?:\.\d{1,12})?(?:us|ms|s|m|h|d)){2,}$/

/** Microseconds, or what is wrong with the text in words that follow it: `"5" has no unit`. */
export function parseDuration(text: string): DurationReading {
  if (!PARTS.test(text)) return parsePart(text)
  let micros = 0
  for (const [part] of text.matchAll(/[\d.]+[a-z]+/g)) {
    const reading = parsePart(part)
    if ('problem' in reading) return reading
    micros += reading.micros
  }
  return withinBounds(micros)
}

function withinBounds(micros: number): DurationReading {
  if (micros <= LONGEST_DURATION) return { micros }
  return { problem: 'is longer than 100 years', repair: 'write 36525d or less' }
}

function parsePart(text: string): DurationReading {
  const parts = /^([+-]?)(\d{1,18})(?:\.(\d{1,12}))?([A-Za-z]*)$/.exec(text)
  if (!parts) return { problem: 'is not a duration', repair: `write a number and ${UNITS}: 500ms` }
  const [, sign, whole = '', fraction = '', unit = ''] = parts
  if (unit === '') return { problem: 'has no unit', repair: `write ${UNITS} behind the number` }
  const factor = UNITS_OF_TIME.get(unit)
  if (factor === undefined) {
    const instead = Object.hasOwn(INSTEAD, unit) ? INSTEAD[unit] : undefined
    return { problem: `has no unit of time`, repair: `write ${instead ?? `${UNITS}: 500ms`}` }
  }
  if (sign === '-') return { problem: 'is negative', repair: 'write a duration of 0s or more' }
  const scaled = BigInt(whole + fraction) * BigInt(factor)
  const divisor = 10n ** BigInt(fraction.length)
  if (scaled % divisor !== 0n) {
    return { problem: 'is finer than a microsecond', repair: 'leave the last digits out' }
  }
  return withinBounds(Number(scaled / divisor))
}

/** A duration of whole microseconds in its largest whole unit: `90s`, `1m`, `1500us`. */
export function formatDuration(micros: number): string {
  const [unit, factor] = [...UNITS_OF_TIME].find(([, each]) => micros % each === 0) ?? ['us', 1]
  return `${micros / factor}${unit}`
}
