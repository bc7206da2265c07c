// Tests a step with a table: to the left of the bar what comes in, to the right what goes out or
// the fate. `expectTable` has an example.
import { expect } from 'vitest'
import { catalogue } from '../cli/catalogue.ts'
import { operators } from '../operators/index.ts'
import { runReference } from '../runtime/reference/interpreter.ts'
import type { HistoryItem } from '../runtime/reference/history.ts'
import { instantOf } from '../runtime/topology-test/instant.ts'
import type { Type, Value } from '../schemas/type.ts'
import { checkTopology } from '../topology/check-topology.ts'
import type { Plan } from '../topology/plan.ts'
import { renderDiagnostics } from '../topology/render.ts'
import { parseTextTable, type TextRow, type TextTable } from './text-table.ts'

export interface TableOptions {
  readonly lateness?: string
  /** In whose row stands what a timer gives: of the record that lets it fire, or the one before. */
  readonly timersIn?: 'row' | 'row before'
}

/**
 * Rows without a left side are further outputs of the row above. The table runs twice: once
 * straight, and once with all state saved and loaded between any two records; both must give what
 * it says.
 *
 * @param config YAML of the step's config, as it stands behind `operator:`.
 * @example
 * expectTable('filter', 'price > 1', `
 *   time   key   price |  price  fate
 *   0s     A     1     |
 *   1s     A     2     |  2             `)
 */
export function expectTable(
  operator: string,
  config: string,
  text: string,
  options: TableOptions = {},
): void {
  const table = parseTextTable(text)
  const plan = planOf(operator, config, table, options)
  for (const crashes of [false, true]) {
    const came = run(plan, table, crashes, options)
    const label = crashes ? 'with state restored between any two records' : 'straight'
    expect(rowsOf(came, table), label).toEqual(wantedRows(table))
  }
}

/** The diagnostics of a config that an operator refuses, over an input with these columns. */
export function refusal(operator: string, config: string, columns: string): string {
  const table = parseTextTable(`${columns} |`)
  const checked = checkTopology(
    { path: 'topology.yaml', text: topologyText(operator, config, table, {}) },
    catalogue,
    { files: filesOf(table) },
  )
  return renderDiagnostics(checked.diagnostics.filter(({ severity }) => severity === 'error'))
}

/**
 * A column is `name` or `name:type`, a type being Avro's or `double?`; by default key is a string,
 * others doubles.
 */
function columnsOf(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.map((column) => {
    const [name = '', type] = column.split(':')
    return [name, type ?? (name === 'key' ? 'string' : 'double')]
  })
}

function filesOf(table: TextTable) {
  const fields = columnsOf(table.left).map(([name, type]) => {
    if (name === 'time' || name === 'available') {
      return { name, type: { type: 'long', logicalType: 'timestamp-micros' } }
    }
    return type.endsWith('?')
      ? { name, type: ['null', type.slice(0, -1)], default: null }
      : { name, type }
  })
  const schema = JSON.stringify({ type: 'record', name: 'test.Input', fields })
  return { read: (path: string) => (path === 'schemas/test/input.avsc' ? schema : undefined) }
}

function topologyText(
  operator: string,
  config: string,
  table: TextTable,
  { lateness = '0s' }: TableOptions,
): string {
  const columns = columnsOf(table.left).map(([name]) => name)
  const available = columns.includes('available') ? ', available: available' : ''
  const lines = config.trim().split('\n')
  const isMap = lines.length > 1 || /^\w+: /.test(config)
  const behind = isMap ? `\n${lines.map((line) => `      ${line}`).join('\n')}` : ` ${config}`
  return `topology: table
topics:
  input: { topic: in, schema: test/Input, key: key, time: time, lateness: ${lateness}${available} }
fate: { bad: dead-letter, late: dead-letter, duplicate: dead-letter }
steps:
  subject:
    from: input
    ${operator}:${behind}
`
}

function planOf(operator: string, config: string, table: TextTable, options: TableOptions): Plan {
  const text = topologyText(operator, config, table, options)
  const source = { path: 'topology.yaml', text }
  const { diagnostics, plan } = checkTopology(source, catalogue, { files: filesOf(table) })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(renderDiagnostics(errors)).toBe('')
  if (plan === undefined) throw new Error('no plan')
  return plan
}

interface Outcome {
  readonly place: string
  readonly fate?: string
  readonly value?: Value
}

function run(
  plan: Plan,
  table: TextTable,
  crashes: boolean,
  { timersIn = 'row' }: TableOptions,
): readonly Outcome[] {
  const outcomes: Outcome[] = []
  const items: HistoryItem[] = []
  const types = new Map(plan.topics.get('input')?.record.fields.map((f) => [f.name, f.type]))
  for (const [index, row] of table.rows.entries()) {
    if (row.left.size === 0) continue
    items.push(itemOf(row, table, types, String(index)))
    if (crashes) items.push({ kind: 'crash' })
  }
  let place = ''
  runReference({
    plan,
    operators,
    inputs: new Map([['input', items]]),
    trace: (event) => {
      if (event.kind === (timersIn === 'row' ? 'reached' : 'taken')) place = event.place
      else if (event.kind === 'fated') outcomes.push({ place, fate: event.fate })
      else if (event.kind === 'emitted')
        outcomes.push({ place, value: { ...event.value, at: event.time } })
    },
  })
  return outcomes
}

function itemOf(
  row: TextRow,
  table: TextTable,
  types: ReadonlyMap<string, Type>,
  place: string,
): HistoryItem {
  const value: Value = {}
  for (const column of table.left) {
    const name = column.split(':')[0] ?? ''
    value[name] = cellValue(row.left.get(column), types.get(name))
  }
  const time = value.time as number
  const available = (value.available ?? time) as number
  return { kind: 'record', value, time, available, place }
}

function cellValue(cell: string | undefined, type: Type | undefined): unknown {
  if (cell === undefined || cell === '-') return null
  if (type?.kind === 'time') return instantOf(cell)
  if (type?.kind === 'string') return cell
  if (type?.kind === 'boolean') return cell === 'true'
  return type?.kind === 'nullable' ? cellValue(cell, type.of) : Number(cell)
}

type Shown = Readonly<Record<string, string>>

/** What is expected, row by row: cells of the right side. Rows that expect nothing are left out. */
function wantedRows(table: TextTable): readonly Shown[] {
  let place = ''
  return table.rows.flatMap((row, index) => {
    if (row.left.size > 0) place = String(index)
    if (row.right.size === 0) return []
    return [{ row: place, ...Object.fromEntries(row.right) }]
  })
}

function rowsOf(outcomes: readonly Outcome[], table: TextTable): readonly Shown[] {
  return outcomes.map(({ place, fate, value }) => {
    const shown: Record<string, string> = { row: place }
    if (fate !== undefined) shown.fate = fate
    for (const column of table.right) {
      const field = value?.[column]
      if (value && column !== 'fate') shown[column] = show(field, column)
    }
    return shown
  })
}

const TIMES = new Set(['time', 'end', 'at', 'available'])

function show(value: unknown, column: string): string {
  if (value === null || value === undefined) return '-'
  if (typeof value === 'number' && TIMES.has(column)) return `${value / 1_000_000}s`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
