// Rows in Postgres. A batch and the position are one transaction; who was deposed rolls back.
import { sinkKind } from '../sink.ts'
import { checkTopic } from './check-topic.ts'
import { config, settings } from './config.ts'

export const postgres = sinkKind({
  name: 'postgres',
  summary: 'Keeps a table in Postgres equal to the topic: a row for each record, or for each key.',
  config,
  settings,
  check: checkTopic,
  target: ({ config: { schema, table }, topic }) => `table ${schema}.${table ?? topic.name}`,
  example: `topology: desk
topics:
  fills:
    topic: trading.fills
    schema: trading/Fill
    key: account
fate: { bad: dead-letter, late: skip, duplicate: skip }
sinks:
  fills_pg:
    from: fills
    postgres:
      connection: ledger
      table: fills
      key: fill_id
      indexes: [account, [symbol, side]]
`,
  open: async (options) => (await import('./open-sink.ts')).openSink(options),
})
