// The audit topic behind a server, on a memory log whose faults are chosen.
import Fastify from 'fastify'
import { expect, test, vi } from 'vitest'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import type { LogPoint } from '../../connectors/memory/log-point.ts'
import { committedRows } from '../../runtime/results/committed-rows.ts'
import { createCodec } from '../../schemas/codec.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { guardedServer } from '../serving.test-data.ts'
import { guard } from './access.ts'
import { openAuditTopic } from './audit-topic.ts'

const AWAY = new EngineError('log-unavailable', 'the log is away', { coordinates: {} })
const WRITE = { method: 'POST', url: '/api/v1/dead-letters/0:0/send' } as const
const EVIL = { url: '/api/v1/stores?access_token=x', headers: { origin: 'https://evil.example' } }

async function audited() {
  const broker = createMemoryBroker()
  const state = { isAway: false, transactions: 0 }
  const at = ({ operation, stage }: LogPoint): Promise<void> => {
    if (operation !== 'transact' || stage !== 'before') return Promise.resolve()
    state.transactions += 1
    return state.isAway ? Promise.reject(AWAY) : Promise.resolve()
  }
  const log = broker.connect({ at })
  const problems: unknown[] = []
  const topic = await openAuditTopic({
    ...{ log, topology: 't', present: () => 5_000_000 },
    pace: { now: () => 0, pause: () => new Promise(setImmediate) },
    onProblem: (error) => problems.push(error),
  })
  const server = await guardedServer({ audit: topic.audit })
  const looking = broker.connect()
  const spec = (await looking.topics()).get('t.audit')
  const codec = createCodec(spec?.about?.schema)
  const entries = async (): Promise<readonly Record<string, unknown>[]> => {
    const found: Record<string, unknown>[] = []
    for await (const { value } of committedRows(looking, 't.audit', 1)) {
      if (value !== null) found.push(codec.decode(value))
    }
    return found
  }
  return { state, topic, server, entries, problems }
}

test('has the entry of a write when the write is answered', async () => {
  const { server, entries } = await audited()
  const { statusCode } = await server.inject(WRITE)
  expect(await entries()).toEqual([
    {
      ...{ time: 5_000_000, caller: 'local', method: 'POST', path: WRITE.url },
      ...{ status: statusCode, reason: null },
    },
  ])
})

test('holds up no refused read, and writes many of them together', async () => {
  const { server, entries, state } = await audited()
  const before = state.transactions
  const all = await Promise.all(Array.from({ length: 50 }, () => server.inject(EVIL)))
  expect(new Set(all.map(({ statusCode }) => statusCode))).toEqual(new Set([403]))
  await vi.waitUntil(async () => (await entries()).length === 50)
  expect((await entries())[0]).toMatchObject({
    ...{ caller: null, method: 'GET', path: '/api/v1/stores', status: 403, reason: 'forbidden' },
  })
  expect(state.transactions - before).toBeLessThan(50)
})

test('tells of no read that was answered', async () => {
  const { server, entries, topic } = await audited()
  expect((await server.inject('/api/v1/stores')).statusCode).toBe(200)
  await topic.close()
  expect(await entries()).toEqual([])
})

test('keeps what the log does not take, and says once that it does not', async () => {
  const { server, entries, state, problems } = await audited()
  state.isAway = true
  await server.inject(EVIL)
  const { statusCode } = await server.inject(WRITE)
  // It was refused as it was: there is nothing to doubt.
  expect(statusCode).toBe(404)
  expect(problems).toEqual([AWAY])
  expect(await entries()).toEqual([])
  state.isAway = false
  await vi.waitUntil(async () => (await entries()).length === 2)
})

test('says of a write that was done that its entry is not there yet', async () => {
  const { topic, state, entries } = await audited()
  const server = Fastify()
  guard(server, undefined, topic.audit)
  server.post('/done', () => ({ isDone: true }))
  state.isAway = true
  const { statusCode, body } = await server.inject({ method: 'POST', url: '/done' })
  expect(statusCode).toBe(503)
  expect(JSON.parse(body)).toMatchObject({ code: 'not-audited', status: 503 })
  state.isAway = false
  await vi.waitUntil(async () => (await entries()).length === 1)
  expect((await entries())[0]).toMatchObject({ path: '/done', status: 200 })
})

test('writes what waits when it is closed', async () => {
  const { server, topic, entries } = await audited()
  await server.inject(EVIL)
  await topic.close()
  expect(await entries()).toHaveLength(1)
})
