import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { environmentOrFail } from '../environment.ts'
import { makePlace } from '../log-commands.test-data.ts'
import { recordedIo } from '../recorded-io.ts'
import { endpointOf } from './endpoint.ts'

const REFUSED = '"advertise" of "http" of the environment is no address of its kind'
const open = { host: undefined, advertise: undefined, guarding: {} }
const tls = { cert: '', key: '' }

test.each([
  ['this machine alone', undefined, 'http://127.0.0.1:8080'],
  ['an address', { ...open, host: '10.0.0.7' }, 'http://10.0.0.7:8080'],
  ['an address of version 6', { ...open, host: '::1' }, 'http://[::1]:8080'],
  ['TLS', { ...open, host: 'desk.example', guarding: { tls } }, 'https://desk.example:8080'],
  ['all addresses', { ...open, host: '0.0.0.0' }, `http://${hostname()}:8080`],
  [
    'what is advertised',
    { ...open, host: '::', advertise: 'https://a.example' },
    'https://a.example',
  ],
])('others ask a process that serves %s', (_what, http, endpoint) => {
  expect(endpointOf(http, 8080)).toBe(endpoint)
})

test.each([
  ['https://a.example:1234', ''],
  ['ftp://a.example', REFUSED],
  ['https://me:secret@a.example', REFUSED],
  ['a.example:80', REFUSED],
])('an environment says where others ask, and only an address will do: %s', (address, refused) => {
  const io = recordedIo()
  const path = makePlace().file('env.yaml', `http: { advertise: "${address}" }\n`)
  const environment = environmentOrFail(path, io)
  expect(environment?.http?.advertise).toBe(refused === '' ? address : undefined)
  expect(io.errors()).toContain(refused)
})
