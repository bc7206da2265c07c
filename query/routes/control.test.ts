// Commands over HTTP, on a memory log: what is written, who may, and what is refused.
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { operators } from '../../operators/index.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { processPace } from '../../runtime/pace.ts'
import { prepareLog } from '../../runtime/prepare-log.ts'
import { committedRows } from '../../runtime/results/committed-rows.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { createCodec } from '../../schemas/codec.ts'
import { Decimal } from '../../schemas/decimal.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { makeApi } from '../make-api.ts'
import { newApiKey } from '../security/api-keys.ts'
import { type Guarding, makeServer } from '../server.ts'

const CONTROL = '{ topic: trading.control, schema: trading/Control, key: account, partitions: 3 }'
const ACCOUNTS = '{ topic: accounts, schema: ref/Account, key: account, table: latest }'

function planOf(control: string) {
  const text = `topology: desk
topics:
  control: ${control}
  accounts: ${ACCOUNTS}
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  told: { from: control, filter: account != '' }
  known: { from: accounts, filter: account != '' }
`
  const catalogue = { operators, functions: new Map(), schemas: builtInSchemas }
  const files = { read: () => undefined }
  const { plan, diagnostics } = checkTopology({ path: 't.yaml', text }, catalogue, { files })
  if (!plan) throw new Error(renderDiagnostics(diagnostics))
  return plan
}

interface Scene {
  readonly control?: string
  readonly guarding?: Guarding
  readonly isReadOnly?: true
  /** Whether another process takes the producer's name once, just after it was opened. */
  readonly isFenced?: boolean
}

async function desk({ control = CONTROL, guarding, isReadOnly, isFenced = false }: Scene = {}) {
  const plan = planOf(control)
  const layout = makeLayout(plan)
  const broker = createMemoryBroker()
  const own = broker.connect()
  await prepareLog(layout, own)
  let fences = isFenced ? 1 : 0
  const log: typeof own = {
    ...own,
    producer: async (name) => {
      const producer = await own.producer(name)
      if (fences > 0) await broker.connect().producer(name)
      fences -= 1
      return producer
    },
  }
  const api = makeApi({
    ...{ layout, log, pace: processPace, registry: new Registry() },
    status: () => ({ topology: 'desk', slots: [], tasks: [], sinks: [] }),
    ...(isReadOnly && { isReadOnly }),
  })
  const server = await makeServer({ ...api, present: () => 7_000_000 }, guarding)
  const give = async (payload: object, headers: Record<string, string> = {}) => {
    const url = '/api/v1/control'
    const { statusCode, body } = await server.inject({ method: 'POST', url, payload, headers })
    return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> }
  }
  const written = async (): Promise<readonly unknown[]> => {
    const codec = createCodec(plan.topics.get('control')?.schema)
    const found: unknown[] = []
    for await (const { value } of committedRows(own, 'trading.control', 3)) {
      if (value !== null) found.push(codec.decode(value))
    }
    return found
  }
  return { plan, log: own, give, written }
}

test('writes a command, and says where it stands', async () => {
  const { give, written } = await desk()
  const { status, body } = await give({ command: 'flatten', account: 'a1', symbol: 'BTC' })
  const command = { command: 'flatten', account: 'a1', symbol: 'BTC', time: 7_000_000, by: 'local' }
  const where = { topic: 'trading.control', partition: 2, position: 'trading.control/2@1' }
  expect({ status, body }).toEqual({ status: 200, body: { ...command, ...where, warning: null } })
  expect(await written()).toEqual([command])
})

test('gives it to all accounts where none is named', async () => {
  const { give, written } = await desk()
  for (const command of ['halt', 'resume', 'reset']) {
    const { body } = await give({ command, account: null, symbol: null, by: null })
    expect(body).toMatchObject({ command, account: '*', symbol: null, by: 'local' })
  }
  await give({ command: 'halt' })
  expect(await written()).toHaveLength(4)
})

