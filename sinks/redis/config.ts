// What the author and the environment say of a sink into Redis.
import type { ConfigOf } from '../../topology/config.ts'
import { field, list, struct, text, word } from '../../topology/config.ts'
import { parseDuration } from '../../topology/duration.ts'
import type { SettingsOf } from '../sink.ts'
import { connection } from '../sink.ts'

export const config = struct({
  connection,
  key: text({
    summary:
      'The key of a record, with fields in braces: "position:{account}:{symbol}". ' +
      'It holds all fields of the topic’s key.',
  }),
  ttl: text({
    summary:
      'How long a value stands, counted from when it was available: 60s for market data, ' +
      '1h for a strategy; or none.',
    default: '300s',
  }),
  value: word(['json', 'hash'], {
    summary: 'What stands under the key: one JSON object, or a hash of fields.',
    default: 'json',
  }),
  fields: list(field({ summary: 'A field of the topic.' }), {
    summary: 'The fields that a value holds; all if not stated.',
    orOne: true,
    optional: true,
  }),
  publish: text({
    summary:
      'The channel that each value is published to as JSON, with fields in braces; ' +
      'none if not stated.',
    optional: true,
  }),
})

export const settings = {
  url: {
    kind: 'url',
    schemes: ['redis', 'rediss'],
    summary: 'Where Redis is: redis://host:6379, or rediss:// for TLS.',
  },
  user: {
    kind: 'text',
    summary: 'Who logs in.',
    optional: true,
  },
  password: {
    kind: 'secret',
    summary: 'Their password.',
    optional: true,
  },
  db: { kind: 'number', summary: 'Number of the database.', default: 0 },
  tls: { kind: 'boolean', summary: 'TLS, as rediss:// says.', default: false },
  tls_ca: {
    kind: 'path',
    summary: 'Certificates (PEM) that are trusted; those of the system if not stated.',
    optional: true,
  },
  tls_verify: {
    kind: 'boolean',
    summary: 'Whether the server must show a certificate that is trusted.',
    default: true,
  },
  timeout: {
    kind: 'duration',
    summary: 'How long one answer may take.',
    default: 10_000_000,
  },
} as const

export type RedisConfig = ConfigOf<typeof config>
export type RedisSettings = SettingsOf<typeof settings>

/** Microseconds; undefined: for ever. */
export function readTtl(ttl: string): number | undefined {
  if (ttl === 'none') return undefined
  const reading = parseDuration(ttl)
  if ('micros' in reading) return reading.micros
  throw new Error(`ttl ${ttl} was not checked`)
}
