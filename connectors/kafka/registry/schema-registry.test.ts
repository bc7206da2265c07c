// What is said for the answers that Confluent's registry documents. The real protocol is tried by
// schema-registry.server.test.ts.
import { expect, test } from 'vitest'
import { EngineError } from '../../../topology/engine-error.ts'
import { openRegistry } from './schema-registry.ts'
import { json, openWebServer } from './web-server.test-data.ts'
import type { WebServer } from './web-server.test-data.ts'

const field = (name: string, type: unknown, more: object = {}) => ({ name, type, ...more })
const recordOf = (...fields: readonly object[]) => ({ type: 'record', name: 'Tick', fields })
const tick = recordOf(field('x', 'double'), field('y', 'string'))

/** A web server that answers what `answers` say of `GET /path`; else Confluent's 404. */
async function answering(answers: Readonly<Record<string, unknown>>): Promise<WebServer> {
  return openWebServer(({ line }, response) => {
    const answer = answers[line]
    if (answer instanceof Refusal) json(response, answer.status, answer.body)
    else if (answer !== undefined) json(response, 200, answer)
    else json(response, 404, { error_code: 40401, message: 'Subject not found.' })
  })
}

class Refusal {
  readonly status: number
  readonly body: object

  constructor(status: number, code: number, message: string) {
    this.status = status
    this.body = { error_code: code, message }
  }
}

const register = 'POST /subjects/ticks-value/versions'
const lookUp = 'POST /subjects/ticks-value'
const testAt = (version: number) =>
  `POST /compatibility/subjects/ticks-value/versions/${version}?verbose=true`
const version = (number: number, schema: object, id = number + 20) => ({
  subject: 'ticks-value',
  id,
  version: number,
  schema: JSON.stringify(schema),
})

