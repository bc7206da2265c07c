// How long rows are kept. QuestDB deletes whole partitions, and takes an age only in whole ones: it
// is rounded up, so that nothing goes before its time.
import { parseDuration } from '../../topology/duration.ts'

export const PARTITIONS = ['hour', 'day', 'week', 'month', 'year'] as const
export type Partition = (typeof PARTITIONS)[number]

export const HOUR = 3_600_000_000
export const DAY = 24 * HOUR

/** Microseconds of a text that checks let pass; 0: for ever. */
export function readAge(text: string): number {
  if (text === 'none') return 0
  const reading = parseDuration(text)
  if ('micros' in reading) return reading.micros
  throw new Error(`age ${text} was not checked`)
}

/** An age in units that do not convert into each other. 0: for ever. */
export interface Age {
  readonly count: number
  readonly unit: 'HOUR' | 'MONTH'
}

/** A month counts for 28 days, its least, and a year for 365. */
export function ageOf(ttl: number, partition: Partition): Age {
  const whole = (length: number, each: number, unit: Age['unit']): Age => ({
    count: Math.ceil(ttl / length) * each,
    unit,
  })
  if (ttl === 0) return { count: 0, unit: 'HOUR' }
  switch (partition) {
    case 'hour':
      return whole(HOUR, 1, 'HOUR')
    case 'day':
      return whole(DAY, 24, 'HOUR')
    case 'week':
      return whole(7 * DAY, 7 * 24, 'HOUR')
    case 'month':
      return whole(28 * DAY, 1, 'MONTH')
    case 'year':
      return whole(365 * DAY, 12, 'MONTH')
  }
}

/** As SQL spells it behind TTL. */
export const ageText = ({ count, unit }: Age): string => `${count} ${unit}S`

const UNITS: Readonly<Record<string, Age>> = {
  HOUR: { count: 1, unit: 'HOUR' },
  DAY: { count: 24, unit: 'HOUR' },
  WEEK: { count: 7 * 24, unit: 'HOUR' },
  MONTH: { count: 1, unit: 'MONTH' },
  YEAR: { count: 12, unit: 'MONTH' },
}

/** Whether `tables()` tells of that age. */
export function isAge({ count, unit }: Age, told: { ttlValue: number; ttlUnit: string }): boolean {
  const known = UNITS[told.ttlUnit]
  if (count === 0 || told.ttlValue === 0) return count === told.ttlValue
  return known?.unit === unit && known.count * told.ttlValue === count
}
