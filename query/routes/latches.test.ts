// What keeps a desk from orders, read from the stores of a risk gate as two partitions have them.
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { operators } from '../../operators/index.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { processPace } from '../../runtime/pace.ts'
import { queriedStores } from '../../runtime/query/queried-store.ts'
import type { PartitionState, StateView } from '../../runtime/query/state-view.ts'
import { entryCodec } from '../../runtime/state/stored-entry.ts'
import type { CommitRecord } from '../../runtime/task/commit-record.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { makeApi } from '../make-api.ts'
import { makeServer } from '../server.ts'

const TOPOLOGY = `topology: desk
topics:
  control: { topic: control, schema: trading/Control, key: account, table: latest, copies: all }
  holdings: { topic: holdings, schema: trading/Holding, key: account, partitions: 2 }
  filled: { topic: filled, schema: trading/Order, key: account, partitions: 2 }
  wanted: { topic: wanted, schema: trading/Order, key: account, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  gated:
    from: wanted
    risk-gate: { portfolio: holdings, orders: filled, control: control, price: side * 1.0 }
`

const { plan, diagnostics } = checkTopology(
  { path: 't.yaml', text: TOPOLOGY },
  { operators, functions: new Map(), schemas: builtInSchemas },
  { files: { read: () => undefined } },
)
if (!plan) throw new Error(renderDiagnostics(diagnostics))
const layout = makeLayout(plan)
const stores = queriedStores(layout)

function stored(store: string, name: string, entry: object): [string, Uint8Array] {
  const found = stores.get(`gated.${store}`)
  if (found === undefined) throw new Error(`no store ${store}`)
  return [found.prefix + name, entryCodec(found.type).encode(entry, 0)]
}

const DESK = { decided: 1, equity: null, drawdown: null, peak: null, losses: [] }

function desk(name: string, isLatched: boolean, pausedUntil: number | null) {
  const state = { is_latched: isLatched, paused_until: pausedUntil }
  return stored('desks', name, { ...DESK, ...state })
}

function partition(clock: number, all: readonly [string, Uint8Array][]): PartitionState {
  const entries = new Map(all)
  return {
    commitOf: () => ({ epoch: 1, number: 1, clock, positions: {} }) as unknown as CommitRecord,
    read: (name) => entries.get(name),
    entries: (prefix) => all.filter(([name]) => name.startsWith(prefix)),
  }
}

async function latches(parts: readonly (PartitionState | undefined)[], query = '') {
  const view: StateView = {
    look: (at, act) => (parts[at] === undefined ? undefined : act(parts[at])),
  }
  const api = makeApi({
    ...{ layout, view, pace: processPace, registry: new Registry() },
    log: createMemoryBroker().connect(),
    status: () => ({ topology: 'desk', slots: [], tasks: [], sinks: [] }),
  })
  const answer = await (await makeServer(api)).inject(`/api/v1/latches${query}`)
  return { status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown> }
}

const halted = { account: '*', symbol: null, is_halted: true }
const resumed = { account: 'a2', symbol: 'BTC', is_halted: false }

test('tells the commands that hold, and the accounts that are latched or paused', async () => {
  const ahead = partition(200, [
    desk('a2', false, 201),
    desk('a3', false, null),
    stored('commands', '*', { given: [halted, resumed] }),
  ])
  const behind = partition(100, [
    desk('a1', true, null),
    desk('a4', false, 100),
    stored('commands', '*', { given: [halted] }),
  ])
  const { status, body } = await latches([behind, ahead])
  expect(status).toBe(200)
  const about = { equity: null, drawdown: null }
  expect(body).toMatchObject({
    topology: 'desk',
    gates: [
      {
        step: 'gated',
        commands: [
          { account: '*', symbol: null, isHalted: true },
          { account: 'a2', symbol: 'BTC', isHalted: false },
        ],
        accounts: [
          { account: 'a1', ...about, isLatched: true, pausedUntil: null },
          { account: 'a2', ...about, isLatched: false, pausedUntil: 201 },
        ],
        isCut: false,
        parts: [{ partition: 0 }, { partition: 1 }],
      },
    ],
  })
})

test('tells of a desk of which nothing is known, and of a gate that is none', async () => {
  const empty = partition(-Infinity, [])
  const { body } = await latches([empty, empty])
  expect(body.gates).toMatchObject([{ commands: [], accounts: [] }])
  expect((await latches([empty, empty], '?step=other')).body.gates).toEqual([])
  expect((await latches([empty, empty], '?partition=9')).body.gates).toMatchObject([{ parts: [] }])
})

test('says so while a partition is nowhere', async () => {
  const { status, body } = await latches([partition(1, []), undefined])
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'not-here' })
})
