// Writes rows as a Parquet file, in row groups: memory is bounded by one of them, and whoever runs
// beside it gets a turn after each.
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { ParquetColumn } from './parquet-columns.ts'

const GROUP_ROWS = 25_000

/** The bytes of a file of these columns. */
export async function* parquetBytes<Row>(
  columns: readonly ParquetColumn<Row>[],
  portions: Iterable<readonly Row[]> | AsyncIterable<readonly Row[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = new ByteWriter()
  const root = { name: 'root', num_children: columns.length }
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [root, ...columns.map(({ element }) => element)],
    createdBy: 'millrace',
  })
  const written = (): Uint8Array => {
    const taken = bytes.getBytes().slice()
    bytes.index = 0
    return taken
  }
  function writeGroup(rows: readonly Row[]): Uint8Array {
    const columnData = columns.map(({ element, read }) => ({
      name: element.name,
      data: rows.map(read),
      // A dictionary would take -0 for 0.
      ...((element.type === 'DOUBLE' || element.type === 'FLOAT') && {
        encoding: 'PLAIN' as const,
      }),
    }))
    void writer.write({ columnData, rowGroupSize: rows.length })
    return written()
  }
  let group: Row[] = []
  for await (const portion of portions) {
    for (const row of portion) {
      group.push(row)
      if (group.length < GROUP_ROWS) continue
      yield writeGroup(group)
      group = []
    }
  }
  if (group.length > 0) yield writeGroup(group)
  void writer.finish()
  yield written()
}
