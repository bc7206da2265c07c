import { createServer } from 'node:net'
import { once } from 'node:events'
import { Counter, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import type { RunStatus, SlotStatus, TaskStatus } from '../runtime/observe/run-status.ts'
import { makeLayout } from '../runtime/layout.ts'
import { planItems } from '../runtime/items-log.test-data.ts'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { processPace } from '../runtime/pace.ts'
import { makeApi } from './make-api.ts'
import type { Api } from './routes/route.ts'
import { makeServer, startServer } from './server.ts'

const SLOT: SlotStatus = { slot: 0, state: 'running', failure: undefined, restoreMs: 12 }
const TASK: TaskStatus = {
  slot: 0,
  task: '0_1',
  clock: 7_000_000,
  fetchedClock: 9_500_000,
  waiting: 3,
  sources: [{ topic: 'quotes', partition: 1, position: 4, stable: 10 }],
  stores: [{ step: 'bars', store: 'open', bytes: 250 }],
  hasFinished: false,
  waitsFor: undefined,
}

const layout = makeLayout(planItems(''))

function serving(status: Partial<RunStatus> = {}): Api {
  const registry = new Registry()
  new Counter({ name: 'seen_total', help: 'Seen.', registers: [registry] }).inc(3)
  return makeApi({
    registry,
    status: () => ({ topology: 't', slots: [SLOT], tasks: [TASK], sinks: [], ...status }),
    layout,
    log: createMemoryBroker().connect(),
    pace: processPace,
  })
}

async function get(path: string, status?: Partial<RunStatus>) {
  const { statusCode, headers, body } = await (await makeServer(serving(status))).inject(path)
  return { statusCode, type: headers['content-type'], body }
}

test('gives metrics as Prometheus reads them', async () => {
  const { statusCode, type, body } = await get('/metrics')
  expect(statusCode).toBe(200)
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(body).toContain('\nseen_total 3\n')
})

test('says that a sink is away, and is as ready as without it', async () => {
  const sink = { sink: 'copy', state: 'away', failure: FAILURE, partitions: [] } as const
  const { statusCode, body } = await get('/health', { sinks: [sink] })
  expect(statusCode).toBe(200)
  const about = { sink: 'copy', state: 'away', failure: FAILURE }
  expect(JSON.parse(body)).toMatchObject({ status: 'running', sinks: [about] })
})

const FAILURE = { code: 'log-unavailable', message: 'the log is away', coordinates: {} }

test.each<[string, Partial<RunStatus>, number, number]>([
  ['running', {}, 200, 200],
  ['finished', { tasks: [{ ...TASK, hasFinished: true }] }, 200, 200],
  ['standing-by', { slots: [], tasks: [] }, 200, 200],
  ['restoring', { slots: [{ ...SLOT, state: 'restoring' }], tasks: [] }, 200, 503],
  ['stalled', { tasks: [TASK, { ...TASK, waitsFor: 'trades/0' }] }, 200, 503],
  ['retrying', { slots: [SLOT, { ...SLOT, state: 'retrying', failure: FAILURE }] }, 200, 503],
  ['failed', { slots: [{ ...SLOT, state: 'failed', failure: FAILURE }] }, 503, 503],
])('answers whether a run that is %s lives and is ready', async (state, status, live, ready) => {
  for (const [path, code] of [
    ['/health/live', live],
    ['/health/ready', ready],
    ['/health', ready],
  ] as const) {
    const { statusCode, body } = await get(path, status)
    expect([path, statusCode]).toEqual([path, code])
    expect(JSON.parse(body)).toMatchObject({ status: state, topology: 't' })
  }
})

test('says which slots are not well and which tasks are stalled', async () => {
  const slots: SlotStatus[] = [SLOT, { ...SLOT, slot: 1, state: 'retrying', failure: FAILURE }]
  const tasks = [TASK, { ...TASK, task: '1_0', waitsFor: 'trades/0' }]
  const { body } = await get('/health', { slots, tasks })
  expect(JSON.parse(body)).toEqual({
    status: 'retrying',
    topology: 't',
    slots: [
      { slot: 0, state: 'running', failure: null },
      { slot: 1, state: 'retrying', failure: FAILURE },
    ],
    tasks: { running: 2, finished: 0, stalled: [{ task: '1_0', waitsFor: 'trades/0' }] },
    sinks: [],
  })
})

test('tells where each task stands', async () => {
  const fresh = { ...TASK, task: '1_0', clock: -Infinity, waitsFor: 'trades/0' }
  const sources = [{ topic: 'quotes', partition: 1, position: 4, stable: undefined }]
  const { body } = await get('/tasks', { tasks: [TASK, { ...fresh, sources }] })
  const { topology, tasks } = JSON.parse(body) as { topology: string; tasks: unknown[] }
  expect(topology).toBe('t')
  expect(tasks[0]).toEqual({
    task: '0_1',
    slot: 0,
    clock: 7_000_000,
    lagSeconds: 2.5,
    waiting: 3,
    waitsFor: null,
    hasFinished: false,
    sources: [{ topic: 'quotes', partition: 1, position: 4, stable: 10, lagRecords: 6 }],
    stores: [{ step: 'bars', store: 'open', bytes: 250 }],
  })
  expect(tasks[1]).toMatchObject({
    clock: null,
    lagSeconds: null,
    waitsFor: 'trades/0',
    sources: [{ stable: null, lagRecords: null }],
  })
})

test('answers in JSON what is not there, and what goes wrong', async () => {
  const missing = await get('/nothing')
  expect(missing.statusCode).toBe(404)
  expect(missing.type).toMatch(/^application\/problem\+json/)
  expect(JSON.parse(missing.body)).toMatchObject({ status: 404, code: 'not-found' })
  const broken = serving()
  const server = await makeServer({
    ...broken,
    status: () => {
      throw new Error('the status is broken')
    },
  })
  const { statusCode, body } = await server.inject('/tasks')
  expect(statusCode).toBe(500)
  expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'internal' })
  expect(body).not.toContain('broken')
})

test('serves this machine alone, and ends though a connection is kept open', async () => {
  const server = await startServer({ api: serving(), port: 0 })
  const answer = await fetch(`http://127.0.0.1:${server.port}/health`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('connection')).toBe('keep-alive')
  await server.close()
  await expect(fetch(`http://127.0.0.1:${server.port}/health`)).rejects.toThrow()
})

test('says which port is in use, and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  try {
    await expect(startServer({ api: serving(), port })).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringMatching(/^port \d+ of 127\.0\.0\.1 is in use; .*--http$/) as unknown,
      coordinates: { host: '127.0.0.1', port },
    })
  } finally {
    other.close()
  }
})

test('says that an address is not one of this machine', async () => {
  const started = startServer({
    ...{ api: serving(), port: 0, host: '192.0.2.1' },
    guarding: { access: { keys: [{ name: 'k', role: 'viewer', hash: '' }], tokens: undefined } },
  })
  await expect(started).rejects.toMatchObject({ code: 'address-refused' })
})
