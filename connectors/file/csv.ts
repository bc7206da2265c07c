// Reads CSV: columns match the schema's fields by name, each cell is read strictly by its field's
// type, and a cell that does not fit makes its row bad without stopping the file.
import { Buffer } from 'node:buffer'
import type { Value } from '../../schemas/type.ts'
import { withoutByteOrderMark } from './byte-order-mark.ts'
import { matchColumns } from './csv-columns.ts'
import type { Columns } from './csv-columns.ts'
import { RowReader } from './csv-rows.ts'
import type { InputItem, InputTopic } from './input-record.ts'
import { Misfit, misfitReason } from './misfit.ts'
import { fault, shortName } from './open-file.ts'
import { beginningOf, originalOf } from './original.ts'
import type { Ignored } from './read-json.ts'
import { createStamp, timeBeside } from './stamp.ts'
import type { Stamp } from './stamp.ts'

/**
 * The items of a CSV file's bytes, one batch for every chunk. Throws an InputProblem for a header
 * that does not fit.
 */
export async function* readCsv(
  path: string,
  chunks: AsyncIterable<Buffer>,
  topic: InputTopic,
  ignored: Ignored,
): AsyncGenerator<readonly InputItem[], void, undefined> {
  const place = shortName(path)
  const stamp = createStamp(topic)
  let items: InputItem[] = []
  let columns: Columns | undefined
  const rows = new RowReader({
    row: (cells, line) => {
      if (columns) {
        items.push(readRow(cells, columns, stamp, topic, `${place}:${line}`))
        for (const name of columns.extra) ignored.set(name, (ignored.get(name) ?? 0) + 1)
      } else {
        columns = matchColumns(cells, topic, place, ignored)
        for (const name of columns.extra) ignored.set(name, 0)
      }
    },
    bad: (reason, original, line) => {
      if (!columns) throw fault('file-damaged', path, `its header cannot be read: ${reason}`)
      items.push({
        kind: 'bad',
        reason,
        place: `${place}:${line}`,
        original: beginningOf(original),
      })
    },
  })
  let isFirst = true
  for await (const chunk of chunks) {
    rows.push(isFirst ? withoutByteOrderMark(chunk, path) : chunk)
    isFirst = false
    if (items.length > 0) yield items
    items = []
  }
  rows.end()
  if (!columns)
    throw fault('file-empty', path, 'it is empty, without even a header; fetch it again')
  if (items.length > 0) yield items
}

function readRow(
  cells: readonly string[],
  columns: Columns,
  stamp: Stamp,
  topic: InputTopic,
  place: string,
): InputItem {
  if (cells.length !== columns.count) {
    const reason = `the row has ${cells.length} cells, the header ${columns.count}`
    return { kind: 'bad', reason, place, original: rowText(cells) }
  }
  const value: Value = { ...columns.template }
  let reason: string | undefined
  for (const { name, index, read } of columns.fields) {
    const own = read(cells[index] ?? '')
    if (own instanceof Misfit) reason ??= misfitReason('column', name, own)
    value[name] = own
  }
  const timeless = stamp.read(
    value,
    besideCell(cells, columns.time, topic),
    besideCell(cells, columns.available, topic),
  )
  if (reason === undefined && timeless === undefined) {
    return { kind: 'record', value, time: stamp.time, available: stamp.available, place }
  }
  return {
    kind: 'bad',
    reason: reason ?? timeless ?? '',
    place,
    original: rowText(cells),
    ...(timeless === undefined && { available: stamp.available }),
  }
}

function besideCell(
  cells: readonly string[],
  index: number | undefined,
  topic: InputTopic,
): number | undefined {
  const cell = index === undefined ? undefined : cells[index]?.trim()
  return cell === '' ? undefined : timeBeside(cell, topic.unit)
}

/** The row as CSV again; it may differ from the file in quotes that were not needed. */
function rowText(cells: readonly string[]): string {
  const written = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  )
  return originalOf(Buffer.from(written.join(','), 'latin1'))
}
