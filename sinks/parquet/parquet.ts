// The sink that keeps a topic as Parquet files, a folder for each day of event time. A file appears
// whole, with the position, or not at all.
import { columnPlaces } from '../../schemas/parquet-columns.ts'
import type { SinkInference } from '../../topology/signature.ts'
import { sinkKind } from '../sink.ts'
import { config, type ParquetConfig, settings } from './config.ts'
import { ownNames } from './own-columns.ts'

export const parquet = sinkKind({
  name: 'parquet',
  summary:
    'Keeps every record of a topic in Parquet files, by day, for DuckDB, pandas and replays.',
  config,
  settings,
  target: ({ topic }) => `the folder of topic "${topic.name}"`,
  check,
  example: `
topology: desk
topics:
  fills: { topic: trading.fills, schema: trading/Fill, key: account }
fate: { bad: dead-letter, late: skip, duplicate: skip }
sinks:
  lake:
    from: fills
    parquet:
      connection: history
      rows: 100000
      every: 1m
`,
  open: async (options) => (await import('./open-parquet.ts')).openParquet(options),
})

/** A record in a field stands side by side with its name before: that must meet no other name. */
function check({ topic, input, time, span, say }: SinkInference<ParquetConfig>): void {
  const own = ownNames({ time, isTable: topic.isTable })
  const taken = new Set(own)
  for (const { column } of columnPlaces(input.record)) {
    if (taken.has(column)) {
      const repair = own.includes(column)
        ? 'rename the field: names of the sink’s own columns begin with "_"'
        : 'rename one of the fields that give it'
      say({ message: `topic "${topic.name}" has two columns "${column}"`, span, repair })
    }
    taken.add(column)
  }
}
