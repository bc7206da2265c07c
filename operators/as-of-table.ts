// What a look-up remembers of another stream: the last value per key, or its versions by event
// time, from which the one that held at an instant is found.
import { BOOLEAN, nullable, type RecordType, TIME, type Type, type Value } from '../schemas/type.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import type { Micros, Store } from './operator.ts'

interface Version {
  /** Null: the key was deleted then. */
  readonly value: Value | null
  readonly time: Micros
  readonly available: Micros
}

/** By event time, oldest first; one version where only the last value counts. */
export interface Versions {
  versions: Version[]
  /** The greatest event time that was asked for; null while nobody has asked. */
  asked: Micros | null
  /** Whether versions older than the first one here were forgotten. */
  forgot: boolean
}

export function versionsRecord(name: string, value: Type): RecordType {
  const version = inferredRecord(`${name}-version`, [
    { name: 'value', type: nullable(value) },
    { name: 'time', type: TIME },
    { name: 'available', type: TIME },
  ])
  return inferredRecord(`${name}-versions`, [
    { name: 'versions', type: { kind: 'list', items: version } },
    { name: 'asked', type: nullable(TIME) },
    { name: 'forgot', type: BOOLEAN },
  ])
}

export interface AsOfRule {
  /** The version that held at the event time, instead of the last one that was available. */
  readonly byTime: boolean
  /** How old a value may be, on the same axis; infinity for any age. */
  readonly maxAge: number
  /** Whether every version is kept: a `table: history`. */
  readonly keepsAll: boolean
  /** Whether a value that is too old is used all the same. */
  readonly holds: boolean
  /** How far behind its key's stream time the driving record may come. */
  readonly lateness: number
}

export interface AsOfTable {
  readonly put: (key: string, version: Version) => void
  /** False for a record so late that the version it needs may have been forgotten. */
  readonly isTimely: (key: string, time: Micros) => boolean
  readonly find: (key: string, time: Micros, now: Micros) => Value | undefined
}

export function asOfTable(entries: Store<Versions>, rule: AsOfRule): AsOfTable {
  const { byTime, maxAge, keepsAll, holds, lateness } = rule
  const start = (): Versions => ({ versions: [], asked: null, forgot: false })
  const forgets = byTime && !keepsAll
  /** Keeps the oldest version that a record in time can still find, and none before it. */
  const forget = (entry: Versions, asked: Micros): void => {
    entry.asked = asked
    const oldest = entry.versions.findLastIndex((each) => each.time <= asked - lateness - maxAge)
    if (oldest <= 0) return
    entry.versions.splice(0, oldest)
    entry.forgot = true
  }
  return {
    put: (key, version) => {
      const entry = entries.edit(key, start)
      const last = entry.versions.at(-1)
      if (byTime) {
        const after = entry.versions.findLastIndex(({ time }) => time <= version.time) + 1
        entry.versions.splice(after, 0, version)
      } else if (last === undefined || version.time >= last.time) {
        entry.versions = [version]
      }
    },
    isTimely: (key, time) => {
      const known = forgets ? entries.get(key) : undefined
      if (known === undefined) return true
      const asked = Math.max(known.asked ?? time, time)
      if (asked !== known.asked) forget(entries.edit(key, start), asked)
      return !known.forgot || known.versions.some((version) => version.time <= time)
    },
    find: (key, time, now) => {
      const known = entries.get(key)?.versions
      const found = byTime ? known?.findLast((each) => each.time <= time) : known?.at(-1)
      if (found === undefined || found.value === null) return undefined
      const age = byTime ? time - found.time : now - found.available
      return age <= maxAge || holds ? found.value : undefined
    },
  }
}
