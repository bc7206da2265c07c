// Writes a topic's records as a Parquet file that reads back as the same records: the fields'
// columns, and beside them when each was available and, where no field holds it, its event time.
import { type ColumnPlace, columnPlaces, parquetColumn } from '../../schemas/parquet-columns.ts'
import { parquetBytes } from '../../schemas/parquet-bytes.ts'
import { TIME } from '../../schemas/type.ts'
import type { Portions, TimedValue, WrittenTopic } from './timed-value.ts'
import { writeFileWhole } from './write-file.ts'

/** Throws an EngineError when the disk does; the file then stays as it was. */
export async function writeParquet(
  path: string,
  { record, time }: Pick<WrittenTopic, 'record' | 'time'>,
  portions: Portions<TimedValue>,
): Promise<void> {
  const fields = columnPlaces(record).map((place) => {
    const { element, read } = parquetColumn(place, false)
    return { element, read: ({ value }: TimedValue) => read(value) }
  })
  const beside = (['time', 'available'] as const)
    .filter((name) => name === 'available' || time === undefined)
    .map((name) => {
      const { element, read } = parquetColumn(besidePlace(`_${name}`), false)
      return { element, read: (row: TimedValue) => read({ [`_${name}`]: row[name] }) }
    })
  await writeFileWhole(path, parquetBytes([...fields, ...beside], portions))
}

function besidePlace(column: string): ColumnPlace {
  return { column, path: [column], type: TIME, isNullable: false }
}
