import { expect, test } from 'vitest'
import { parseSchema } from '../../schemas/avro.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import type { RecordType } from '../../schemas/type.ts'
import { checkSink, timeColumn } from './check.ts'
import type { QuestdbConfig } from './config.ts'

const usual: QuestdbConfig = {
  ...{ connection: undefined, table: undefined, symbols: undefined, partition: 'day' },
  ...{ ttl: '30d', key: undefined, rollups: undefined },
}
const schema = builtInSchemas.get('market/Trade')
if (schema === undefined) throw new Error('market/Trade is built in')
const { record: trade } = parseSchema(schema)

interface Topic {
  readonly record?: RecordType
  readonly key?: readonly string[]
  readonly time?: string | undefined
  readonly name?: string
}

function findings(config: Partial<QuestdbConfig>, topic: Topic = {}): readonly string[] {
  const { record = trade, key = ['symbol'], name = 'trades' } = topic
  const found: string[] = []
  const span = {
    source: { path: 'a.yaml', text: '' },
    start: 0,
    end: 0,
  }
  checkSink({
    sink: 's',
    config: { ...usual, ...config },
    topic: { name, isTable: false },
    input: { record, key, lateness: 0 },
    time: 'time' in topic ? topic.time : 'time',
    span,
    spanOf: () => span,
    say: ({ message, repair = '' }) => void found.push(`${message}; ${repair}`),
  })
  return found
}

const rollup = { every: 60_000_000, by: ['symbol'], values: {}, ttl: '365d' }

test('lets be what QuestDB can hold', () => {
  expect(findings({ symbols: ['trade_id'], key: ['symbol', 'trade_id'] })).toEqual([])
  const values = { open: 'first(price)', n: 'count()', ids: 'count(trade_id)', v: ' sum( size ) ' }
  expect(findings({ rollups: { trades_1m: { ...rollup, values } }, ttl: 'none' })).toEqual([])
})

const timeless: Topic = { time: undefined, key: [] }

const shape = (...names: readonly string[]): RecordType => ({
  kind: 'record',
  name: 'R',
  fields: names.map((name) => ({ name, type: { kind: 'string' } })),
})

test('puts the time beside a value into "_time" where a field is called time', () => {
  expect(findings({}, { ...timeless, record: shape('time') })).toEqual([])
  expect(timeColumn(undefined, shape('Time'))).toBe('_time')
  expect(timeColumn(undefined, shape('start'))).toBe('time')
  expect(timeColumn('start', shape('start', 'time'))).toBe('start')
})

test.each<[string, Partial<QuestdbConfig>, Topic, string]>([
  ['a name that ends its quotes', { table: 'a"b' }, {}, 'table "a"b" holds "\\"", which QuestDB'],
  ['a name of a folder above', { table: '..' }, {}, 'has a dot at its edge, or two side by side'],
  ['no name', { table: '' }, {}, 'table "" is empty'],
  ['a long name', { table: 'é'.repeat(64) }, {}, 'has more than 127 bytes'],
  ['the table of positions', { table: 'Millrace_Positions' }, {}, 'holds the engine'],
  ['names that differ by case', {}, { record: shape('a', 'A') }, 'collides with column "a"'],
  ['a name of its own', {}, { record: shape('_Offset') }, 'collides with a column that every'],
  [
    'fields in both places of the time beside the value',
    {},
    { ...timeless, record: shape('time', '_time') },
    'column "_time" of "R" collides with a column that every table has',
  ],
  [
    'a symbol that is no text',
    { symbols: ['price'] },
    {},
    '"price" is no string or enum; a symbol is',
  ],
  ['a symbol that is no column', { symbols: ['x'] }, {}, '"x" is no column'],
  ['a key without the topic’s', { key: ['trade_id'] }, {}, 'write `key: [symbol, trade_id]`'],
  [
    'a key without a time',
    { key: ['a'] },
    { ...timeless, record: shape('a') },
    '`key` needs a field',
  ],
  ['a key of doubles', { key: ['symbol', 'price'] }, {}, 'key field "price" is double'],
  ['a ttl that is none', { ttl: '30' }, {}, 'ttl "30" has no unit; '],
  ['a ttl of nothing', { ttl: '0s' }, {}, 'ttl 0 keeps nothing; write none'],
  ['a rollup named as the table', { rollups: { trades: rollup } }, {}, 'has the name of a table'],
  [
    'a rollup of an unknown column',
    { rollups: { r: { ...rollup, by: ['x'] } } },
    {},
    'there is no column "x"',
  ],
  [
    'SQL in a rollup',
    { rollups: { r: { ...rollup, values: { n: 'count(); DROP TABLE x' } } } },
    {},
    '"count(); DROP TABLE x" is no aggregate; write first(price)',
  ],
  [
    'a rollup of a text',
    { rollups: { r: { ...rollup, values: { n: 'max(trade_id)' } } } },
    {},
    '"max(trade_id)" takes a number, and "trade_id" is none',
  ],
  [
    'a rollup with a column twice',
    { rollups: { r: { ...rollup, values: { Symbol: 'count()' } } } },
    {},
    'has "Symbol" twice',
  ],
  [
    'a rollup of parts of seconds',
    { rollups: { r: { ...rollup, every: 1_500_000 } } },
    {},
    '`every` is no whole number of seconds',
  ],
])('refuses %s', (_, config, topic, message) => {
  const found = findings(config, topic)
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(message)
})
