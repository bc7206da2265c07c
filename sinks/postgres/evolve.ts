// What makes a table what it should be: the statements that create it or bring it there without
// losing anything, and what no statement mends. Pure: both tables in, SQL out.
import type { ColumnType } from './column-type.ts'
import type { FoundColumn, FoundTable } from './found-table.ts'
import { indexName, quoteName, quoteNames } from './quote.ts'
import type { Column, Table } from './table.ts'

export interface Evolution {
  /** In order; none: the table is as it should be. */
  readonly statements: readonly string[]
  /** Sentences with column, both types and repair. With any of them no statement is to run. */
  readonly differences: readonly string[]
}

export function evolve(table: Table, found: FoundTable | undefined): Evolution {
  if (found === undefined) {
    return { statements: [createTable(table), ...newIndexes(table, [])], differences: [] }
  }
  const name = tableName(table)
  if (found.kind !== 'r' && found.kind !== 'p') {
    const repair = 'give the sink another table'
    return {
      statements: [],
      differences: [`${name} is no table but a view or the like; ${repair}`],
    }
  }
  const byName = new Map(found.columns.map((column) => [column.name, column]))
  const steps = table.columns.map((column) => evolveColumn(table, column, byName.get(column.name)))
  return {
    statements: [
      ...steps
        .flatMap((step) => ('actions' in step ? step.actions : []))
        .map((action) => `alter table ${name} ${action}`),
      ...newIndexes(
        table,
        found.indexes.map(({ columns }) => columns),
      ),
    ],
    differences: [
      ...steps.flatMap((step) => ('difference' in step ? [step.difference] : [])),
      ...strangeColumns(table, found),
      ...keyDifference(table, found),
    ],
  }
}

export function tableName({ schema, name }: Pick<Table, 'schema' | 'name'>): string {
  return `${quoteName(schema)}.${quoteName(name)}`
}

function createTable(table: Table): string {
  const columns = table.columns.map(({ name, type, isNullable }) => {
    return `${quoteName(name)} ${type.sql}${isNullable ? '' : ' not null'}`
  })
  const key = `primary key (${quoteNames(table.key)})`
  return `create table ${tableName(table)} (${[...columns, key].join(', ')})`
}

function newIndexes(table: Table, found: readonly (readonly string[])[]): readonly string[] {
  const has = new Set(found.map((columns) => JSON.stringify(columns)))
  return table.indexes
    .filter((columns) => !has.has(JSON.stringify(columns)))
    .map((columns) => {
      const name = quoteName(indexName(table.name, columns))
      return `create index if not exists ${name} on ${tableName(table)} (${quoteNames(columns)})`
    })
}

type Step = { readonly actions: readonly string[] } | { readonly difference: string }

function evolveColumn(table: Table, column: Column, found: FoundColumn | undefined): Step {
  const { name, type, isNullable, preset } = column
  const quoted = quoteName(name)
  if (found === undefined) {
    // Rows that are there already have nothing for it, unless the schema says what.
    const filled = preset === undefined ? '' : ` default ${preset}`
    const bound = preset === undefined || isNullable ? '' : ' not null'
    return { actions: [`add column ${quoted} ${type.sql}${bound}${filled}`] }
  }
  const alter = `alter column ${quoted}`
  if (found.isGenerated) {
    return { difference: `${columnOf(table, name)} is filled by the server alone; drop it` }
  }
  const looser = isNullable && !found.isNullable ? [`${alter} drop not null`] : []
  if (isHeld(type.sql, found.type)) return { actions: looser }
  const change = `${alter} type ${type.sql}`
  if (isHeld(found.type, type.sql)) return { actions: [change, ...looser] }
  const using = `${change} using ${quoted}::${type.sql}`
  const repair = `alter table ${tableName(table)} ${using}, or give the sink another table`
  const both = `is ${found.type}, and the topic has ${type.sql}`
  return { difference: `${columnOf(table, name)} ${both}; ${repair}` }
}

function columnOf(table: Table, name: string): string {
  return `column ${quoteName(name)} of table ${tableName(table)}`
}

function strangeColumns(table: Table, found: FoundTable): readonly string[] {
  const own = new Set(table.columns.map(({ name }) => name))
  return found.columns
    .filter(({ name, isNullable, isFilled }) => !own.has(name) && !isNullable && !isFilled)
    .map(({ name }) => {
      const repair = `alter table ${tableName(table)} alter column ${quoteName(name)} drop not null`
      return `${columnOf(table, name)} takes no null, and the topic has no such field; ${repair}`
    })
}

function keyDifference(table: Table, { columns, indexes }: FoundTable): readonly string[] {
  if (keyIndex(table, indexes) !== undefined) return []
  const has = new Set(columns.map(({ name }) => name))
  const key = quoteNames(table.key)
  const actions = [
    // No statement of the sink runs while there are differences, so they are not there yet.
    ...table.columns
      .filter(({ name }) => table.key.includes(name) && !has.has(name))
      .map(({ name, type }) => `add column ${quoteName(name)} ${type.sql}`),
    `add unique (${key})`,
  ]
  const name = tableName(table)
  const repair = `alter table ${name} ${actions.join(', ')}, or give the sink another table`
  return [`table ${name} has no primary key or unique index on ${key}; ${repair}`]
}

/** The index that keeps the rows of two keys apart. */
export function keyIndex({ key }: Pick<Table, 'key'>, indexes: FoundTable['indexes']) {
  const wanted = key.toSorted().join('\0')
  return indexes.find(
    ({ columns, isUnique }) => isUnique && columns.toSorted().join('\0') === wanted,
  )
}

/** Each with types that hold all of its values, exactly. */
const holders: Readonly<Record<string, readonly string[]>> = {
  smallint: ['integer', 'bigint', 'numeric', 'real', 'double precision'],
  integer: ['bigint', 'numeric', 'double precision'],
  bigint: ['numeric'],
  real: ['double precision'],
  text: ['character varying'],
  'character varying': ['text'],
}

/** Whether a column of type `by` holds all values of type `type`. */
function isHeld(type: ColumnType['sql'], by: string): boolean {
  if (type === by || (holders[type]?.includes(by) ?? false)) return true
  if (/^character varying\(/.test(type)) return by === 'text' || by === 'character varying'
  const [inner, outer] = [numericRoom(type), numericRoom(by)]
  if (inner === undefined) return false
  if (by === 'numeric') return true
  return (
    outer !== undefined &&
    outer.scale >= inner.scale &&
    outer.precision - outer.scale >= inner.precision - inner.scale
  )
}

function numericRoom(type: string) {
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? []
  if (precision === undefined) return undefined
  return { precision: Number(precision), scale: Number(scale) }
}
