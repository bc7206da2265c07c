// What of a topic and a config no table in Postgres can be: names that are too long or taken, a key
// that tells no rows apart, fields that are no columns. All of it is found, before anything runs.
import { keyProblem } from '../../schemas/key.ts'
import { fieldOf } from '../../schemas/type.ts'
import { quoted } from '../../topology/printable.ts'
import type { SinkInference } from '../../topology/signature.ts'
import { didYouMean } from '../../topology/suggest.ts'
import type { PostgresConfig } from './config.ts'
import { tableName } from './evolve.ts'
import { POSITIONS } from './positions.ts'
import { columnNameProblem, nameProblem } from './quote.ts'
import { tableOf } from './table.ts'
import type { Table } from './table.ts'

type Inference = SinkInference<PostgresConfig>

export function checkTopic(inference: Inference): void {
  const { config, topic, input, time } = inference
  const table = tableOf(config, { ...topic, record: input.record, key: input.key, time })
  checkNames(table, inference)
  checkColumns(table, inference)
  checkKey(table, inference)
  checkIndexes(table, inference)
}

function checkNames({ schema, name }: Table, { spanOf, say }: Inference): void {
  for (const [word, each] of [
    ['schema', schema],
    ['table', name],
  ] as const) {
    const problem = nameProblem(each)
    if (problem === undefined) continue
    const message = `the ${word} ${quoted(each)} ${problem}`
    say({ message, span: spanOf(word), repair: `give the ${word} another name` })
  }
  if (/^pg_/.test(schema)) {
    const message = `the schema ${quoted(schema)} is one of Postgres’s own`
    say({ message, span: spanOf('schema'), repair: 'name another schema' })
  }
  if (tableName({ schema, name }) === tableName(POSITIONS)) {
    const message = `${quoted(`${schema}.${name}`)} is where the engine keeps positions`
    say({ message, span: spanOf('table'), repair: 'name another table' })
  }
}

function checkColumns({ columns }: Table, { span, topic, say }: Inference): void {
  const seen = new Set<string>()
  for (const { name } of columns) {
    const problem = seen.has(name) ? 'is there twice' : columnNameProblem(name)
    seen.add(name)
    if (problem === undefined) continue
    say({
      message: `the column ${quoted(name)} of topic ${quoted(topic.name)} ${problem}`,
      span,
      repair: 'rename the field, or send the topic through a step that does',
      notes: ['a record in a field is a column for each of its fields: "fee_amount"'],
    })
  }
}

function checkKey({ identity }: Table, { config, topic, input, span, ...rest }: Inference): void {
  const { spanOf, say } = rest
  const fields = input.record.fields.map(({ name }) => name)
  for (const [at, name] of (identity ?? []).entries()) {
    const place = spanOf('key', String(at))
    const field = fieldOf(input.record, name)
    if (field === undefined) {
      const message = `topic ${quoted(topic.name)} has no field ${quoted(name)}`
      say({ message, span: place, ...didYouMean(name, fields) })
      continue
    }
    const problem = keyProblem(field.type)
    if (problem !== undefined) {
      say({ message: `the key ${quoted(name)} ${problem}`, span: place })
    } else if (identity?.indexOf(name) !== at) {
      say({ message: `the key ${quoted(name)} is there twice`, span: place, repair: 'remove one' })
    }
  }
  if (identity?.length === 0) {
    const message = `topic ${quoted(topic.name)} is a table with one key for all`
    say({ message, span, repair: 'give the topic a key' })
  } else if (topic.isTable && config.key && !isSame(config.key, input.key)) {
    say({
      message: `the key of topic ${quoted(topic.name)}, a table, is ${input.key.join(', ')}`,
      span: spanOf('key'),
      repair: 'leave the key out: its rows are deleted by the key of the topic',
    })
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join()
}

function checkIndexes({ columns, indexes }: Table, { topic, spanOf, say }: Inference): void {
  const known = columns.map(({ name }) => name)
  for (const [at, index] of indexes.entries()) {
    for (const name of index.filter((each) => !known.includes(each))) {
      const message = `topic ${quoted(topic.name)} has no column ${quoted(name)} to index`
      say({ message, span: spanOf('indexes', String(at)), ...didYouMean(name, known) })
    }
  }
}
