import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../topology/diagnostic.ts'
import { environmentOrFail } from '../environment.ts'
import { keptSinks } from '../kept-sink.test-data.ts'
import { makePlace } from '../log-commands.test-data.ts'
import { recordedIo } from '../recorded-io.ts'
import { readSettings } from './read-settings.ts'

/** What becomes of a connection whose settings are these lines of YAML. */
function read(settings: string) {
  const place = makePlace()
  const text = `connections:\n  ledger:\n    connector: kept\n${settings}`
  const io = recordedIo()
  const environment = environmentOrFail(place.file('env.yaml', text), io)
  const connection = environment?.connections.get('ledger')
  if (connection === undefined) throw new Error(io.errors())
  const found: Diagnostic[] = []
  const values = readSettings(keptSinks.get('kept')?.settings ?? {}, connection, {
    variables: { PASSWORD: 'secret-word' },
    report: (diagnostic) => void found.push(diagnostic),
  })
  const said = found.map(({ message, repair }) => `${message}: ${repair ?? ''}`)
  return { folder: place.folder, values, said }
}

test('reads every kind of setting, paths from the folder of the file', () => {
  const { values, said, folder } = read(`
    url: kept://10.0.0.1:99/desk/
    user: desk
    password: { secret: PASSWORD }
    pool: 8
    timeout: 1m30s
    verify: false
    ca: certs/ca.pem
`)
  expect(said).toEqual([])
  expect(values).toEqual({
    url: 'kept://10.0.0.1:99/desk',
    user: 'desk',
    password: 'secret-word',
    pool: 8,
    timeout: 90_000_000,
    verify: false,
    ca: join(folder, 'certs/ca.pem'),
  })
})

test('takes what is left out for its default, or for nothing', () => {
  const { values } = read('    url: https://10.0.0.1\n    ca: /etc/ca.pem\n')
  expect(values).toEqual({
    url: 'https://10.0.0.1',
    user: undefined,
    password: undefined,
    pool: 4,
    timeout: 10_000_000,
    verify: true,
    ca: '/etc/ca.pem',
  })
})

test('reports all mistakes at once', () => {
  const { values, said } = read(`
    user: ""
    password: written-out
    pool: many
    timeout: 10
    verify: yes
    ca: [a]
    tabel: x
`)
  expect(values).toBeUndefined()
  expect(said).toEqual([
    'connection "ledger" has no key "tabel": ',
    'connection "ledger" has no "url": add "url: kept://HOST:PORT"',
    '"user" of connection "ledger" is empty: write a text',
    '"password" of connection "ledger" is written out, and an environment names secrets only: ' +
      'write { secret: NAME }, and set NAME',
    '"pool" of connection "ledger" is no number: write a number',
    'duration "10" has no unit: write ms, s, m, h or d behind the number',
    '"verify" of connection "ledger" is neither true nor false: write true or false',
    '"ca" of connection "ledger" is a list: write a path',
  ])
})

const LOGIN = 'holds who logs in: take it out: user and secret are settings of their own'
const ADDRESS = 'is no address of its kind: write kept://HOST:PORT'

test.each([
  ['kept://desk@host', LOGIN],
  ['kept://desk:word@host:99/x', LOGIN],
  ['https://host/?user=desk', LOGIN],
  ['https://host/?sslmode=require&PassWord=word', LOGIN],
  ['host:99', ADDRESS],
  ['kept:///desk', ADDRESS],
  ['ftp://host', ADDRESS],
  ['kept://desk:a/b@host', ADDRESS],
])('refuses the address %s, without repeating it', (url, problem) => {
  expect(read(`    url: "${url}"\n`).said).toEqual([`"url" of connection "ledger" ${problem}`])
})
