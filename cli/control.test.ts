import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openEmbeddedLog } from '../connectors/embedded/embedded-log.ts'
import { builtInSchemas } from '../schemas/built-in.ts'
import { isWatched } from './control/inbox.ts'
import { jsonLines, makePlace, millrace } from './log-commands.test-data.ts'

const WANTED = {
  type: 'record',
  name: 'desk.Wanted',
  fields: [
    { name: 'account', type: 'string' },
    { name: 'symbol', type: 'string' },
    { name: 'side', type: 'int' },
    {
      name: 'quantity',
      type: { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 18 },
    },
    { name: 'close', type: 'double' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
  ],
}

const TOPOLOGY = `topology: desk
topics:
  accounts:
    { topic: accounts, schema: ref/Account, key: account, time: since, table: latest, copies: all }
  control:
    topic: trading.control
    schema: trading/Control
    key: account
    time: time
    table: latest
    copies: all
    partitions: 3
  holdings: { topic: holdings, schema: trading/Holding, key: account }
  filled: { topic: filled, schema: trading/Order, key: account }
  wanted: { topic: wanted, schema: desk/Wanted, key: account, time: time }
  decisions: { topic: decisions, schema: risk/Decision, key: account }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  gated:
    from: wanted
    risk-gate: { portfolio: holdings, orders: filled, accounts: accounts, control: control }
    to: { decisions: decisions }
`

const WANT = 'account,symbol,side,quantity,close,time\n'

/** A log on which an account has cash, and the orders of both accounts to come. */
async function deskPlace() {
  const place = makePlace()
  mkdirSync(join(place.folder, 'schemas/desk'), { recursive: true })
  place.file('schemas/desk/wanted.avsc', JSON.stringify(WANTED))
  const topology = place.file('topology.yaml', TOPOLOGY)
  const feed = async (topic: string, name: string, text: string): Promise<void> => {
    const path = place.file(name, text)
    const to = ['--log', place.log, '--topic', topic, '--from-topology', topology]
    expect(await millrace(['feed', path, ...to])).toMatchObject({ code: 0 })
  }
  const cash = { account: 'a1', cash: '1000', currency: 'USDT', symbols: [], since: '2020-01-01' }
  const rows = ['a1', 'a2'].map((account) => {
    return JSON.stringify({ ...cash, account, since: '2020-01-01T00:00:00Z' })
  })
  await feed('accounts', 'accounts.jsonl', `${rows.join('\n')}\n`)
  const give = (command: string, ...more: readonly string[]) =>
    millrace([command, topology, '--log', place.log, ...more])
  const decided = async (): Promise<readonly unknown[]> => {
    const tap = ['tap', 'decisions', '--log', place.log, '--until-idle', '--json']
    const lines = jsonLines((await millrace(tap)).out)
    return lines.map(({ value }) => {
      const { account, reason } = value as { readonly account: string; readonly reason: unknown }
      return `${account} ${String(reason)}`
    })
  }
  const run = () => millrace(['run', topology, '--log', place.log, '--until-idle'])
  const commands = async (): Promise<readonly Record<string, unknown>[]> => {
    const tap = ['tap', 'trading.control', '--log', place.log, '--until-idle', '--json']
    return jsonLines((await millrace(tap)).out)
  }
  return { ...place, topology, feed, give, run, decided, commands }
}

test('orders after a halt are rejected, and again when the log is replayed', async () => {
  const { feed, give, run, decided, topology, log } = await deskPlace()
  await feed('wanted', 'one.csv', `${WANT}a1,BTC,1,1,100,2021-01-01T00:00:00Z\n`)
  expect(await give('halt', '--account', 'a1')).toMatchObject({ code: 0, err: '' })
  const later = ['a1', 'a2'].map((account) => `${account},BTC,1,1,100,2100-01-01T00:00:00Z\n`)
  await feed('wanted', 'two.csv', WANT + later.join(''))
  expect(await run()).toMatchObject({ code: 0 })
  const expected = ['a1 null', 'a1 halted', 'a2 null']
  expect(await decided()).toEqual(expected)
  const again = await millrace(['rewind', topology, '--log', log, '--clear-outputs'])
  expect(again).toMatchObject({ code: 0 })
  expect(await run()).toMatchObject({ code: 0 })
  expect(await decided()).toEqual(expected)
})

test('a command given over a history holds from the time that it names', async () => {
  const { feed, give, run, decided } = await deskPlace()
  const orders = [1, 2, 3, 4].map((day) => `a1,BTC,1,1,100,2021-01-0${day}T00:00:00Z\n`)
  await feed('wanted', 'orders.csv', WANT + orders.join(''))
  await give('halt', '--at', '2021-01-02T00:00:00Z', '--symbol', 'BTC')
  await give('resume', '--at', '2021-01-03T12:00:00Z')
  expect(await run()).toMatchObject({ code: 0 })
  expect(await decided()).toEqual(['a1 null', 'a1 halted', 'a1 halted', 'a1 null'])
})

test('says what it wrote, and where', async () => {
  const { give, log, commands } = await deskPlace()
  const at = ['--at', '2021-01-02T03:04:05Z']
  const text = await give('flatten', '--account', 'a1', '--symbol', 'BTC', ...at)
  const said = 'flatten BTC of a1 at 2021-01-02T03:04:05.000000Z'
  const out = `${said}: written to trading.control/2 of ${log}\n`
  expect(text).toEqual({ code: 0, err: '', out })
  const all = await give('reset', ...at)
  expect(all.out).toMatch(/^reset all accounts at 2021-01-02T03:04:05.000000Z: written to /)
  const json = await give('halt', '--by', 'risk desk', '--json', ...at)
  expect(JSON.parse(json.out)).toEqual({
    command: 'halt',
    account: '*',
    symbol: null,
    time: 1609556645000000,
    by: 'risk desk',
    topic: 'trading.control',
    partition: (await commands()).find(({ key }) => key === '*')?.partition,
    log,
  })
  const written = await commands()
  expect(written).toHaveLength(3)
  expect(written.find(({ key }) => key === 'a1')).toMatchObject({
    partition: 2,
    time: 1609556645000000,
    available: 1609556645000000,
    value: { command: 'flatten', account: 'a1', symbol: 'BTC', by: null },
  })
})

test('says which accounts there are where the one that it names is none of them', async () => {
  const { give, commands, topology, folder } = await deskPlace()
  const unknown =
    'no account "a11" stands in "accounts", but a1, a2; the command is written all the same\n'
  expect(await give('flatten', '--account', 'a11')).toMatchObject({ code: 0, err: unknown })
  const json = await give('halt', '--account', 'a11', '--json')
  expect(json).toMatchObject({ code: 0, err: unknown })
  expect(JSON.parse(json.out)).toMatchObject({ account: 'a11' })
  expect(await commands()).toHaveLength(2)
  expect(await give('halt', '--account', 'a2')).toMatchObject({ code: 0, err: '' })
  // Where none is known yet, nothing can be said.
  const empty = join(folder, 'empty')
  await (await openEmbeddedLog(empty, { mode: 'write' })).close()
  const early = ['halt', topology, '--log', `embedded:${empty}`, '--account', 'a11']
  expect(await millrace(early)).toMatchObject({ code: 0, err: '' })
})

test('is given now where no time is named', async () => {
  const { give, commands } = await deskPlace()
  await give('halt')
  // Later than this was written, and not in the next century.
  const [given] = await commands()
  expect(given?.time).toBeGreaterThan(Date.parse('2024-01-01') * 1000)
  expect(given?.time).toBeLessThan(Date.parse('2100-01-01') * 1000)
})

test('says that whoever has the log takes no commands, where that is no run', async () => {
  const { give, folder, commands } = await deskPlace()
  const held = await openEmbeddedLog(join(folder, 'log'), { mode: 'write' })
  try {
    const { code, out, err } = await give('halt')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^halt was not given: who has the log open takes no commands; /m)
    expect(err).toContain('error[log-in-use]')
  } finally {
    await held.close()
  }
  expect(await commands()).toEqual([])
})

