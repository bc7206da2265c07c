// What watches the records of a topic on their way into its file, so that the report costs no
// second pass. A watcher's memory is bounded, but for what ends with the run: accounts,
// instruments, open orders.
import type { OutputRecord } from '../../../../runtime/reference/history.ts'
import { fieldOf, notNull, type RecordType, type Type } from '../../../../schemas/type.ts'

export type See = (record: OutputRecord) => void

/** What a watcher needs of a field: a number or decimal, or a text. */
export type Needs = Readonly<Record<string, 'number' | 'text'>>

/**
 * Whether a record has the fields that a watcher reads. A schema may have a built-in's full name
 * and yet be its user's own.
 */
export function carries(record: RecordType, needs: Needs): boolean {
  return Object.entries(needs).every(([name, need]) => {
    const type = fieldOf(record, name)?.type
    return type !== undefined && kindOf(notNull(type)) === need
  })
}

function kindOf({ kind }: Type): 'number' | 'text' | undefined {
  switch (kind) {
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'decimal':
    case 'time':
    case 'duration':
      return 'number'
    case 'string':
    case 'enum':
      return 'text'
    default:
      return undefined
  }
}

/** Counts by name. */
export class Tallies {
  readonly #counts = new Map<string, number>()

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  /** The greatest first, ties by name. */
  get all(): readonly { readonly name: string; readonly count: number }[] {
    return [...this.#counts]
      .map(([name, count]) => ({ name, count }))
      .toSorted((a, b) => b.count - a.count || byText(a.name, b.name))
  }
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The entry of a map, made where it is not there. */
export function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key)
  if (there !== undefined) return there
  const made = make()
  map.set(key, made)
  return made
}
