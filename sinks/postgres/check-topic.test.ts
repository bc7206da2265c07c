import { expect, test } from 'vitest'
import type { RecordField } from '../../schemas/type.ts'
import type { Finding } from '../../topology/diagnostic.ts'
import { checkTopic } from './check-topic.ts'
import type { PostgresConfig } from './config.ts'
import { config, lastTicks, tick, ticks } from './postgres.test-data.ts'

const SPAN = { source: { path: 'topology.yaml', text: '' }, start: 0, end: 0 }

function findings(own: Partial<PostgresConfig>, more: readonly RecordField[] = [], topic = ticks) {
  const found: Finding[] = []
  const record = { ...tick, fields: [...tick.fields, ...more] }
  checkTopic({
    ...{ sink: 'pg', config: { ...config, ...own }, topic, time: topic.time },
    input: { record, key: topic.key, lateness: 0 },
    ...{ span: SPAN, spanOf: () => SPAN, say: (finding) => found.push(finding) },
  })
  return found.map(({ message, repair }) =>
    repair === undefined ? message : `${message}: ${repair}`,
  )
}

const NAME = 'n'.repeat(64)
const long = (name: string): RecordField => ({ name, type: { kind: 'long' } })
const fee: RecordField = {
  name: 'fee',
  type: { kind: 'record', name: 'test.Fee', fields: [long('paid')] },
}

test.each<[Partial<PostgresConfig>, readonly RecordField[], typeof ticks]>([
  [{}, [], ticks],
  [{ key: ['symbol', 'time'], indexes: [['fee_paid'], ['_offset']] }, [fee], { ...ticks }],
  [{ key: ['symbol'] }, [], lastTicks],
])('takes %o', (own, more, topic) => {
  const indexes = own.key ? own.indexes?.slice(0, 1) : own.indexes
  expect(findings({ ...own, indexes }, more, topic)).toEqual([])
})

test.each<[string, Partial<PostgresConfig>, readonly RecordField[], typeof ticks]>([
  ['the table "" is empty: give the table another name', { table: '' }, [], ticks],
  ['is 64 bytes long, where Postgres takes 63', { table: NAME }, [], ticks],
  ['the schema "pg_toast" is one of Postgres’s own', { schema: 'pg_toast' }, [], ticks],
  [
    '"millrace_engine.positions" is where the engine keeps positions',
    { schema: 'millrace_engine', table: 'positions' },
    [],
    ticks,
  ],
  ['of topic "ticks" is 64 bytes long', {}, [long(NAME)], ticks],
  [
    'the column "ctid" of topic "ticks" is one of Postgres’s own columns',
    {},
    [long('ctid')],
    ticks,
  ],
  ['the column "_offset" of topic "ticks" is there twice', {}, [long('_offset')], ticks],
  ['the column "fee_paid" of topic "ticks" is there twice', {}, [fee, long('fee_paid')], ticks],
  ['no field "symbl": did you mean "symbol"?', { key: ['symbl'] }, [], ticks],
  ['the key "size" is double, whose last digits decide', { key: ['size'] }, [], ticks],
  ['the key "fee" is test.Fee; a key is one of', { key: ['fee'] }, [fee], ticks],
  ['the key "symbol" is there twice', { key: ['symbol', 'symbol'] }, [], ticks],
  ['the key of topic "last", a table, is symbol: leave the key', { key: ['time'] }, [], lastTicks],
  ['topic "last" is a table with one key for all', {}, [], { ...lastTicks, key: [] }],
  ['no column "pric" to index: did you mean "price"?', { indexes: [['pric']] }, [], ticks],
])('says that %s', (what, own, more, topic) => {
  const found = findings(own, more, topic)
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(what)
})
