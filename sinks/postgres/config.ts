// What a topology says of a sink to Postgres, and what an environment says of the server.
import { field, list, struct, text, word } from '../../topology/config.ts'
import type { ConfigOf } from '../../topology/config.ts'
import { connection } from '../sink.ts'
import type { Settings, SettingsOf } from '../sink.ts'

export const config = struct({
  connection,
  table: text({ summary: 'The table; if not stated, the topic’s local name.', optional: true }),
  schema: text({ summary: 'The schema that the table is in.', default: 'public' }),
  key: list(field({ summary: 'A field.' }), {
    summary:
      'Fields that are the primary key: the last record of each of their contents is the row. ' +
      'If not stated: the topic’s key where it is a table; elsewhere every record is a row.',
    orOne: true,
    optional: true,
  }),
  indexes: list(list(text({ summary: 'A column.' }), { summary: 'Columns.', orOne: true }), {
    summary: 'Indexes beside the primary key, each a column or a list of columns.',
    optional: true,
  }),
  on_delete: word(['delete', 'mark'], {
    summary:
      'What becomes of the row when its key is deleted from the table that the topic is: it goes ' +
      'too, or stays, with true in the column "_deleted".',
    default: 'delete',
  }),
})

export type PostgresConfig = ConfigOf<typeof config>

export const settings = {
  url: {
    kind: 'url',
    summary: 'Where the server is: `postgres://HOST:PORT/DATABASE`.',
    schemes: ['postgres', 'postgresql'],
  },
  user: { kind: 'text', summary: 'The role that logs in.' },
  password: { kind: 'secret', summary: 'Its password.', optional: true },
  database: { kind: 'text', summary: 'The database, if the URL names none.', optional: true },
  tls: { kind: 'boolean', summary: 'Whether the connection is encrypted.', default: false },
  tls_ca: {
    kind: 'path',
    summary: 'A file with the authority’s certificate, if the system does not know it.',
    optional: true,
  },
  tls_verify: {
    kind: 'boolean',
    summary: 'Whether the server’s certificate must be good for its name.',
    default: true,
  },
  pool: {
    kind: 'number',
    summary: 'How many connections a sink may hold: so many partitions are written at once.',
    default: 4,
  },
  statement_timeout: {
    kind: 'duration',
    summary: 'After how long a batch is given up, and tried again.',
    default: 30_000_000,
  },
} as const satisfies Settings

export type PostgresSettings = SettingsOf<typeof settings>
