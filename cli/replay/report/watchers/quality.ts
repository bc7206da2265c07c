// Watches what records say of their own quality: flags of checks that they broke, and stretches in
// which they are not valid, such as those of an order book after a gap.
import { fieldOf, notNull, type RecordType } from '../../../../schemas/type.ts'
import type { ReportQuality } from '../report-data.ts'
import { byText, entryOf, type Needs, type See } from './watcher.ts'

export const QUALITY_FIELDS: Needs = { symbol: 'text', check: 'text' }

export interface QualityWatch {
  /** A topic whose records are flags. */
  readonly flags: (topic: string) => See
  /** A topic whose records carry flags, or say whether they are valid; undefined for others. */
  readonly marked: (topic: string, record: RecordType) => See | undefined
  readonly quality: () => Pick<ReportQuality, 'flags' | 'invalid'>
}

interface Flagged {
  readonly topic: string
  readonly symbol: string
  readonly check: string
  count: number
}

interface Validity {
  readonly topic: string
  readonly key: string
  stretches: number
  total: number
  longest: number
  /** When it stopped being valid; undefined while it is. */
  since: number | undefined
  until: number
}

export function watchQuality(): QualityWatch {
  const flagged = new Map<string, Flagged>()
  const validities = new Map<string, Validity>()
  const flag = (topic: string, symbol: string, check: string): void => {
    const name = JSON.stringify([topic, symbol, check])
    entryOf(flagged, name, () => ({ topic, symbol, check, count: 0 })).count += 1
  }
  const validity = (topic: string, key: string): Validity =>
    entryOf(validities, JSON.stringify([topic, key]), () => ({
      ...{ topic, key, stretches: 0, total: 0, longest: 0, since: undefined, until: 0 },
    }))
  return {
    flags: (topic) => {
      return ({ value }) => flag(topic, String(value.symbol), String(value.check))
    },
    marked: (topic, record) => {
      const [hasFlags, hasValid] = [carriesFlags(record), carriesValid(record)]
      if (!hasFlags && !hasValid) return undefined
      return ({ key, available, value }) => {
        const flags = hasFlags ? ((value.flags ?? []) as readonly string[]) : []
        for (const check of flags) flag(topic, key, check)
        if (hasValid) follow(validity(topic, key), available, value.valid !== false)
      }
    },
    quality: () => ({
      flags: [...flagged.values()].toSorted(
        (a, b) => byText(a.topic, b.topic) || b.count - a.count || byText(a.check, b.check),
      ),
      invalid: [...validities.values()]
        .filter(({ stretches }) => stretches > 0)
        .toSorted((a, b) => byText(a.topic, b.topic) || byText(a.key, b.key))
        .map(atEnd),
    }),
  }
}

function carriesFlags(record: RecordType): boolean {
  const type = fieldOf(record, 'flags')?.type
  const list = type && notNull(type)
  return list?.kind === 'list' && ['string', 'enum'].includes(list.items.kind)
}

function carriesValid(record: RecordType): boolean {
  const type = fieldOf(record, 'valid')?.type
  return type !== undefined && notNull(type).kind === 'boolean'
}

function follow(state: Validity, now: number, isValid: boolean): void {
  state.until = now
  if (!isValid && state.since === undefined) {
    state.since = now
    state.stretches += 1
  } else if (isValid && state.since !== undefined) {
    end(state, state.since, now)
    state.since = undefined
  }
}

function end(state: Validity, since: number, now: number): void {
  state.total += now - since
  state.longest = Math.max(state.longest, now - since)
}

function atEnd(state: Validity): ReportQuality['invalid'][number] {
  const closed = { ...state }
  if (state.since !== undefined) end(closed, state.since, state.until)
  const { topic, key, stretches, total, longest, since } = closed
  return { topic, key, stretches, total, longest, isOpen: since !== undefined }
}
