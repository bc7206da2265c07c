import { expect, test } from 'vitest'
import { environmentOrFail } from '../environment.ts'
import { catalogueWithKept, keptSinks, MOMENTUM_WITH_SINKS } from '../kept-sink.test-data.ts'
import { makePlace } from '../log-commands.test-data.ts'
import { planOf } from '../plan-of.test-data.ts'
import { recordedIo } from '../recorded-io.ts'
import { readySinks } from './ready-sinks.ts'

const plan = planOf(MOMENTUM_WITH_SINKS, catalogueWithKept)

/** What becomes of the sinks `book` and `quotes` with what the environment says. */
function ready(connections?: string) {
  const place = makePlace()
  const io = recordedIo()
  const isNamed = connections !== undefined
  const text = `set: {}\nconnections:\n${connections ?? ''}`
  const environment = environmentOrFail(isNamed ? place.file('env.yaml', text) : undefined, io)
  if (environment === undefined) throw new Error(io.errors())
  const sinks = readySinks({ plan, environment, isNamed }, io, keptSinks)
  const errors = io.errors().split('\n')
  return { sinks, code: io.exitCode(), said: io.errors(), errors: errors.filter(isError) }
}

function isError(line: string): boolean {
  return line.startsWith('error')
}

test('gives each sink its kind and the settings of its connection', () => {
  const { sinks, said } = ready(`
  ledger: { connector: kept, url: "kept://10.0.0.1:99", pool: 2 }
  quotes: { connector: kept, url: "kept://10.0.0.2" }
`)
  expect(said).toBe('')
  expect(sinks).toMatchObject([
    {
      planned: { name: 'book', connection: 'ledger', topic: 'signals' },
      kind: { name: 'kept' },
      settings: { url: 'kept://10.0.0.1:99', pool: 2 },
    },
    {
      planned: { name: 'quotes', connection: 'quotes', topic: 'quotes' },
      settings: { url: 'kept://10.0.0.2', pool: 4 },
    },
  ])
})

test('goes without sinks whose connection nothing names, and says so', () => {
  expect(ready()).toMatchObject({
    sinks: [],
    code: 0,
    said:
      'sink "book" is not opened: say with --env FILE what connection "ledger" is\n' +
      'sink "quotes" is not opened: say with --env FILE what connection "quotes" is\n',
  })
  const { sinks, said } = ready('  ledger: { connector: kept, url: "kept://h" }\n')
  expect(sinks).toHaveLength(1)
  expect(said).toBe('sink "quotes" is not opened: the environment names no connection "quotes"\n')
  expect(ready('  leger: { connector: kept, url: "kept://h" }\n').said).toContain(
    'the environment names no connection "ledger"; did you mean "leger"?',
  )
})

test('refuses a connector that does not exist, and one of another kind', () => {
  const { sinks, code, errors, said } = ready(`
  ledger: { connector: kpet, url: "kept://h" }
  quotes: { connector: binance, market: spot, symbols: [BTCUSDT] }
`)
  expect({ sinks, code }).toEqual({ sinks: undefined, code: 1 })
  expect(errors).toEqual([
    'error[connectors-known]: there is no connector "kpet"',
    'error[shape]: connection "quotes" is of binance, and sink "quotes" is of kept',
  ])
  expect(said).toContain('did you mean "kept"?')
  expect(said).toContain('= connectors: binance, kept')
})

test('shows mistakes in a connection that is used, and no password in an address', () => {
  const { sinks, errors, said } = ready(`
  ledger: { connector: kept, url: "kept://desk:SECRET1@h/x?password=SECRET2", pol: 2 }
  quotes: { connector: kept, url: "kept://desk:SEC/RET3@h" }
  other: { connector: kept, nothing: true }
`)
  expect(sinks).toBeUndefined()
  expect(errors).toEqual([
    'error[shape]: "url" of connection "ledger" holds who logs in',
    'error[shape]: connection "ledger" has no key "pol"',
    'error[shape]: "url" of connection "quotes" is no address of its kind',
  ])
  expect(said).not.toMatch(/SECRET[12]|RET3/)
})

test('shows the mistakes of a connection that two sinks share once', () => {
  const shared = planOf(
    MOMENTUM_WITH_SINKS.replace('kept: { table: ticks }', 'kept: { connection: ledger, table: t }'),
    catalogueWithKept,
  )
  const io = recordedIo()
  const path = makePlace().file('env.yaml', 'connections: { ledger: { connector: kept } }\n')
  const environment = environmentOrFail(path, io)
  if (environment === undefined) throw new Error(io.errors())
  readySinks({ plan: shared, environment, isNamed: true }, io, keptSinks)
  expect(io.errors().match(/has no "url"/g)).toHaveLength(1)
})
