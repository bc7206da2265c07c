// Tests `enrich` with a table of what two topics bring: `main` drives, `table` is looked up. The
// other cells are the fields of both; `expectJoin` has an example.
import { expect } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import type { HistoryItem } from '../runtime/reference/history.ts'
import { runReference } from '../runtime/reference/interpreter.ts'
import { instantOf } from '../runtime/topology-test/instant.ts'
import type { Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import { renderDiagnostics } from '../topology/render.ts'
import { parseTextTable, type TextRow, type TextTable } from './text-table.ts'

interface JoinOptions {
  /** What the topic `table` says beside its key and times: `table: history`. */
  readonly table?: string
  /** What the topic `main` says. */
  readonly main?: string
}

const TIME = { type: 'long', logicalType: 'timestamp-micros' }
const FIELDS = [
  { name: 'key', type: 'string' },
  { name: 'x', type: 'double' },
  { name: 'ref', type: 'string' },
  { name: 'available', type: TIME },
]
const SCHEMA = JSON.stringify({ type: 'record', name: 'test.Input', fields: FIELDS })
const FILES = { read: (path: string) => (path === 'schemas/test/input.avsc' ? SCHEMA : undefined) }

/**
 * To the left: `from` (the topic), `time`, `available` (by default the time), `key`, `x` (`-` gives
 * a record without a value) and `ref`. To the right: `x` of the driving record, for each look-up
 * the `x` that it found, and `fate`. A record that is held back has nothing on its right. Runs
 * twice: straight, and with all state saved and loaded between any two records.
 *
 * @param config YAML of the look-ups.
 * @example
 * expectJoin('mood: { with: table }', `
 *   from   time  key  x |  x  mood
 *   table  1s    A    5 |
 *   main   2s    A    1 |  1  5    `)
 */
export function expectJoin(config: string, text: string, options: JoinOptions = {}): void {
  const table = parseTextTable(text)
  const { diagnostics, plan } = check(config, options)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(renderDiagnostics(errors)).toBe('')
  if (plan === undefined) throw new Error('no plan')
  for (const crashes of [false, true]) {
    const shown: Shown[] = []
    let row = ''
    runReference({
      plan,
      operators,
      inputs: new Map(['main', 'table'].map((name) => [name, itemsOf(table, name, crashes)])),
      trace: (event) => {
        if (event.kind === 'reached') row = event.place
        else if (event.kind === 'fated') shown.push({ row, fate: event.fate })
        else if (event.kind === 'emitted') shown.push({ row, ...showFields(event.value, table) })
      },
    })
    const label = crashes ? 'with state restored between any two records' : 'straight'
    const byRow = shown.sort((a, b) => Number(a.row) - Number(b.row))
    expect(byRow, label).toEqual(wantedRows(table))
  }
}

/** The diagnostics of look-ups that are refused. */
export function joinRefusal(config: string, options: JoinOptions = {}): string {
  const errors = check(config, options).diagnostics.filter(({ severity }) => severity === 'error')
  return renderDiagnostics(errors)
}

function check(config: string, { table, main }: JoinOptions) {
  const topic = (name: string, more: string | undefined): string => {
    const tail = more === undefined ? '' : `, ${more}`
    return `${name}: { topic: ${name}, schema: test/Input, key: key, available: available${tail} }`
  }
  const lookups = config.trim().split('\n')
  const text = `topology: join
topics:
  ${topic('main', main)}
  ${topic('table', table)}
fate: { bad: dead-letter, late: dead-letter, duplicate: dead-letter }
steps:
  subject:
    from: main
    enrich:
${lookups.map((line) => `      ${line}`).join('\n')}
`
  return checkTopology({ path: 'topology.yaml', text }, catalogue, { files: FILES })
}

function itemsOf(table: TextTable, topic: string, crashes: boolean): readonly HistoryItem[] {
  return table.rows.flatMap((row, index): readonly HistoryItem[] => {
    if (row.left.get('from') !== topic) return []
    const item = itemOf(row, String(index))
    return crashes ? [item, { kind: 'crash' }] : [item]
  })
}

function itemOf({ left }: TextRow, place: string): HistoryItem {
  const instantAt = (column: string): number | undefined => {
    const cell = left.get(column)
    return cell === undefined ? undefined : instantOf(cell)
  }
  const time = instantAt('time')
  if (time === undefined) throw new Error(`row ${place} has no time`)
  const [available, key] = [instantAt('available') ?? time, left.get('key') ?? '']
  const x = left.get('x')
  const value = { key, x: Number(x), ref: left.get('ref') ?? '', available }
  return { kind: 'record', key, value: x === '-' ? null : value, time, available, place }
}

type Shown = Readonly<Record<string, string>>

function wantedRows({ rows }: TextTable): readonly Shown[] {
  return rows.flatMap(({ right }, index) =>
    right.size === 0 ? [] : [{ row: String(index), ...Object.fromEntries(right) }],
  )
}

function showFields(value: Value, { right }: TextTable): Shown {
  const columns = right.filter((column) => column !== 'fate')
  return Object.fromEntries(columns.map((column) => [column, show(value[column])]))
}

/** A number, or the `x` of what was found. */
function show(field: unknown): string {
  if (typeof field === 'number') return String(field)
  return field === null ? '-' : show((field as Value).x)
}
