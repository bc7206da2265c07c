// The entries of a partition in memory, as its changelog tells them: folded row by row, then handed
// over. They leave as they are read: the stores keep them from then on.
import type { CommittedState } from './task-store.ts'
import { EntryTable } from './entry-table.ts'

const SLASH = 0x2f
/** Parts of a name that say whose it is, see state-keys.ts: of timers fewer. */
const PARTS = 3
const PARTS_OF_TIMER = 2
const TIMER = Buffer.from('timer/')

export class RestoredEntries implements CommittedState {
  readonly canReadAgain = false
  /** By what names begin with, up to what is the entry's own. */
  readonly #tables = new Map<string, EntryTable>()
  /** Rows of one store come in runs. */
  #last: { readonly beginning: Buffer; readonly table: EntryTable } | undefined

  get size(): number {
    return [...this.#tables.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** The name is bytes [start, end), the value [end, valueEnd); no value: it has gone. */
  put(bytes: Buffer, start: number, end: number, valueEnd: number | undefined): void {
    const from = start + beginningOf(bytes, start, end)
    const table = this.#tableOf(bytes, start, from)
    if (valueEnd === undefined) table.delete(bytes, from, end)
    else table.set(bytes, from, end, valueEnd)
  }

  read(name: string): Uint8Array | undefined {
    const length = lengthOfBeginning(name)
    return this.#tables.get(name.slice(0, length))?.take(name.slice(length))
  }

  entries(prefix: string): readonly (readonly [string, Uint8Array])[] {
    const length = lengthOfBeginning(prefix)
    const whole = this.#tables.get(prefix.slice(0, length))
    if (whole !== undefined) return named(prefix.slice(0, length), whole, prefix.slice(length))
    const found = [...this.#tables].filter(([beginning]) => beginning.startsWith(prefix))
    return found.flatMap(([beginning, table]) => named(beginning, table, ''))
  }

  /** What is in memory can be read. */
  assertReadable(): void {
    return
  }

  #tableOf(bytes: Buffer, start: number, end: number): EntryTable {
    const last = this.#last
    if (last?.beginning.length === end - start && isAt(last.beginning, bytes, start)) {
      return last.table
    }
    const name = bytes.toString('utf8', start, end)
    const table = this.#tables.get(name) ?? new EntryTable()
    this.#tables.set(name, table)
    this.#last = { beginning: Buffer.from(name), table }
    return table
  }
}

function named(beginning: string, table: EntryTable, prefix: string) {
  return table.takeAll(prefix).map(([name, value]) => [beginning + name, value] as const)
}

/** Of a name that says less than whose it is: all of it. */
function lengthOfBeginning(name: string): number {
  let parts = name.startsWith('timer/') ? PARTS_OF_TIMER : PARTS
  for (let at = 0; at < name.length; at += 1) {
    if (name.charCodeAt(at) === SLASH && (parts -= 1) === 0) return at + 1
  }
  return name.length
}

function beginningOf(bytes: Buffer, start: number, end: number): number {
  let parts = isAt(TIMER, bytes, start) ? PARTS_OF_TIMER : PARTS
  for (let at = start; at < end; at += 1) {
    if (bytes[at] === SLASH && (parts -= 1) === 0) return at + 1 - start
  }
  return end - start
}

function isAt(wanted: Buffer, bytes: Buffer, start: number): boolean {
  for (let at = 0; at < wanted.length; at += 1) {
    if (wanted[at] !== bytes[start + at]) return false
  }
  return true
}
