// What a topology says of a sink to QuestDB, and what an environment says of the server.
import {
  type ConfigOf,
  duration,
  field,
  list,
  named,
  struct,
  text,
  word,
} from '../../topology/config.ts'
import { connection, type Settings, type SettingsOf } from '../sink.ts'
import { PARTITIONS } from './age.ts'

const rollup = struct({
  every: duration({ summary: 'Length of a bucket, in whole seconds.', min: 1_000_000 }),
  by: list(text({ summary: 'A column.' }), {
    summary: 'Columns that a row of the rollup is made for; left out: one row for all.',
    orOne: true,
    optional: true,
  }),
  values: named(text({ summary: '`first(price)`, or `count()`.' }), {
    summary: 'Its columns: first, last, min, max, sum, avg or count of a column.',
  }),
  ttl: text({ summary: 'How long its rows are kept, or none: for ever.', default: '365d' }),
})

export const config = struct({
  connection,
  table: text({ summary: 'The table; if not stated, named as the topic.', optional: true }),
  symbols: list(text({ summary: 'A column of a string or an enum.' }), {
    summary:
      'Columns stored as SYMBOL, for texts that repeat; if not stated, strings of the topic’s ' +
      'key and enums.',
    optional: true,
  }),
  partition: word(PARTITIONS, { summary: 'What the table is partitioned by.', default: 'day' }),
  ttl: text({
    summary: 'How long rows are kept, by event time and in whole partitions, or none: for ever.',
    default: '30d',
  }),
  key: list(field({ summary: 'A field.' }), {
    summary:
      'Fields that with event time make a row; a later record of them takes its place. If not ' +
      'stated, each record is a row.',
    orOne: true,
    optional: true,
  }),
  rollups: named(rollup, {
    summary: 'Materialised views over the table, by name.',
    optional: true,
  }),
})

export const settings = {
  url: {
    kind: 'url',
    summary: 'Of its HTTP server: `http://127.0.0.1:9000`.',
    schemes: ['http', 'https'],
  },
  user: { kind: 'text', summary: 'Who logs in.', optional: true },
  password: { kind: 'secret', summary: 'Of `user`.', optional: true },
  token: { kind: 'secret', summary: 'Instead of user and password.', optional: true },
  tls_ca: { kind: 'path', summary: 'Certificates to trust, as PEM.', optional: true },
  tls_verify: {
    kind: 'boolean',
    summary: 'Whether the server must show a certificate that is trusted.',
    default: true,
  },
  timeout: {
    kind: 'duration',
    summary: 'How long the server may say nothing while it is asked.',
    default: 30_000_000,
  },
} as const satisfies Settings

export type QuestdbConfig = ConfigOf<typeof config>
export type QuestdbSettings = SettingsOf<typeof settings>
export type Rollup = NonNullable<QuestdbConfig['rollups']>[string]