async function refusalOf(answers: Readonly<Record<string, unknown>>, isWritten = true) {
  const { url } = await answering(answers)
  try {
    await openRegistry({ url }).framing({ topic: 'ticks', schema: tick, isWritten })
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
  throw new Error('it was not refused')
}

test('registers a schema under its topic, and frames with its id', async () => {
  const { url, asked } = await answering({
    'GET /config': { compatibilityLevel: 'BACKWARD' },
    [register]: { id: 0x01020304 },
  })
  const framing = await openRegistry({ url }).framing({ topic: 'ticks', schema: tick })
  expect([...(framing.prefix ?? [])]).toEqual([0, 1, 2, 3, 4])
  const last = asked.at(-1)
  expect(last).toMatchObject({ line: register, body: { schema: JSON.stringify(tick) } })
  const value = Buffer.from([0, 1, 2, 3, 4, 9])
  expect(framing.bodyAt(value, 0, 6)).toBe(5)
})

test('finds what another registers at the same moment', async () => {
  let asked = 0
  const answers = {
    'GET /config': { compatibilityLevel: 'BACKWARD' },
    [register]: new Refusal(409, 40901, "An artifact with ID 'ticks-value' already exists."),
    get [lookUp]() {
      asked += 1
      return asked > 3 ? version(1, tick) : undefined
    },
  }
  const { url } = await answering(answers)
  const framing = await openRegistry({ url }).framing({ topic: 'ticks', schema: tick })
  expect(framing.prefix?.[4]).toBe(21)
})

test('registers one schema after another', async () => {
  let [now, most] = [0, 0]
  const { url } = await openWebServer(({ line }, response) => {
    if (!line.startsWith('POST') || !line.endsWith('/versions')) {
      json(response, 404, { error_code: 40401, message: 'Subject not found.' })
      return
    }
    now += 1
    most = Math.max(most, now)
    setImmediate(() => {
      now -= 1
      json(response, 200, { id: 5 })
    })
  })
  const registry = openRegistry({ url })
  const topics = ['a', 'b', 'c', 'd']
  await Promise.all(topics.map((topic) => registry.framing({ topic, schema: tick })))
  expect(most).toBe(1)
})

test('asks nothing more where the schema is there already', async () => {
  const { url, asked } = await answering({ [lookUp]: version(3, tick) })
  const framing = await openRegistry({ url }).framing({ topic: 'ticks', schema: tick })
  expect([...(framing.prefix ?? [])]).toEqual([0, 0, 0, 0, 23])
  expect(asked.map(({ line }) => line)).toEqual([lookUp])
})

test('says which version refuses the schema, and why in the words of the registry', async () => {
  const old = recordOf(field('x', 'double'))
  const error = await refusalOf({
    'GET /config/ticks-value': { compatibilityLevel: 'BACKWARD' },
    'GET /subjects/ticks-value/versions': [1, 2],
    [testAt(2)]: {
      is_compatible: false,
      messages: [
        "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'y' at path " +
          "'/fields/1' in the new schema has no default value and is missing in the old schema'," +
          " additionalInfo:'y'}",
        '{oldSchemaVersion: 2}',
        `{oldSchema: '${JSON.stringify(old)}'}`,
        "{validateFields: 'false', compatibility: 'BACKWARD'}",
      ],
    },
    'GET /subjects/ticks-value/versions/2': version(2, old),
  })
  expect(error.code).toBe('topic-differs')
  expect(error.retryable).toBe(false)
  expect(error.message).toBe(
    'the schema of topic "ticks" is refused under subject "ticks-value", compatibility BACKWARD ' +
      "with version 2: The field 'y' at path '/fields/1' in the new schema has no default value " +
      'and is missing in the old schema. Give fields that are added or removed a default and ' +
      "leave the others' types, or, where no reader needs it, set the subject's compatibility " +
      'to NONE',
  )
  expect(error.coordinates).toMatchObject({ subject: 'ticks-value', level: 'BACKWARD', version: 2 })
})

test.each<[string, object, string]>([
  ['BACKWARD', recordOf(field('x', 'double')), 'field "y" was added without a default'],
  [
    'FORWARD',
    recordOf(field('x', 'double'), field('y', 'string'), field('z', 'int')),
    'field "z" has no default and was removed',
  ],
  [
    'FULL',
    recordOf(field('x', 'int'), field('y', 'string')),
    'field "x" is double, where int is taken',
  ],
  [
    'FULL',
    recordOf(field('x', 'double'), field('z', 'int')),
    'field "y" was added without a default; field "z" has no default and was removed',
  ],
  ['BACKWARD', { type: 'array', items: 'int' }, 'the registry does not say why'],
])('finds itself what differs under %s where the registry says no more', async (...about) => {
  const [level, old, why] = about
  const { message } = await refusalOf({
    'GET /config': { compatibilityLevel: level },
    'GET /subjects/ticks-value/versions': [1],
    [testAt(1)]: { is_compatible: false },
    'GET /subjects/ticks-value/versions/1': version(1, old),
  })
  expect(message).toContain(`compatibility ${level} with version 1: ${why}. `)
})

test('tests all versions, the newest first, where the level is transitive', async () => {
  const answers = {
    'GET /config': { compatibilityLevel: 'FULL_TRANSITIVE' },
    'GET /subjects/ticks-value/versions': [1, 2, 5],
    [testAt(5)]: { is_compatible: true },
    [testAt(2)]: { is_compatible: true },
    [testAt(1)]: { is_compatible: false },
    'GET /subjects/ticks-value/versions/1': version(1, recordOf(field('x', 'double'))),
  }
  expect((await refusalOf(answers)).coordinates).toMatchObject({ version: 1 })
})

test.each<[string, Refusal, string]>([
  [
    'it has become incompatible meanwhile',
    new Refusal(409, 40901, 'Schema being registered is incompatible with an earlier schema'),
    'Schema being registered is incompatible with an earlier schema',
  ],
  [
    'it is no schema to the registry',
    new Refusal(422, 42201, 'Either the input schema or one its references is invalid'),
    'Either the input schema or one its references is invalid',
  ],
])('hands on why the registry does not take the schema: %s', async (_, refused, why) => {
  const error = await refusalOf({
    'GET /config': { compatibilityLevel: 'NONE' },
    [register]: refused,
  })
  expect(error.code).toBe('topic-differs')
  expect(error.message).toContain(`is refused under subject "ticks-value": ${why}. `)
})

test('registers nothing for a topic that is only read, and needs no subject there', async () => {
  const { url, asked } = await answering({})
  await openRegistry({ url }).framing({ topic: 'ticks', schema: tick, isWritten: false })
  expect(asked.map(({ line }) => line)).toEqual(['GET /subjects/ticks-value/versions/latest'])
})

test('refuses to read a topic whose latest schema it cannot read', async () => {
  const latest = 'GET /subjects/ticks-value/versions/latest'
  const error = await refusalOf({ [latest]: version(4, recordOf(field('x', 'double'))) }, false)
  expect(error.code).toBe('topic-differs')
  expect(error.message).toBe(
    'topic "ticks" cannot be read by its schema: field "y" (string) of Tick has no default, and ' +
      'Tick does not have it; add "y" to the records, or a default to the schema. What its ' +
      'records have now is version 4 of subject "ticks-value" (schema 24): declare the fields ' +
      'that are there, and a default for those that may be missing',
  )
  const foreign = { ...version(4, {}), schemaType: 'PROTOBUF', schema: 'syntax = "proto3";' }
  const other = await refusalOf({ [latest]: foreign }, false)
  expect(other.message).toContain('it is of type PROTOBUF, not Avro')
})

test('looks a schema up once for all topics', async () => {
  const { url, asked } = await answering({
    'GET /schemas/ids/7': { schema: JSON.stringify(tick) },
  })
  const registry = openRegistry({ url })
  const about = { schema: tick, isWritten: false }
  for (const topic of ['a', 'b']) {
    const framing = await registry.framing({ topic, ...about })
    await framing.resolve(7)
    expect(framing.bodyAt(Buffer.from([0, 0, 0, 0, 7, 1]), 0, 6)).toBe(5)
  }
  expect(asked.filter(({ line }) => line === 'GET /schemas/ids/7')).toHaveLength(1)
})
