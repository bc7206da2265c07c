// The operations of the query API over a real run on an embedded log: a desk is halted over HTTP,
// its gate is seen to know it, and the orders that come after that are rejected.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { jsonLines, makePlace, millrace } from '../log-commands.test-data.ts'

const WANTED = {
  type: 'record',
  name: 'desk.Wanted',
  fields: [
    ...['account', 'symbol'].map((name) => ({ name, type: 'string' })),
    { name: 'side', type: 'int' },
    { name: 'quantity', type: { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 18 } },
    { name: 'close', type: 'double' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
  ],
}

// Nobody fills these topics while it runs, so it goes on without them.
const TOPOLOGY = `topology: desk
topics:
  control:
    { topic: trading.control, schema: trading/Control, key: account, time: time, table: latest,
      copies: all, idle: 50ms }
  accounts:
    { topic: accounts, schema: ref/Account, key: account, time: since, table: latest, copies: all,
      idle: 50ms }
  holdings: { topic: holdings, schema: trading/Holding, key: account, idle: 50ms }
  filled: { topic: filled, schema: trading/Order, key: account, idle: 50ms }
  wanted: { topic: wanted, schema: desk/Wanted, key: account, time: time, idle: 50ms }
  decisions: { topic: decisions, schema: risk/Decision, key: account }
fate: { bad: dead-letter, late: fail, duplicate: fail }
steps:
  gated:
    from: wanted
    risk-gate: { portfolio: holdings, orders: filled, accounts: accounts, control: control }
    to: { decisions: decisions }
`
const WANT = 'account,symbol,side,quantity,close,time\n'

async function deskPlace() {
  const place = makePlace()
  mkdirSync(join(place.folder, 'schemas/desk'), { recursive: true })
  place.file('schemas/desk/wanted.avsc', JSON.stringify(WANTED))
  const topology = place.file('topology.yaml', TOPOLOGY)
  const log = ['--log', place.log]
  const feed = async (topic: string, name: string, text: string): Promise<void> => {
    const to = [...log, '--topic', topic, '--from-topology', topology]
    expect(await millrace(['feed', place.file(name, text), ...to])).toMatchObject({ code: 0 })
  }
  const cash = ['a1', 'a2'].map((account) => {
    const row = { account, cash: '1000', currency: 'USDT', symbols: [] }
    return JSON.stringify({ ...row, since: '2020-01-01T00:00:00Z' })
  })
  await feed('accounts', 'accounts.jsonl', `${cash.join('\n')}\n`)
  const order = (...rows: readonly string[]): Promise<void> =>
    feed('wanted', 'orders.csv', `${WANT}${rows.join('\n')}\n`)
  const tap = async (topic: string) => {
    const { out } = await millrace(['tap', topic, ...log, '--until-idle', '--json'])
    return jsonLines(out).map(({ value }) => value as Record<string, unknown>)
  }
  return { topology, log, order, tap }
}

/** Runs with a server until the work is done. */
async function whileServed(
  args: readonly string[],
  work: (address: string) => Promise<void>,
): Promise<void> {
  let said = ''
  const running = millrace(['run', ...args, '--http', '0'], { err: (text) => void (said += text) })
  const found = () => /serving (http:\S+)\/api,/.exec(said)?.[1]
  const address = await vi.waitUntil(found, { timeout: 30_000 })
  try {
    await work(address)
  } finally {
    process.emit('SIGINT')
    expect((await running).code, said).toBe(0)
  }
}

async function json(url: string, init?: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, init)
  return { ...((await response.json()) as object), status: response.status }
}

test('a desk that is halted over HTTP rejects what comes after', async () => {
  const { topology, log, order, tap } = await deskPlace()
  await order('a1,BTC,1,1,100,2021-01-01T00:00:00Z', 'a1,BTC,9,1,100,2021-01-01T00:00:01Z')
  await whileServed([topology, ...log], async (address) => {
    const give = (body: object) =>
      json(`${address}/api/v1/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect(await give({ command: 'buy' })).toMatchObject({ status: 400, code: 'bad-request' })
    const halted = await give({ command: 'halt', account: 'a1', by: 'risk desk' })
    expect(halted).toMatchObject({ status: 200, topic: 'trading.control', by: 'risk desk, local' })
    expect(halted.position).toMatch(/^trading\.control\/0@\d+$/)
    const { position } = halted
    const known = `stores/gated/commands/entries/*?wait=30000&min_position=${String(position)}`
    expect(await json(`${address}/api/v1/${known}`)).toMatchObject({ status: 200 })
    expect((await json(`${address}/api/v1/latches`)).gates).toMatchObject([
      { step: 'gated', commands: [{ account: 'a1', symbol: null, isHalted: true }], accounts: [] },
    ])
    const status = await json(`${address}/api/v1/status`)
    expect(status).toMatchObject({ topology: 'desk', slots: [{ state: 'running' }] })
    expect(status.steps).toMatchObject([{ step: 'gated', fates: { bad: 1 } }])
    const { letters } = await json(`${address}/api/v1/dead-letters`)
    expect(letters).toMatchObject([{ step: 'gated', sent: false }])
    const topologyPage = await json(`${address}/api/v1/topology`)
    expect(topologyPage).toMatchObject({ topology: 'desk', subTopologies: [{ id: 0 }] })
    const picture = await fetch(`${address}/api/v1/topology.svg`)
    expect(await picture.text()).toMatch(/^<svg role="img"/)
    const foreign = await fetch(`${address}/metrics`, { headers: { origin: 'https://a.example' } })
    expect(foreign.status).toBe(403)
  })
  const late = ['a1', 'a2'].map((account) => `${account},BTC,1,1,100,2100-01-01T00:00:00Z`)
  await order(...late)
  expect(await millrace(['run', topology, ...log, '--until-idle'])).toMatchObject({ code: 0 })
  const decided = (await tap('decisions')).map(({ account, reason }) => [account, reason])
  expect(decided.toSorted()).toEqual([
    ['a1', null],
    ['a1', 'halted'],
    ['a2', null],
  ])
  const entries = await tap('desk.audit')
  expect(entries).toMatchObject([
    { caller: 'local', method: 'POST', path: '/api/v1/control', status: 400 },
    { caller: 'local', method: 'POST', path: '/api/v1/control', status: 200 },
    { caller: null, method: 'GET', path: '/metrics', status: 403, reason: 'forbidden' },
  ])
})
