// The two times of a record: from the fields that the topic names, else from what stands beside the
// value.
import { fieldReader } from '../../schemas/field-reader.ts'
import { fieldOf, notNull } from '../../schemas/type.ts'
import type { Value } from '../../schemas/type.ts'
import type { InputTopic } from './input-record.ts'
import { TIME_FORMS, isInRange, parseTime } from './times.ts'
import type { TimeUnit } from './times.ts'

/**
 * Reads one record at a time; what it found stands in `time` and `available` until the next call.
 */
export interface Stamp {
  /**
   * The reason why the record has no times, or undefined. `time` and `available` are what stands
   * beside the value, in microseconds: undefined where nothing does, NaN where it is no time.
   */
  readonly read: (
    value: Value | null,
    time: number | undefined,
    available: number | undefined,
  ) => string | undefined
  time: number
  available: number
}

/**
 * Event time is the topic's `time` field, else the time beside the value. It was available at the
 * topic's `available` field, else the `available` beside the value, else event time plus the
 * topic's delay.
 */
export function createStamp(topic: InputTopic): Stamp {
  const timeField = fieldTime(topic, topic.time)
  const availableField = fieldTime(topic, topic.available)
  const stamp: Stamp = {
    time: NaN,
    available: NaN,
    read: (value, time, available) => {
      const own = value && timeField ? timeField(value) : time
      if (own === undefined || !isInRange(own)) return missing(topic.time, 'time', value, own)
      const stated = value && availableField ? availableField(value) : available
      const known = stated ?? (value && availableField ? NaN : own + topic.delay)
      if (!isInRange(known)) return missing(topic.available, 'available', value, known)
      stamp.time = own
      stamp.available = known
      return undefined
    },
  }
  return stamp
}

/** A time that stands beside a value, as `Stamp` takes it. */
export function timeBeside(
  given: string | number | undefined,
  unit: TimeUnit | undefined,
): number | undefined {
  return given === undefined ? undefined : (parseTime(given, unit) ?? NaN)
}

/** The reading of a time out of a field: of type time as it is, of another by the topic's unit. */
function fieldTime(
  topic: InputTopic,
  name: string | undefined,
): ((value: Value) => number | undefined) | undefined {
  if (name === undefined) return undefined
  const field = fieldOf(topic.record, name)
  if (!field) throw new Error(`topic "${topic.name}" takes a time from "${name}", no field of it`)
  const read = fieldReader(name)
  if (notNull(field.type).kind === 'time') {
    return (value) => {
      const own = read(value)
      return typeof own === 'number' ? own : undefined
    }
  }
  return (value) => {
    const own = read(value)
    return typeof own === 'number' || typeof own === 'string'
      ? parseTime(own, topic.unit)
      : undefined
  }
}

function missing(
  field: string | undefined,
  word: 'time' | 'available',
  value: Value | null,
  given: unknown,
): string {
  if (value !== null && field !== undefined) {
    return value[field] === null
      ? `field "${field}" is null, and the record takes its ${word} from it`
      : `field "${field}" is not ${TIME_FORMS}`
  }
  return given === undefined
    ? `the record has no "${word}" beside its value`
    : `"${word}" beside the value is not ${TIME_FORMS}`
}
