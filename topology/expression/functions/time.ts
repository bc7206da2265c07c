// Pure functions of time, all in UTC: what a calendar knows is a calendar's business.
import { LONG, TIME, type Type } from '../../../schemas/type.ts'
import { NotConvertible } from '../faults.ts'
import type { Parameter, PureFunction } from '../function.ts'

const HOUR = 3_600_000_000
const DAY = 24 * HOUR
/** 1970-01-01 was a Thursday, the fourth day of ISO's week. */
const DAYS_TO_MONDAY = 3

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/

/** Microseconds since 1970, or undefined for text that is no time of ISO 8601 with a zone. */
function readTime(text: string): number | undefined {
  const [, seconds, fraction = '', zone] = ISO.exec(text) ?? []
  if (seconds === undefined || zone === undefined) return undefined
  const local = Date.parse(`${seconds}Z`)
  const ms = Date.parse(`${seconds}${zone}`)
  if (Number.isNaN(ms) || new Date(local).toISOString().slice(0, 19) !== seconds) return undefined
  return ms * 1_000 + Number(fraction.padEnd(6, '0'))
}

function textToTime(text: string): number {
  const time = readTime(text)
  if (time === undefined) throw new NotConvertible('time(text): the text is not a time')
  return time
}

function literalOf(type: Type | undefined): string | undefined {
  if (type?.kind !== 'string' || type.literals?.length !== 1) return undefined
  return type.literals[0]
}

const AT: Parameter = { name: 'time', summary: 'The time.', takes: 'series', kinds: ['time'] }

function part(
  name: string,
  summary: string,
  emit: (time: string) => string,
  example: string,
): PureFunction {
  return {
    name,
    summary,
    parameters: [AT],
    result: () => LONG,
    emit: ([a = '']) => emit(a),
    example,
  }
}

function modulo(whole: string, of: number): string {
  return `((${whole} % ${of} + ${of}) % ${of})`
}

export const time: readonly PureFunction[] = [
  {
    name: 'time',
    summary: 'The time that a text in ISO 8601 with a zone names.',
    parameters: [
      {
        name: 'text',
        summary: 'Such as 2024-01-01T00:00:00Z.',
        takes: 'series',
        kinds: ['string'],
      },
    ],
    refuse: ([type]) => {
      const literal = literalOf(type)
      return literal !== undefined && readTime(literal) === undefined
        ? `"${literal}" is not a time like 2024-01-01T00:00:00Z`
        : undefined
    },
    result: () => TIME,
    emit: ([a = ''], [type]) => {
      const literal = literalOf(type)
      return literal === undefined ? `textToTime(${a})` : `(${textToTime(literal)})`
    },
    uses: { textToTime },
    example: "time - time('2024-01-01T00:00:00Z')",
  },
  {
    name: 'millis',
    summary: 'The time, its microseconds cut off: for topics whose times are whole milliseconds.',
    parameters: [AT],
    result: () => ({ kind: 'time', unit: 'ms' }),
    emit: ([a = '']) => `(Math.floor(${a} / 1000) * 1000)`,
    example: 'millis(time)',
  },
  part(
    'hour',
    'The hour in UTC, 0 to 23.',
    (a) => modulo(`Math.floor(${a} / ${HOUR})`, 24),
    'hour(time) >= 14',
  ),
  part(
    'minute',
    'The minute of the hour, 0 to 59.',
    (a) => modulo(`Math.floor(${a} / ${HOUR / 60})`, 60),
    'minute(time) == 0',
  ),
  part(
    'weekday',
    'The day of the week in UTC, 1 for Monday to 7 for Sunday.',
    (a) => `(${modulo(`(Math.floor(${a} / ${DAY}) + ${DAYS_TO_MONDAY})`, 7)} + 1)`,
    'weekday(time) <= 5',
  ),
]
