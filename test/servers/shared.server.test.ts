import { expect, test } from 'vitest'
import { kafka } from '../../docker/native/kafka.ts'
import { registry } from '../../docker/native/registry.ts'
import { ask } from '../../docker/native/socket.ts'
import { describeWith, sharedKafka, sharedRegistry } from './shared-servers.ts'

/** A request of Kafka without a client id and without a body, at version 0. */
function requestOf(api: number, correlation: number): Buffer {
  const request = Buffer.alloc(14)
  request.writeInt32BE(10, 0)
  request.writeInt16BE(api, 4)
  request.writeInt32BE(correlation, 8)
  request.writeInt16BE(-1, 12)
  return request
}

describeWith([kafka], 'the shared broker', () => {
  test('says which requests it knows', async () => {
    const [, port] = (await sharedKafka()).split(':')
    const answer = await ask(Number(port), requestOf(18, 77), (bytes) => {
      return bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)
    })
    expect(answer?.readInt32BE(4), 'the correlation that was sent').toBe(77)
    expect(answer?.readInt16BE(8), 'the error code').toBe(0)
    const entries = Array.from({ length: answer?.readInt32BE(10) ?? 0 }, (_, at) => ({
      api: answer?.readInt16BE(14 + at * 6),
      highest: answer?.readInt16BE(18 + at * 6),
    }))
    const fetch = entries.find(({ api }) => api === 1)
    expect(fetch?.highest).toBeGreaterThanOrEqual(13)
    expect(entries.some(({ api }) => api === 28)).toBe(true) // offsets within a transaction
  })
})

describeWith([registry], 'the shared registry', () => {
  test('lists its subjects, keeps a schema and gives it back by its id', async () => {
    const url = await sharedRegistry()
    const subject = `${url}/subjects/shared-server-test-value`
    const type = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
    const schema = JSON.stringify({ type: 'record', name: 'R', fields: [] })
    const body = JSON.stringify({ schema })
    const posted = await fetch(`${subject}/versions`, { method: 'POST', headers: type, body })
    const { id } = (await posted.json()) as { readonly id: number }
    const got = (await (await fetch(`${url}/schemas/ids/${id}`)).json()) as { schema: string }
    expect(JSON.parse(got.schema)).toEqual(JSON.parse(schema))
    expect(await (await fetch(`${url}/subjects`)).json()).toContain('shared-server-test-value')
  })
})