test('is handed to a run that is going on, which writes it', async () => {
  const { give, folder, log, topology, commands } = await deskPlace()
  const running = millrace(['run', topology, '--log', log])
  const inbox = join(folder, 'log', 'inbox', 'desk')
  await vi.waitUntil(() => isWatched(inbox), { timeout: 30_000 })
  const { code, out } = await give('halt', '--account', 'a1')
  expect(code).toBe(0)
  expect(out).toMatch(/^halt a1 at .*: written to trading.control by the run/)
  // What is none is refused, and holds up none after it.
  writeFileSync(join(inbox, '0.json'), '{"command":"buy"}')
  const { code: resumed, err: unknown } = await give('resume', '--account', 'a9')
  expect(resumed).toBe(0)
  expect(unknown).toContain('no account "a9" stands in "accounts"')
  process.emit('SIGINT')
  const { code: ended, err } = await running
  expect(ended).toBe(0)
  expect(err).toContain('cannot hold')
  expect(isWatched(inbox)).toBe(false)
  expect(await commands()).toMatchObject([
    { value: { command: 'halt' } },
    { value: { command: 'resume' } },
  ])
})

const QUOTES = '{ topic: q, schema: market/Quote, key: symbol, time: time }'
const COMMANDS = 'schema: trading/Control, key: account'
const STEP = `fate: { bad: skip, late: skip, duplicate: skip }
steps:
  own:
    from:`

