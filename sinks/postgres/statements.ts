// The statements that write a batch, whatever its length: each column is one parameter, an array.
// Rows, deletions and the position are one statement and so one transaction, in one round trip.
import type { ColumnType } from './column-type.ts'
import { tableName } from './evolve.ts'
import { MOVE, MOVE_PARAMETERS } from './positions.ts'
import { quoteName, quoteNames } from './quote.ts'
import { DELETED, keyColumns } from './table.ts'
import type { Column, Table } from './table.ts'

export interface Statements {
  /**
   * Moves the position and writes the rows, or does neither: `moved` of its one row says which.
   * Parameters: those of the move, the columns, the key's columns of what is deleted.
   */
  readonly write: string
  /** Writes the rows alone. Parameters: the same without those of the move. */
  readonly rows: string
}

export function statementsOf(table: Table): Statements {
  return {
    write: `with moved as (${MOVE} returning 1),
      ${written(table, MOVE_PARAMETERS, '(select count(*) from moved) = 1')}
      select count(*)::int as moved from moved`,
    rows: `with ${written(table, 0, 'true')} select`,
  }
}

function written(table: Table, before: number, condition: string): string {
  const rows = `rows_written as (${insert(table, before, condition)})`
  if (table.deleted === undefined) return rows
  return `${rows}, rows_deleted as (${remove(table, before + table.columns.length, condition)})`
}

/** Where every record is a row, none is there before: one that were is another sink's. */
function insert(table: Table, before: number, condition: string): string {
  const { columns, key, identity } = table
  const names = quoteNames(columns.map(({ name }) => name))
  const values = columns.map(({ type }, at) => castOf(type, alias(at)))
  const others = columns.filter(({ name }) => !key.includes(name))
  const changes = others.map(({ name }) => `${quoteName(name)} = excluded.${quoteName(name)}`)
  const change = changes.length === 0 ? 'nothing' : `update set ${changes.join(', ')}`
  const conflict = identity ? ` on conflict (${quoteNames(key)}) do ${change}` : ''
  return `insert into ${tableName(table)} (${names})
    select ${values.join(', ')} from ${arrays(columns, before)} where ${condition}${conflict}`
}

function remove(table: Table, before: number, condition: string): string {
  const columns = keyColumns(table)
  const isSame = columns.map(
    ({ name, type }, at) => `t.${quoteName(name)} = ${castOf(type, alias(at))}`,
  )
  const where = `${arrays(columns, before)} where ${[...isSame, condition].join(' and ')}`
  return table.deleted === 'mark'
    ? `update ${tableName(table)} t set ${quoteName(DELETED)} = true from ${where}`
    : `delete from ${tableName(table)} t using ${where}`
}

function arrays(columns: readonly Column[], before: number): string {
  const each = columns.map(({ type }, at) => `$${before + at + 1}::${type.sentAs}[]`)
  const names = columns.map((_, at) => `c${at}`)
  return `unnest(${each.join(', ')}) as batch(${names.join(', ')})`
}

function alias(at: number): string {
  return `batch.c${at}`
}

function castOf({ sql, sentAs }: ColumnType, value: string): string {
  return sentAs === 'text' && sql !== 'text' ? `${value}::${sql}` : value
}
