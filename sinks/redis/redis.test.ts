import { expect, test } from 'vitest'
import type { RedisConfig } from './config.ts'
import { redis } from './redis.ts'
import { config, held } from './redis.test-data.ts'

const spanOf = (...path: readonly string[]) => ({
  source: { path: path.join('.'), text: '' },
  start: 0,
  end: 0,
})

function said(more: Partial<RedisConfig>): readonly string[] {
  const messages: string[] = []
  redis.check({
    ...{ sink: 'hot', config: { ...config, ...more }, topic: held, time: 'time' },
    ...{ input: { record: held.record, key: held.key, lateness: 0 }, span: spanOf() },
    spanOf,
    say: ({ message, span }) => messages.push(`${span.source.path}: ${message}`),
  })
  return messages
}

test.each(['none', '60s', '1h30m', '1ms'])('takes a ttl of %s', (ttl) => {
  expect(said({ ttl, publish: 'held:{account}' })).toEqual([])
})

test.each([
  ['ttl', '60', 'ttl "60" has no unit'],
  ['ttl', 'ever', 'ttl "ever" is not a duration'],
  ['ttl', '999us', 'ttl "999us" is too short'],
  ['key', 'held:{account}', 'key "held:{account}" lacks {symbol}, by which topic "held" is keyed'],
  [
    'publish',
    'x:{time}',
    'channel "x:{time}" holds {time}, which is not in the key of table "held"',
  ],
])('refuses %s: %s', (name, value, message) => {
  expect(said({ [name]: value })).toEqual([`${name}: ${message}`])
})
