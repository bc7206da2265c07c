// Opens a sink: connects, brings the tables to what they should be, and hands out partitions. Loads
// the client, so that only `run` does.
import type { Place } from '../sink-fault.ts'
import type { Sink, SinkOptions } from '../sink.ts'
import type { PostgresConfig, PostgresSettings } from './config.ts'
import { openDatabase, serverName } from './database.ts'
import type { Database } from './database.ts'
import { keyIndex, tableName } from './evolve.ts'
import { faultOf } from './fault.ts'
import type { FoundTable } from './found-table.ts'
import { holdPartition } from './partition.ts'
import { claimPosition, readPositions } from './positions.ts'
import type { Reader } from './positions.ts'
import { prepareTables } from './prepare-tables.ts'
import { quoteName } from './quote.ts'
import { rowsOf } from './rows.ts'
import { statementsOf } from './statements.ts'
import { DELETED, tableOf } from './table.ts'
import type { Table } from './table.ts'

type Options = SinkOptions<PostgresConfig, PostgresSettings>

export async function openSink(options: Options): Promise<Sink> {
  const { topology, name, topic, config, settings } = options
  const place = {
    sink: name,
    connection: config.connection ?? name,
    server: serverName(settings),
  }
  const table = tableOf(config, topic)
  const reader = { topology, sink: name, topic: topic.topic, table: tableName(table) }
  const database = openDatabase(settings, place, `millrace ${topology}.${name}`)
  try {
    const found = await prepareTables(database, { table, reader, place, user: settings.user })
    return sinkOf(database, { options, table, reader, place, found })
  } catch (error) {
    await database.close()
    throw faultOf(error, place, 'opening it')
  }
}

interface Opened {
  readonly options: Options
  readonly table: Table
  readonly reader: Reader
  readonly place: Place
  readonly found: FoundTable
}

function sinkOf(database: Database, { options, table, reader, place, found }: Opened): Sink {
  const statements = statementsOf(table)
  const { identity, deleted } = table
  const offsetIndex = identity === undefined ? keyIndex(table, found.indexes)?.name : undefined
  const throwing = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw faultOf(error, place, doing)
    }
  }
  return {
    identity,
    claim: (partition) =>
      throwing(`claiming partition ${partition}`, async () => {
        const claimed = await claimPosition(database.query, reader, partition)
        const rows = rowsOf(table, options.topic, partition)
        const about = { database, place, reader, partition, claimed, rows, statements }
        return holdPartition({ ...about, offsetIndex })
      }),
    positions: () => throwing('reading its positions', () => readPositions(database.query, reader)),
    count: () =>
      throwing('counting its rows', async () => {
        const where = deleted === 'mark' ? ` where not ${quoteName(DELETED)}` : ''
        const text = `select count(*) as rows from ${tableName(table)}${where}`
        const [row] = await database.transaction((query) => query({ text }), { isLong: true })
        return { rows: Number(row?.['rows']), since: undefined }
      }),
    close: () => database.close(),
  }
}
