// Numbers, times and values as people read them. Times come in microseconds since 1970 and are
// shown in UTC.

const MICROS_PER_MS = 1_000
const MICROS_PER_SECOND = 1_000_000
const MOST_TEXT = 80

/** `2024-08-08 23:54:12.250`. */
export function moment(micros: number): string {
  const date = new Date(micros / MICROS_PER_MS)
  if (Number.isNaN(date.getTime())) return String(micros)
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '')
}

/** `1,234`; `61,671.4`: as many digits as a price needs. */
export function number(value: number, digits = 10): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: digits })
    .format(value)
    .replace('-', '−')
}

/** `0.4`, `37`, `1.2k`, `3.4M`: three digits at most, and none behind those. */
export function short(value: number): string {
  if (value === 0) return '0'
  const notation = value >= 1_000 ? 'compact' : 'standard'
  const maximumSignificantDigits = value < 1 ? 1 : 3
  return new Intl.NumberFormat('en', { notation, maximumSignificantDigits })
    .format(value)
    .replace('K', 'k')
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`.replace('-', '−').replace(/^−(0\.00%)$/, '$1')
}

/** `12 ms`, `1.2 s`. */
export function milliseconds(ms: number): string {
  return ms < MICROS_PER_MS ? `${short(ms)} ms` : `${short(ms / MICROS_PER_MS)} s`
}

/** `50ms`, `1.5s`, `2m`, as topologies write them. */
export function duration(micros: number): string {
  const units = [
    ['d', 86_400 * MICROS_PER_SECOND],
    ['h', 3_600 * MICROS_PER_SECOND],
    ['m', 60 * MICROS_PER_SECOND],
    ['s', MICROS_PER_SECOND],
    ['ms', MICROS_PER_MS],
  ] as const
  const [unit, size] = units.find(([, each]) => micros >= each) ?? ['us', 1]
  return `${number(micros / size, 6)}${unit}`
}

/** A value of a field, by the type that the topology gives it. */
export function valueText(value: unknown, type = ''): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'number') {
    if (type.startsWith('time')) return moment(value)
    if (type.startsWith('duration')) return duration(value)
    return number(value)
  }
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const text = JSON.stringify(value)
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text
}

export function keyText(key: unknown): string {
  if (Array.isArray(key)) return key.map(keyText).join(' · ')
  return typeof key === 'string' ? key : JSON.stringify(key)
}

/** Whether values of the type are set to the right. */
export function isNumeric(type: string): boolean {
  return /^(int|long|float|double|decimal|duration)/.test(type)
}
