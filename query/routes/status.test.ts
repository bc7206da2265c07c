import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { committed, counts, opened, twoSteps } from '../../runtime/observe/events.test-data.ts'
import { observeRun } from '../../runtime/observe/observe-run.ts'
import { processPace } from '../../runtime/pace.ts'
import type { RunEvent } from '../../runtime/report.ts'
import { makeApi } from '../make-api.ts'
import { makeServer } from '../server.ts'

const QUIET = { level: 'silent', isTerminal: false, write: () => undefined } as const
const layout = twoSteps()
const shown = { explained: { topology: 't' }, draw: () => Promise.resolve('<svg></svg>') }

function observed() {
  const clock = { ms: 0 }
  const { report, ...run } = observeRun({ layout, now: () => clock.ms, ...QUIET })
  const log = createMemoryBroker().connect()
  return { clock, report, api: makeApi({ layout, log, pace: processPace, ...run, shown }) }
}

async function get(api: ReturnType<typeof makeApi>, path: string) {
  const { statusCode, body, headers } = await (await makeServer(api)).inject(path)
  return { statusCode, body, type: headers['content-type'] }
}

test('tells rates, fates, lag and how long commits took', async () => {
  const { clock, report, api } = observed()
  report(opened(1))
  const sources = [{ topic: 'items', partition: 0, position: 20, stable: 25 }]
  for (let records = 10; records <= 40; records += 10) {
    clock.ms += 1_000
    const event = committed(1, { sources, counts: counts(records, { late: records / 10 }) })
    report({ ...event, ms: records } as RunEvent)
  }
  const { statusCode, body } = await get(api, '/api/v1/status')
  expect(statusCode).toBe(200)
  expect(JSON.parse(body)).toMatchObject({
    topology: 't',
    seconds: 4,
    commits: { perSecond: 1, p50Ms: 20, p99Ms: 40 },
    slots: [{ slot: 0, state: 'running', failure: null, commits: { perSecond: 1, p99Ms: 40 } }],
    tasks: [{ task: '0_0', sources: [{ lagRecords: 5 }] }],
    sinks: [],
    steps: [
      { step: 'first', recordsPerSecond: 10, records: 40, fates: { bad: 0, late: 4 } },
      { step: 'second', recordsPerSecond: 0, records: 0 },
    ],
    topics: [{ name: 'items', topic: 'items', recordsPerSecond: 10, lagRecords: 5 }],
  })
})

test('tells of a run of which nothing was heard, and of what does not run', async () => {
  const fresh = JSON.parse((await get(observed().api, '/api/v1/status')).body) as object
  const none = { perSecond: 0, p50Ms: null, p99Ms: null }
  expect(fresh).toMatchObject({ commits: none, tasks: [], topics: [{ lagRecords: null }] })
  const status = () => ({ topology: 't', slots: [], tasks: [], sinks: [] })
  const log = createMemoryBroker().connect()
  const still = makeApi({ layout, log, pace: processPace, registry: new Registry(), status })
  expect(JSON.parse((await get(still, '/api/v1/status')).body)).toMatchObject({ commits: none })
})

test('shows the topology, and draws it', async () => {
  const { api } = observed()
  expect(JSON.parse((await get(api, '/api/v1/topology')).body)).toEqual({ topology: 't' })
  const { body, type } = await get(api, '/api/v1/topology.svg')
  expect({ body, type }).toEqual({ body: '<svg></svg>', type: 'image/svg+xml; charset=utf-8' })
})
