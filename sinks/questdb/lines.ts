// Records as lines of the InfluxDB line protocol, one each: table, symbols, other columns, time in
// microseconds. See QuestDB's documentation, connect/compatibility/ilp. The official client writes
// the same lines column by column and character by character; here a row is one concatenation.
import type { Refusal, SinkBatch, SinkRecord } from '../sink.ts'
import type { Column } from './columns.ts'
import { lineWord } from './names.ts'

/** Where a record stood: columns of every table. */
export const PARTITION = '_partition'
export const OFFSET = '_offset'

export interface Lines {
  /** Each ends with a line feed. */
  readonly text: string
  /** Whose lines they are, one each. */
  readonly records: readonly SinkRecord[]
  readonly refusals: readonly Refusal[]
}

/** Deletions have no line. */
export function linesOf(
  table: string,
  columns: readonly Column[],
): (batch: Pick<SinkBatch, 'partition' | 'records'>) => Lines {
  const start = lineWord(table)
  const cells = columns.map((column) => ({ ...column, start: `,${lineWord(column.name)}=` }))
  const symbols = cells.filter(({ isSymbol }) => isSymbol)
  const others = cells.filter(({ isSymbol }) => !isSymbol)

  function lineOf(record: SinkRecord, partition: number): string {
    const value = record.value ?? {}
    let line = start
    for (const cell of symbols) {
      const read = cell.read(value)
      if (read !== null && read !== undefined) line += cell.start + cell.text(read)
    }
    line += ` ${PARTITION}=${partition}i,${OFFSET}=${record.offset}i`
    for (const cell of others) {
      const read = cell.read(value)
      if (read === null || read === undefined || Number.isNaN(read)) continue
      line += cell.start + cell.text(read)
    }
    return `${line} ${record.time}\n`
  }

  return ({ partition, records }) => {
    const taken: SinkRecord[] = []
    const refusals: Refusal[] = []
    let text = ''
    for (const record of records) {
      if (record.value === null) continue
      const reason = refusalOf(record, cells)
      if (reason === undefined) {
        taken.push(record)
        text += lineOf(record, partition)
      } else refusals.push({ record, reason })
    }
    return { text, records: taken, refusals }
  }
}

function refusalOf({ time, value }: SinkRecord, columns: readonly Column[]): string | undefined {
  if (time < 0) return 'QuestDB takes no event time before 1970'
  for (const { name, read, problem } of columns) {
    if (problem === undefined) continue
    const cell = read(value ?? {})
    if (cell === null || cell === undefined) continue
    const found = problem(cell)
    if (found !== undefined) return `column "${name}" takes ${found}`
  }
  return undefined
}