const NONE = `topology: none
topics:
  q: ${QUOTES}
${STEP} q
    filter: bid > 0
`

const TWO = `topology: two
topics:
  q: ${QUOTES}
  a: { topic: a, ${COMMANDS} }
  b: { topic: b, ${COMMANDS} }
${STEP} q
    filter: bid > 0
`

const OWN = `topology: own
topics:
  a: { topic: a, schema: my/Control, key: account }
  b: { topic: b, ${COMMANDS} }
${STEP} a
    filter: account != ''
    to: b
`

test.each<[name: string, code: number, args: readonly string[], message: RegExp]>([
  ['a memory log', 1, ['halt', 'DESK', '--log', 'memory'], /ends with its process, so halt/],
  ['a log that is not there', 2, ['halt', 'DESK', '--log', 'embedded:DIR/none'], /DIR\/none/],
  ['no account', 1, ['halt', 'DESK', '--log', 'LOG', '--account', ' '], /names no account/],
  ['a time that is none', 1, ['halt', 'DESK', '--log', 'LOG', '--at', 'soon'], /"soon" is no time/],
  ['a symbol to reset', 1, ['reset', 'DESK', '--log', 'LOG', '--symbol', 'B'], /option '--symbol'/],
  ['no control topic', 1, ['halt', NONE, '--log', 'LOG'], /has no control topic; declare one with/],
  ['two of them', 1, ['halt', TWO, '--log', 'LOG'], /several control topics, "a" and "b"; let/],
  ['one that it writes', 1, ['halt', OWN, '--log', 'LOG'], /writes its control topic "b" itself/],
])('refuses %s', async (_, code, args, message) => {
  const { file, topology, log, folder, commands } = await deskPlace()
  mkdirSync(join(folder, 'schemas/my'), { recursive: true })
  const schema = builtInSchemas.get('trading/Control')?.text ?? ''
  file('schemas/my/control.avsc', schema.replace('"trading"', '"my"'))
  const placed = args.map((arg) => {
    if (arg.startsWith('topology:')) return file('other.yaml', arg)
    return arg === 'LOG' ? log : arg === 'DESK' ? topology : arg.replace('DIR', folder)
  })
  const refused = await millrace(placed)
  expect({ code: refused.code, out: refused.out }).toEqual({ code, out: '' })
  expect(refused.err.replaceAll(folder, 'DIR')).toMatch(message)
  expect(await commands()).toEqual([])
})
