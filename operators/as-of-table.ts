// What a look-up remembers of another stream: the last value per key, or its versions by event
// time, from which the one that held at an instant is found.
import { BOOLEAN, nullable, type RecordType, TIME, type Type, type Value } from '../schemas/type.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import type { Micros, Store, WindowStore } from './operator.ts'
import { putEntry, putPlaced } from './put-entry.ts'

export interface Version {
  /** Null: the key was deleted then. */
  value: Value | null
  time: Micros
  available: Micros
}

/** What was asked of the versions of a key. */
export interface Asked {
  /** The greatest event time. */
  time: Micros
  /** Whether a version older than those that are left was forgotten. */
  forgot: boolean
}

export function versionRecord(name: string, value: Type): RecordType {
  return inferredRecord(`${name}-version`, [
    { name: 'value', type: nullable(value) },
    { name: 'time', type: TIME },
    { name: 'available', type: TIME },
  ])
}

export function askedRecord(name: string): RecordType {
  return inferredRecord(`${name}-asked`, [
    { name: 'time', type: TIME },
    { name: 'forgot', type: BOOLEAN },
  ])
}

export interface AgeRule {
  /** How old a value may be, on the axis of the table; infinity for any age. */
  readonly maxAge: number
  /** Whether a value that is too old is used all the same. */
  readonly holds: boolean
}

export interface AsOfTable {
  readonly put: (key: string, version: Readonly<Version>) => void
  /** False for a record so late that the version it needs may have been forgotten. */
  readonly isTimely: (key: string, time: Micros) => boolean
  readonly find: (key: string, time: Micros, now: Micros) => Value | undefined
}

/** The last value that was available, unless an older one came after it. */
export function tableOfLast(entries: Store<Version>, { maxAge, holds }: AgeRule): AsOfTable {
  return {
    put: (key, version) => {
      const last = entries.get(key)
      if (last === undefined || version.time >= last.time) putEntry(entries, key, version)
    },
    isTimely: () => true,
    find: (key, _time, now) => {
      const found = entries.get(key)
      if (found === undefined || found.value === null) return undefined
      return now - found.available <= maxAge || holds ? found.value : undefined
    },
  }
}

export interface VersionStores {
  /** By event time; of one event time the last to arrive. */
  readonly versions: WindowStore<Version>
  /** Undefined: every version is kept. */
  readonly asked: Store<Asked> | undefined
}

export interface VersionRule extends AgeRule {
  /** How far behind its key's stream time the driving record may come. */
  readonly lateness: number
}

/** The version that held at an event time. */
export function tableByTime(
  { versions, asked }: VersionStores,
  { maxAge, holds, lateness }: VersionRule,
): AsOfTable {
  /** Keeps the oldest version that a record in time can still find, and none before it. */
  const forget = (key: string, time: Micros): boolean => {
    const oldest = versions.last(key, time - lateness - maxAge)
    if (oldest === undefined) return false
    const older = [...versions.entries(key, undefined, oldest[0])]
    for (const [at] of older) versions.delete(key, at)
    return older.length > 0
  }
  const ask = (entries: Store<Asked>, key: string, time: Micros): Readonly<Asked> => {
    const known = entries.get(key)
    if (known !== undefined && time <= known.time) return known
    const entry = entries.edit(key, () => ({ time, forgot: false }))
    entry.time = time
    if (forget(key, time)) entry.forgot = true
    return entry
  }
  return {
    put: (key, version) => {
      putPlaced(versions, key, version.time, version)
    },
    isTimely: (key, time) => {
      if (asked === undefined || versions.last(key) === undefined) return true
      return !ask(asked, key, time).forgot || versions.last(key, time) !== undefined
    },
    find: (key, time) => {
      const found = versions.last(key, time)?.[1]
      if (found === undefined || found.value === null) return undefined
      return time - found.time <= maxAge || holds ? found.value : undefined
    },
  }
}
