// The first record of a stream in which two runs differ. Records are compared key by key, as only a
// key's own records have an order.
import type { Codec } from '../../schemas/codec.ts'
import type { Value } from '../../schemas/type.ts'
import type { OutputRecord } from '../reference/history.ts'
import type { WrittenRow } from './outcome.ts'

export interface RowDifference {
  readonly key: string
  /** Which record of its key, from 1 on. */
  readonly number: number
  /** Undefined: there is none on this side. */
  readonly expected: OutputRecord | undefined
  readonly actual: OutputRecord | undefined
}

/** How much alike two runs have to be. */
export interface Within {
  /** What only one of them has counts if it was known by then, microseconds. */
  readonly upTo: number
  /** Whether a record may have become available at another instant. */
  readonly atAnyTime: boolean
}

export interface Comparison {
  readonly codec: Codec
  readonly expected: readonly OutputRecord[]
  readonly actual: readonly WrittenRow[]
  readonly within: Within
}

/** Of several keys the one that differs earliest, by when it was known. */
export function firstDifference(comparison: Comparison): RowDifference | undefined {
  const expected = Map.groupBy(comparison.expected, ({ key }) => key)
  const actual = Map.groupBy(comparison.actual, ({ key }) => key)
  let first: RowDifference | undefined
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    const found = differenceOf(key, expected.get(key) ?? [], actual.get(key) ?? [], comparison)
    if (found !== undefined && (first === undefined || knownAt(found) < knownAt(first))) {
      first = found
    }
  }
  return first
}

function differenceOf(
  key: string,
  expected: readonly OutputRecord[],
  actual: readonly WrittenRow[],
  { codec, within }: Comparison,
): RowDifference | undefined {
  const count = Math.max(expected.length, actual.length)
  for (let index = 0; index < count; index += 1) {
    const [wanted, row] = [expected[index], actual[index]]
    if (wanted && row && isEqual(codec, wanted, row, within)) continue
    if ((wanted === undefined || row === undefined) && isAfter(wanted ?? row, within)) break
    const value: Value | undefined = row && codec.decode(row.body)
    const given = row && value && { key, value, time: row.time, available: row.available }
    return { key, number: index + 1, expected: wanted, actual: given }
  }
  return undefined
}

function isAfter(record: OutputRecord | WrittenRow | undefined, { upTo }: Within): boolean {
  return record !== undefined && record.available > upTo
}

function isEqual(
  codec: Codec,
  expected: OutputRecord,
  actual: WrittenRow,
  { atAnyTime }: Within,
): boolean {
  return (
    expected.time === actual.time &&
    (atAnyTime || expected.available === actual.available) &&
    Buffer.compare(codec.encode(expected.value), actual.body) === 0
  )
}

function knownAt({ expected, actual }: RowDifference): number {
  const times = [expected?.available, actual?.available]
  return Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY))
}