test('writes who gave it, whatever they say', async () => {
  const trader = newApiKey()
  const keys = [{ name: 'desk', role: 'trader', hash: trader.hash } as const]
  const { give, written } = await desk({ guarding: { access: { keys, tokens: undefined } } })
  const headers = { 'x-api-key': trader.key }
  expect((await give({ command: 'halt', by: 'Ann' }, headers)).status).toBe(200)
  expect(await written()).toMatchObject([{ by: 'Ann, key desk' }])
})

test('says so where no table has the account, and writes it all the same', async () => {
  const { give, plan, log, written } = await desk()
  const topic = plan.topics.get('accounts')
  if (topic === undefined) throw new Error('no accounts')
  const feeder = createFeeder({ producer: await log.producer('f'), topic, partitions: 1 })
  const value = { account: 'a1', cash: new Decimal('10'), currency: 'USD', symbols: [], since: 0 }
  await feeder.add([{ kind: 'record', value, time: 0, available: 0, place: '' }])
  await feeder.flush()
  expect((await give({ command: 'halt', account: 'a1' })).body.warning).toBeNull()
  const { status, body } = await give({ command: 'halt', account: 'a11' })
  expect(status).toBe(200)
  expect(body.warning).toContain('no account "a11" stands in "accounts", but a1')
  expect(await written()).toHaveLength(2)
})

test('is written once though another process takes the name of its producer', async () => {
  const { give, written } = await desk({ isFenced: true })
  expect((await give({ command: 'halt' })).status).toBe(200)
  expect(await written()).toHaveLength(1)
})

test('commands that come together are all written', async () => {
  const { give, written } = await desk()
  const given = await Promise.all(Array.from({ length: 20 }, () => give({ command: 'halt' })))
  expect(new Set(given.map(({ status }) => status))).toEqual(new Set([200]))
  expect(await written()).toHaveLength(20)
})

test.each<[string, object, number, string]>([
  ['a word that is none', { command: 'buy' }, 400, 'bad-request'],
  ['no word', {}, 400, 'bad-request'],
  ['an account that is blank', { command: 'halt', account: ' ' }, 400, 'bad-request'],
  ['a symbol that is blank', { command: 'halt', symbol: '' }, 400, 'bad-request'],
  ['an account that is no text', { command: 'halt', account: {} }, 400, 'bad-request'],
  ['a symbol to reset', { command: 'reset', symbol: 'BTC' }, 400, 'bad-request'],
  ['what it does not know', { command: 'halt', at: 0 }, 400, 'bad-request'],
  ['what is far too long', { command: 'halt', by: 'x'.repeat(2_000) }, 400, 'bad-request'],
  ['what is larger still', { command: 'halt', by: 'x'.repeat(200_000) }, 413, 'too-large'],
])('refuses %s', async (_, payload, status, code) => {
  const { give, written } = await desk()
  const refused = await give(payload)
  expect({ status: refused.status, code: refused.body.code }).toEqual({ status, code })
  expect(await written()).toEqual([])
})

test('is for traders', async () => {
  const operator = newApiKey()
  const keys = [{ name: 'ops', role: 'operator', hash: operator.hash } as const]
  const { give, written } = await desk({ guarding: { access: { keys, tokens: undefined } } })
  expect((await give({ command: 'halt' })).status).toBe(401)
  expect((await give({ command: 'halt' }, { 'x-api-key': operator.key })).status).toBe(403)
  expect(await written()).toEqual([])
})

test('a finished replay and a topology without a control topic take none', async () => {
  const replay = await desk({ isReadOnly: true })
  expect(await replay.give({ command: 'halt' })).toMatchObject({
    status: 409,
    body: { code: 'read-only' },
  })
  const none = await desk({
    control: '{ topic: trading.control, schema: ref/Account, key: account }',
  })
  const { status, body } = await none.give({ command: 'halt' })
  expect({ status, code: body.code }).toEqual({ status: 409, code: 'control-unknown' })
  expect(body.detail).toContain('"desk" has no control topic; declare one')
})
