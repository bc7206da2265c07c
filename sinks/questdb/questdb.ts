// QuestDB: each record of a topic is a row of a time-series table, known by event time, partition
// and offset, so that what is written twice is there once. Rows go in over the line protocol; how
// far they came stands in a table beside them, written after them.
import { type Place, sinkFault } from '../sink-fault.ts'
import { type SinkOptions, sinkKind } from '../sink.ts'
import { readAge } from './age.ts'
import { checkSink, timeColumn } from './check.ts'
import { columnsOf, usualSymbols } from './columns.ts'
import { config, type QuestdbConfig, type QuestdbSettings, settings } from './config.ts'
import { OFFSET, PARTITION } from './lines.ts'
import { makePositions, otherTopicOf } from './positions.ts'
import { makeRollup } from './rollups.ts'
import { connectTo, type Server } from './server.ts'
import { makeTable, type TableShape } from './table.ts'
import { writeTo } from './writer.ts'

export const questdb = sinkKind({
  name: 'questdb',
  summary: 'Rows of a time-series table in QuestDB, and rollups of them.',
  config,
  settings,
  check: checkSink,
  target: ({ config, topic }) => `table ${config.table ?? topic.name}`,
  example: `
topology: questdb-example
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
sinks:
  trades_qdb:
    from: trades
    questdb:
      connection: ticks
      ttl: 30d
      rollups:
        trades_1m:
          every: 1m
          by: symbol
          values:
            open: first(price)
            high: max(price)
            low: min(price)
            close: last(price)
            volume: sum(size)
`,

  async open(options) {
    const { topology, name, topic, clock } = options
    const { connection = name, key } = options.config
    const place = { sink: name, connection }
    const shape = shapeOf(options)
    const server = connectTo(options.settings, place)
    try {
      const tableId = await prepare(server, options, { shape, place })
      return writeTo(server, {
        table: shape.table,
        columns: shape.columns.filter((column) => column.name !== shape.time),
        time: shape.time,
        identity: key && [shape.time, ...key],
        ttl: shape.ttl,
        owner: { topology, sink: name, topic: topic.topic, tableId },
        place,
        clock,
      })
    } catch (error) {
      server.close()
      throw error
    }
  },
})

type Options = SinkOptions<QuestdbConfig, QuestdbSettings>

function shapeOf({ config: { table, symbols, key, partition, ttl }, topic }: Options): TableShape {
  return {
    table: table ?? topic.name,
    columns: columnsOf(topic.record, symbols ?? usualSymbols(topic.record, topic.key)),
    time: timeColumn(topic.time, topic.record),
    keys: key ?? [PARTITION, OFFSET],
    partition,
    ttl: readAge(ttl),
  }
}

/** Returns the table's id. */
async function prepare(
  server: Server,
  { config: { rollups = {} }, topic, topology, name, clock }: Options,
  { shape, place }: { readonly shape: TableShape; readonly place: Place },
): Promise<number> {
  const { table, time } = shape
  await makePositions(server, place)
  const { id } = await makeTable(server, shape, { place, clock })
  const other = await otherTopicOf(server, {
    topology,
    sink: name,
    topic: topic.topic,
    tableId: id,
  })
  if (other !== undefined) {
    const what = `table "${table}" is filled from topic "${other}"; name another table, or drop it`
    throw sinkFault(place, 'sink-differs', what, { coordinates: { table } })
  }
  for (const [view, rollup] of Object.entries(rollups)) {
    await makeRollup(server, { name: view, rollup, base: { table, time }, place, clock })
  }
  return id
}
