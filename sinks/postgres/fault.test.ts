import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { EngineError } from '../../topology/engine-error.ts'
import { ConnectionError, faultOf } from './fault.ts'

const PLACE = { sink: 'pg', connection: 'ledger', server: 'desk at 127.0.0.1:5432/desk' }

function serverError(code: string): Error {
  const error = new DatabaseError('value 4711 of the record', 0, 'error')
  return Object.assign(error, { code, severity: 'ERROR', detail: 'Key (id)=(4711)' })
}

test.each([
  ['08006', 'sink-unavailable'],
  ['25006', 'sink-unavailable'],
  ['25P03', 'sink-unavailable'],
  ['28P01', 'sink-not-allowed'],
  ['3D000', 'sink-differs'],
  ['40001', 'sink-unavailable'],
  ['40P01', 'sink-unavailable'],
  ['42501', 'sink-not-allowed'],
  ['42P01', 'sink-differs'],
  ['53300', 'sink-unavailable'],
  ['55P03', 'sink-unavailable'],
  ['57014', 'sink-unavailable'],
  ['57P01', 'sink-unavailable'],
  ['22003', 'sink-refused'],
  ['23505', 'sink-refused'],
  ['XX000', 'sink-refused'],
])('takes %s for %s, and tries again only what may pass', (state, code) => {
  const fault = faultOf(serverError(state), PLACE, 'writing partition 0')
  const lead = 'sink "pg" (connection "ledger", desk at 127.0.0.1:5432/desk): writing partition 0 '
  expect(fault).toMatchObject({ code, retryable: code === 'sink-unavailable' })
  expect(fault.message).toMatch(lead)
})

test('repeats nothing that the server says of a record', () => {
  for (const state of ['21000', '22P02', '23505', '54000', 'P0001']) {
    const { message, cause } = faultOf(serverError(state), PLACE, 'writing')
    expect(`${message} ${String(cause)}`).not.toContain('4711')
  }
})

test.each([
  [{ code: 'ECONNREFUSED', message: '' }, 'sink-unavailable', 'ECONNREFUSED; see whether it runs'],
  [
    { message: 'Connection terminated due to connection timeout' },
    'sink-unavailable',
    'connection timeout; see whether it runs',
  ],
  [{ message: 'Query read timeout' }, 'sink-unavailable', 'it is tried again'],
  [{ code: 'SELF_SIGNED_CERT_IN_CHAIN', message: 'no' }, 'sink-refused', 'correct "tls_ca"'],
])('tells of a connection: %o', (thrown, code, said) => {
  const cause = Object.assign(new Error(), thrown)
  const fault = faultOf(new ConnectionError('', { cause }), PLACE, 'opening it')
  expect(fault).toMatchObject({ code, message: expect.stringContaining(said) as string })
})

test('leaves what is neither the server’s nor the connection’s fault as it is', () => {
  const ours = new Error('an assertion')
  const told = new EngineError('sink-differs', 'told', { coordinates: {} })
  expect(faultOf(ours, PLACE, 'opening it')).toBe(ours)
  expect(faultOf(told, PLACE, 'opening it')).toBe(told)
})
