// A step `book` over the engine's stores, moved by hand, and tables of what goes in and comes out.
import { expect } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { openStore } from '../runtime/state/open-store.ts'
import type { TaskStore } from '../runtime/state/task-store.ts'
import { bindingOf } from '../runtime/step-stores.ts'
import type { Value } from '../schemas/type.ts'
import { parseTextTable, type TextRow } from './text-table.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { PlannedStep } from '../topology/plan.ts'
import { operators } from '../operators/index.ts'
import type { Step } from '../operators/operator.ts'
import { type Outcome, takeTurn } from '../operators/turn.ts'
import type { Level } from '../operators/order-book/book-side.ts'

export interface BookInHand {
  readonly take: (change: Value) => Outcome
  /** Drops what is in memory, and restores what was committed, which is everything. */
  readonly crash: () => void
  /** What is committed now, by name. */
  readonly committed: () => ReadonlyMap<string, string>
}

const plans = new Map<string, PlannedStep>()

function planBook(config: string): PlannedStep {
  const known = plans.get(config)
  if (known !== undefined) return known
  const text = `topology: hand
topics:
  depth: { topic: depth, schema: market/Depth, key: symbol, time: time }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  ladder: { from: depth, book: { ${config} } }
`
  const files = { read: () => undefined }
  const { plan, diagnostics } = checkTopology({ path: 'hand.yaml', text }, catalogue, { files })
  const [planned] = plan?.steps ?? []
  if (planned === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  plans.set(config, planned)
  return planned
}

/** `config`: entries of the step's config, as YAML in one line. */
export function openBook(config: string): BookInHand {
  const planned = planBook(config)
  const entries = new Map<string, Uint8Array>()
  const source = {
    canReadAgain: true,
    read: (name: string) => entries.get(name),
    entries: (prefix: string) => [...entries].filter(([name]) => name.startsWith(prefix)),
  }
  let stores = new Map<string, TaskStore>()
  let step: Step | undefined
  const open = (): void => {
    stores = new Map(
      Object.entries(planned.type.stores).map(([name, type]) => {
        const identity = { type, stateHash: '0'.repeat(64), name }
        return [name, openStore(identity, { source, limit: 1 << 26, now: () => 0 })]
      }),
    )
    const storeOf = (name: string) => stores.get(name)?.face
    step = operators.get('book')?.step(bindingOf('hand', planned, storeOf))
  }
  const commit = (): void => {
    for (const store of stores.values()) {
      store.takeChanges((name, bytes) => {
        if (bytes === null) entries.delete(name)
        else entries.set(name, bytes)
      })
      store.letGo()
    }
  }
  open()
  return {
    take: (value) => {
      const time = value.time as number
      const record = { key: value.symbol as string, value, time }
      return takeTurn(time, time, (turn) => step?.onRecord(record, turn, 'main'))
    },
    crash: () => {
      commit()
      open()
    },
    committed: () => {
      commit()
      return new Map(
        [...entries].map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]),
      )
    },
  }
}

/**
 * Columns to the left: `ids` (`7` is a snapshot, `8-9` a change), `previous` (where the venue says
 * it), `bids` and `asks` (`9x5,8x1`, price and size), `key` and `time` in seconds (A and the row
 * where left out). To the right: fields of the record given out, `held` (how many times), `fate`.
 * The table runs twice: once straight, and once with a crash behind every row.
 */
export function expectBook(config: string, text: string): void {
  const { rows, right } = parseTextTable(text)
  for (const crashes of [false, true]) {
    const book = openBook(config)
    const came = rows.map((row, index) => {
      const outcome = book.take(changeOf(row, index))
      if (crashes) book.crash()
      return shown(outcome, right)
    })
    const wanted = rows.map((row) => Object.fromEntries(row.right))
    expect(came, crashes ? 'with a crash behind every row' : 'straight').toEqual(wanted)
  }
}

function changeOf({ left }: TextRow, index: number): Value {
  const [first = '', last] = (left.get('ids') ?? '').split('-')
  const time = Number(left.get('time') ?? index) * 1_000_000
  const previous = left.get('previous')
  return {
    symbol: left.get('key') ?? 'A',
    time,
    received: time,
    first_update: Number(first),
    last_update: Number(last ?? first),
    previous_update: previous === undefined ? null : Number(previous),
    snapshot: last === undefined,
    bids: levelsOf(left.get('bids')),
    asks: levelsOf(left.get('asks')),
  }
}

function levelsOf(text: string | undefined): readonly Level[] {
  return (text?.split(',') ?? []).map((each) => {
    const [price, size] = each.split('x').map(Number)
    return { price: price ?? NaN, size: size ?? NaN }
  })
}

function shown({ emitted, held, fate }: Outcome, columns: readonly string[]): object {
  expect(emitted.length, 'one record at most').toBeLessThanOrEqual(1)
  const value = emitted[0]?.value
  const cells: Record<string, string> = {}
  for (const column of columns) {
    if (value && column in value) cells[column] = showField(value[column], column)
  }
  if (held.length > 0) cells.held = String(held.length)
  if (fate) cells.fate = fate.kind
  return cells
}

function showField(value: unknown, column: string): string {
  if (Array.isArray(value)) {
    return value.map(({ price, size }: Level) => `${price}x${size}`).join(',') || '-'
  }
  return column === 'time' ? String(Number(value) / 1_000_000) : String(value)
}
