import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentOrFail } from './environment.ts'
import { makePlace } from './log-commands.test-data.ts'
import { recordedIo } from './recorded-io.ts'

/** Reads the text as a file of its own folder. */
function read(text: string) {
  const place = makePlace()
  const path = place.file('env.yaml', text)
  const io = recordedIo()
  const environment = environmentOrFail(path, io)
  const said = io.errors().replaceAll(place.folder, 'HERE')
  return { folder: place.folder, environment, said, code: io.exitCode() }
}

test('says nothing where no file is named', () => {
  const io = recordedIo()
  expect(environmentOrFail(undefined, io)).toMatchObject({ inputs: [], set: {} })
  expect(io.errors()).toBe('')
})

test('reads inputs, range, parameters and connections', () => {
  const { environment, said } = read(`
inputs:
  - quotes=data/a.csv
from: 2024-01-02T00:00:00Z
to: 1704240000
set: { fast: 3, pair: EUR/USD }
connections:
  feed: { connector: binance, market: spot, symbols: [BTCUSDT] }
`)
  expect(said).toBe('')
  expect(environment).toMatchObject({
    from: 1_704_153_600_000_000,
    to: 1_704_240_000_000_000,
    set: { fast: '3', pair: 'EUR/USD' },
  })
  expect([...(environment?.connections ?? [])]).toMatchObject([
    ['feed', { connector: { value: 'binance' }, settings: { kind: 'map' } }],
  ])
})

test('takes paths from the folder of the file, also behind a connector', () => {
  const { environment, folder } = read(`
inputs:
  - quotes=data/a.csv
  - quotes=/data/b.csv
  - binance:../c.raw.br
  - trades=binance:d.raw
`)
  expect(environment?.inputs).toEqual([
    `quotes=${join(folder, 'data/a.csv')}`,
    'quotes=/data/b.csv',
    `binance:${join(folder, '../c.raw.br')}`,
    `trades=binance:${join(folder, 'd.raw')}`,
  ])
})

test('shows every mistake with its place', () => {
  const { environment, said, code } = read(`inputs:
  - data/a.csv
  - { quotes: a.csv }
form: 2024-01-01
to: soon
set: fast
connections:
  feed: { connecter: binance }
  other: binance
`)
  expect({ environment, code }).toEqual({ environment: undefined, code: 1 })
  expect(said).toBe(`error[shape]: "data/a.csv" names no topic and no capture
  HERE/env.yaml:2:5
    |
  2 |   - data/a.csv
    |     ^^^^^^^^^^ write TOPIC=PATH or binance:PATH

error[shape]: an item of "inputs" of the environment is a map
  HERE/env.yaml:3:5
    |
  3 |   - { quotes: a.csv }
    |     ^^^^^^^^^^^^^^^^^ write TOPIC=PATH or binance:PATH

error[shape]: the environment has no key "form"
  HERE/env.yaml:4:1
    |
  4 | form: 2024-01-01
    | ^^^^ did you mean "from"?
    |
    = its keys are inputs, from, to, set, connections, http, log, registry, kafka

error[shape]: "to" of the environment is "soon", which is no time
  HERE/env.yaml:5:5
    |
  5 | to: soon
    |     ^^^^ write 2024-01-31T12:00:00Z or epoch s, ms or us

error[shape]: "set" of the environment is a text
  HERE/env.yaml:6:6
    |
  6 | set: fast
    |      ^^^^ write a map of parameter to value

error[shape]: connection "feed" has no "connector"
  HERE/env.yaml:8:3
    |
  8 |   feed: { connecter: binance }
    |   ^^^^ add "connector: binance"

error[shape]: connection "other" is a text
  HERE/env.yaml:9:10
    |
  9 |   other: binance
    |          ^^^^^^^ write a map with a connector

7 errors
`)
})

test('places the folder of a log that is an input, and leaves brokers as they are', () => {
  const { environment } = read('inputs: [a=embedded:data/log, b=kafka:one:9092/topic]\n')
  expect(environment?.inputs).toEqual([
    expect.stringMatching(/^a=embedded:\/.*data\/log$/),
    'b=kafka:one:9092/topic',
  ])
})

test('refuses what is no map', () => {
  expect(read('- a\n').said).toContain('error[shape]: the environment is a list')
})

test('refuses a file that is not there', () => {
  expect(() => environmentOrFail('no.yaml', recordedIo())).toThrow('there is no file no.yaml')
})

test('shows no secret that stands beside a mistake', () => {
  const { said, code } = read(`
connections:
  one: { connector: binance, api_key: SECRET1, websocket: "wss://me:SECRET2@host", x: }
  key: SECRET3
passwords: { a: SECRET4, token: SECRET5 }
`)
  expect(code).toBe(1)
  expect(said).toContain('connection "key" is a text')
  expect(said).not.toMatch(/SECRET[1235]/)
})

test('shows no part of a secret that a long line is cut in', () => {
  const secret = 'S'.repeat(90)
  for (const long of [`password: ${secret}`, `rest: "https://me:${secret}@h"`]) {
    const { said } = read(
      `connections: { one: { connector: b, ${long}, x: [ ], websocket: [` + '\n',
    )
    expect(said).toContain('error')
    expect(said).not.toContain('SSS')
  }
  const { said } = read(`set: { token: ${secret}, [a]: 1 }\n`)
  expect(said).toContain('error')
  expect(said).not.toContain('SSS')
})

test('shows which variable a password is to be in', () => {
  const { said, code } = read(`
kafka:
  sasl: { mechanism: plain, username: me, password: { secret: NO_SUCH_VARIABLE } }
registry: { url: "http://reg:8081", username: me, password: SECRET6 }
`)
  expect(code).toBe(1)
  expect(said).toContain('password: { secret: NO_SUCH_VARIABLE } }\n')
  expect(said).toContain('write { secret: NAME }, and set NAME')
  expect(said).not.toMatch(/SECRET6/)
})
