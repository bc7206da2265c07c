// A batch as the parameters of its statement: which records become rows, which keys are deleted,
// and which record no column takes. Of the records of one key the last is the row, since ON
// CONFLICT cannot touch a row twice in one statement.
import { Decimal } from '../../schemas/decimal.ts'
import { keyJson, keyReader } from '../../schemas/key.ts'
import { fieldOf } from '../../schemas/type.ts'
import type { Refusal, SinkRecord } from '../sink.ts'
import { ColumnArray } from './column-array.ts'
import { keyColumns } from './table.ts'
import type { Column, FilledRecord, Table, TableTopic } from './table.ts'

export interface Rows {
  /**
   * Takes the records in, in place of those before, and says which it does not take. `parameters`
   * are then of the others.
   */
  readonly fill: (records: readonly SinkRecord[]) => readonly Refusal[]
  readonly parameters: () => readonly Buffer[]
}

export function rowsOf(table: Table, topic: TableTopic, partition: number): Rows {
  const rows = table.columns.map(emptyCell)
  const gone = table.deleted === undefined ? [] : keyColumns(table).map(emptyCell)
  const identityOf = table.identity && identityReader(table.identity, topic)
  const partOf = table.deleted && keyParts(topic)

  function add(record: SinkRecord): string | undefined {
    if (isFilled(record)) return addCells(rows, ({ read }) => read(record, partition))
    if (partOf === undefined) return ONLY_TABLES_DELETE
    const part = partOf(record.key)
    return addCells(gone, ({ name }) => part(name))
  }

  /** Those that come later are there already, and are what counts. Superseded ones are checked. */
  function addKeyed(record: SinkRecord, later: Set<string>): string | undefined {
    const problem = add(record)
    if (problem !== undefined || identityOf === undefined) return problem
    const identity = identityOf(record)
    if (later.has(identity)) takeBack(record.value === null ? gone : rows)
    later.add(identity)
    return undefined
  }

  return {
    fill(records) {
      for (const { array } of [...rows, ...gone]) array.clear()
      const refused: Refusal[] = []
      const later = new Set<string>()
      for (const record of records.toReversed()) {
        const reason = addKeyed(record, later)
        if (reason !== undefined) refused.push({ record, reason })
      }
      return refused.reverse()
    },
    parameters: () => [...rows, ...gone].map(({ array }) => array.bytes()),
  }
}

const ONLY_TABLES_DELETE = 'it has no value, and only what a table holds can be deleted'

interface Cell {
  readonly column: Column
  readonly array: ColumnArray
}

function emptyCell(column: Column): Cell {
  return { column, array: new ColumnArray(column.type.sentAs) }
}

function isFilled(record: SinkRecord): record is FilledRecord {
  return record.value !== null
}

/** Adds one value to each, or none and says why. */
function addCells(
  cells: readonly Cell[],
  valueOf: (column: Column) => unknown,
): string | undefined {
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at]
    const problem = cell && addCell(cell, valueOf(cell.column))
    if (problem === undefined) continue
    takeBack(cells.slice(0, at))
    return problem
  }
  return undefined
}

function takeBack(cells: readonly Cell[]): void {
  for (const { array } of cells) array.takeBack()
}

function addCell({ column, array }: Cell, value: unknown): string | undefined {
  const { name, type, isNullable } = column
  if (value !== null && value !== undefined) {
    const problem = type.problem(value)
    if (problem !== undefined) return `column "${name}" ${problem}`
    type.add(array, value)
    return undefined
  }
  if (!isNullable) return `column "${name}" takes no null`
  array.addNull()
  return undefined
}

/** Of a table the key of its records is the identity, so that deletions have it too. */
function identityReader(
  identity: readonly string[],
  topic: TableTopic,
): (record: SinkRecord) => string {
  if (topic.isTable) return ({ key }) => key
  const read = keyReader(topic.record, identity)
  return ({ value }) => {
    if (value === null) throw new Error('a record without a value is no row')
    return read(value)
  }
}

/** Reads a key's text, and gives the value of each of its fields. */
function keyParts({ key: names, record }: TableTopic): (key: string) => (name: string) => unknown {
  const types = names.map((name) => {
    const field = fieldOf(record, name)
    if (field === undefined) throw new Error(`the key "${name}" is no field`)
    return field.type
  })
  return (key) => {
    const json = keyJson(key, types)
    const parts = types.length === 1 ? [json] : (json as readonly unknown[])
    return (name) => {
      const at = names.indexOf(name)
      return types[at]?.kind === 'decimal' ? new Decimal(parts[at] as string) : parts[at]
    }
  }
}
