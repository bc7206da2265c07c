import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import avro from 'avsc'
import { expect, test } from 'vitest'
import { registry as server } from '../../../docker/native/registry.ts'
import { createCodec } from '../../../schemas/codec.ts'
import { describeWith, sharedRegistry } from '../../../test/servers/shared-servers.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { openRegistry } from './schema-registry.ts'
import { UnknownSchema } from './framing.ts'
import type { Framing } from './framing.ts'

const field = (name: string, type: unknown, more: object = {}) => ({ name, type, ...more })
const recordOf = (...fields: readonly object[]) => ({ type: 'record', name: 'Tick', fields })
const tick = recordOf(field('x', 'double'), field('y', 'string'))
const type = { 'content-type': 'application/vnd.schemaregistry.v1+json' }

/** What another client of the registry does. */
async function call(method: string, path: string, body: object): Promise<unknown> {
  const url = `${await sharedRegistry()}${path}`
  const answer = await fetch(url, { method, headers: type, body: JSON.stringify(body) })
  return answer.json()
}

async function registerFor(topic: string, schema: unknown, schemaType?: string): Promise<number> {
  const body = { schema: JSON.stringify(schema), ...(schemaType && { schemaType }) }
  return ((await call('POST', `/subjects/${topic}-value/versions`, body)) as { id: number }).id
}

async function setLevel(topic: string, compatibility: string): Promise<void> {
  await call('PUT', `/config/${topic}-value`, { compatibility })
}

async function open() {
  return openRegistry({ url: await sharedRegistry() })
}

async function errorOf(work: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof EngineError) return error
  throw new Error('it does not fail with an EngineError', { cause: error })
}

async function convert(framing: Framing, value: Buffer): Promise<Uint8Array | string> {
  try {
    return framing.convert(value, 0, value.length)
  } catch (error) {
    if (!(error instanceof UnknownSchema)) throw error
    await framing.resolve(error.id)
    return framing.convert(value, 0, value.length)
  }
}

describeWith([server], 'a real registry, as a schema is registered', () => {
  test('gives a schema the same id whenever it is asked', async () => {
    const registry = await open()
    const first = await registry.framing({ topic: 'registry-same', schema: tick })
    const again = await (await open()).framing({ topic: 'registry-same', schema: tick })
    expect(again.prefix).toEqual(first.prefix)
    expect(first.prefix?.[0]).toBe(0)
    expect(first.prefix?.readInt32BE(1)).toBe(await registerFor('registry-same', tick))
  })

  test('takes every schema that Millrace ships', async () => {
    const folder = join(import.meta.dirname, '../../../schemas')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const schemas = files.filter((file) => file.endsWith('.avsc'))
    expect(schemas.length).toBeGreaterThan(10)
    const registry = await open()
    for (const file of schemas) {
      const schema = JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown
      const topic = `registry-shipped-${file.replace(/\W/g, '-')}`
      const framing = await registry.framing({ topic, schema })
      expect(framing.prefix?.length, file).toBe(5)
    }
  })

  test('refuses a schema under the level of its subject, and says what differs', async () => {
    const topic = 'registry-evolves'
    const registry = await open()
    await registry.framing({ topic, schema: tick })
    await setLevel(topic, 'BACKWARD')
    const added = recordOf(...tick.fields, field('z', 'int'))
    const error = await errorOf(registry.framing({ topic, schema: added }))
    expect(error.code).toBe('topic-differs')
    expect(error.message).toContain(
      'is refused under subject "registry-evolves-value", compatibility BACKWARD with version 1: ' +
        'field "z" was added without a default. ',
    )
    await setLevel(topic, 'FORWARD')
    const removed = recordOf(field('x', 'double'))
    expect((await errorOf(registry.framing({ topic, schema: removed }))).message).toContain(
      'compatibility FORWARD with version 1: field "y" has no default and was removed. ',
    )
    await setLevel(topic, 'FULL_TRANSITIVE')
    const optional = recordOf(...tick.fields, field('z', 'int', { default: 7 }))
    const framing = await registry.framing({ topic, schema: optional })
    expect(framing.prefix?.readInt32BE(1)).toBeGreaterThan(0)
    // One that is registered is never refused, whatever came after it.
    await registry.framing({ topic, schema: tick })
  })
})

describeWith([server], 'a real registry, as values are read', () => {
  test('reads what another writer framed, in its schema and in others', async () => {
    const topic = 'registry-foreign'
    const wider = recordOf(
      field('day', { type: 'int', logicalType: 'date' }),
      ...tick.fields,
      field('any', ['null', 'string', 'long']),
    )
    const id = await registerFor(topic, wider)
    const body = avro.Type.forSchema(wider as avro.Schema).toBuffer({
      x: 1.5,
      y: 'ü',
      day: 19_000,
      any: 'text',
    })
    const frame = Buffer.alloc(5)
    frame.writeInt32BE(id, 1)
    const framing = await (await open()).framing({ topic, schema: tick, isWritten: false })
    const ours = createCodec(tick).encode({ x: 1.5, y: 'ü' })
    expect(await convert(framing, Buffer.concat([frame, body]))).toEqual(ours)
    // A schema of the same subject that came later, found by its id.
    frame.writeInt32BE(await registerFor(topic, { ...tick, doc: 'later' }), 1)
    const later = Buffer.concat([frame, ours])
    expect(framing.bodyAt(later, 0, later.length)).toBe(-1)
    expect(await convert(framing, later)).toEqual(ours)
    expect(framing.bodyAt(later, 0, later.length)).toBe(5)
  })

  test('says of ids that it does not have, and of other types, what they are', async () => {
    const topic = 'registry-others'
    const jsonSchema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }
    const id = await registerFor(topic, jsonSchema, 'JSON')
    const registry = await open()
    const framing = await registry.framing({
      topic: 'registry-others-absent',
      schema: tick,
      isWritten: false,
    })
    const value = Buffer.alloc(9)
    value.writeInt32BE(123_456_789, 1)
    expect(await convert(framing, value)).toBe('the registry has no schema 123456789')
    value.writeInt32BE(id, 1)
    expect(await convert(framing, value)).toMatch(/^schema \d+ cannot be read: /)
    const error = await errorOf(registry.framing({ topic, schema: tick, isWritten: false }))
    expect(error.code).toBe('topic-differs')
  })
})

describeWith([server], 'a real registry, with a wrong URL', () => {
  test('is not found at another path of the same server', async () => {
    const url = (await sharedRegistry()).replace('/apis/ccompat/v6', '')
    const error = await errorOf(openRegistry({ url }).framing({ topic: 'a', schema: tick }))
    expect(error.code).toBe('log-unavailable')
    expect(error.retryable).toBe(false)
    expect(error.message).toContain(`${url} is no schema registry`)
  })
})
