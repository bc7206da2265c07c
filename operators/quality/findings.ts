// What checks found of a record that goes on: its flags, and a record of each for `quality`.
import { DOUBLE, nullable, type RecordField, STRING, TIME, type Value } from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { StreamType } from '../../topology/signature.ts'

export interface Finding {
  readonly check: string
  readonly value: number | null
  readonly limit: number | null
}

const FLAGS: RecordField = { name: 'flags', type: { kind: 'list', items: STRING } }

export const QUALITY_FIELDS: readonly RecordField[] = [
  { name: 'check', type: STRING },
  { name: 'value', type: nullable(DOUBLE) },
  { name: 'limit', type: nullable(DOUBLE) },
  { name: 'time', type: TIME },
]

/** The input with `flags`, and what each flag says by itself. */
export function flaggedOutputs(
  step: string,
  input: StreamType,
): Readonly<Record<'main' | 'quality', StreamType>> {
  const { key, lateness, record } = input
  const keyFields = record.fields.filter(({ name }) => key.includes(name))
  const quality = inferredRecord(`${step}-quality`, [...keyFields, ...QUALITY_FIELDS])
  return {
    main: { ...input, record: inferredRecord(step, [...record.fields, FLAGS]) },
    quality: { record: quality, key, lateness },
  }
}

const NONE: readonly string[] = Object.freeze([])

export function withFlags(value: Value, findings: readonly Finding[]): Value {
  return { ...value, flags: findings.length === 0 ? NONE : findings.map(({ check }) => check) }
}

/** The record of `quality` about a finding. */
export function qualityOf({ check, value, limit }: Finding, key: Value, time: number): Value {
  return { ...key, check, value: finite(value), limit, time }
}

/** The distance of a price from 0, or of the greatest doubles, is no number that can be stored. */
function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}
