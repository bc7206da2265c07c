// Who is let in: keys, tokens of a real key set, roles, pages of other sites, and what is audited.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { guardedServer } from '../serving.test-data.ts'
import { type AccessSettings, assertGuarded, type AuditEntry } from './access.ts'
import { hashOf, newApiKey } from './api-keys.ts'

const STORES = '/api/v1/stores'
const ISSUER = 'https://issuer.example'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const stranger = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
const issuer = createServer((_, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
}).listen(0, '127.0.0.1')
await once(issuer, 'listening')
const jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`
afterAll(() => void issuer.close())

const viewer = newApiKey()
const access: AccessSettings = {
  keys: [{ name: 'grafana', role: 'viewer', hash: viewer.hash }],
  tokens: { issuer: ISSUER, audience: 'millrace', jwks, roleClaim: 'roles' },
}

interface Claims {
  readonly roles?: unknown
  readonly audience?: string
  readonly issuer?: string
  readonly expires?: string
  readonly key?: typeof privateKey
}

function token(claims: Claims = {}): Promise<string> {
  const { roles = ['viewer'], audience = 'millrace', expires = '5m', key = privateKey } = claims
  return new SignJWT({ roles })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setSubject('ann')
    .setIssuer(claims.issuer ?? ISSUER)
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(key)
}

async function ask(headers: Record<string, string>, url = STORES, settings = access) {
  const entries: AuditEntry[] = []
  const audit = (entry: AuditEntry): Promise<void> => {
    entries.push(entry)
    return Promise.resolve()
  }
  const server = await guardedServer({ access: settings, audit })
  const { statusCode, body, headers: answered } = await server.inject({ url, headers })
  await server.close()
  return { status: statusCode, body, entries, answered }
}

test('a key is known by its hash alone', async () => {
  expect(viewer.hash).toBe(hashOf(viewer.key))
  expect((await ask({ 'x-api-key': viewer.key })).status).toBe(200)
  expect((await ask({ authorization: `Bearer ${viewer.key}` })).status).toBe(200)
  expect((await ask({ 'x-api-key': viewer.hash })).status).toBe(401)
})

test('who shows nothing is told what to show, and is audited', async () => {
  const { status, body, entries, answered } = await ask({}, `${STORES}?access=secret`)
  expect(status).toBe(401)
  expect(answered['www-authenticate']).toBe('Bearer')
  expect(JSON.parse(body)).toMatchObject({
    code: 'unauthenticated',
    type: '/problems/unauthenticated',
  })
  expect(entries).toEqual([
    { caller: undefined, method: 'GET', path: STORES, status: 401, reason: 'unauthenticated' },
  ])
})

test.each<[string, Claims, number]>([
  ['of the issuer', {}, 200],
  ['with several roles', { roles: ['other', 'trader', 'viewer'] }, 200],
  ['with a role alone', { roles: 'operator' }, 200],
  ['without a role', { roles: ['other'] }, 401],
  ['that has expired', { expires: '-2m' }, 401],
  ['for somebody else', { audience: 'other' }, 401],
  ['of another issuer', { issuer: 'https://other.example' }, 401],
  ['that a stranger signed', { key: stranger.privateKey }, 401],
])('a token %s', async (_, claims, status) => {
  const answer = await ask({ authorization: `Bearer ${await token(claims)}` })
  expect(answer.status).toBe(status)
  expect(answer.body).not.toContain('eyJ')
})

test('a token without a signature does not count', async () => {
  const [head, claims] = (await token()).split('.')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  for (const forged of [`${none}.${claims ?? ''}.`, `${head ?? ''}.${claims ?? ''}.`]) {
    expect((await ask({ authorization: `Bearer ${forged}` })).status).toBe(401)
  }
})

test('whether the process lives is told to anyone', async () => {
  expect((await ask({}, '/health/live')).status).toBe(200)
  expect((await ask({}, '/metrics')).status).toBe(401)
})

test('without keys this machine is served by its own names, and to no other page', async () => {
  const open = { keys: [], tokens: undefined }
  expect((await ask({ host: 'localhost:8080' }, STORES, open)).status).toBe(200)
  expect((await ask({ host: '[::1]:8080' }, STORES, open)).status).toBe(200)
  expect((await ask({ host: 'evil.example' }, STORES, open)).status).toBe(403)
  const origin = 'https://evil.example'
  expect((await ask({ host: 'localhost:8080', origin }, STORES, open)).status).toBe(403)
  const own = { host: 'localhost:8080', origin: 'http://localhost:8080' }
  expect((await ask(own, STORES, open)).status).toBe(200)
})

test('another address than this machine’s needs keys or tokens', () => {
  expect(() => assertGuarded('0.0.0.0', undefined)).toThrow(/name API keys/)
  expect(() => assertGuarded('0.0.0.0', { keys: [], tokens: undefined })).toThrow(/name API keys/)
  expect(() => assertGuarded('0.0.0.0', access)).not.toThrow()
  expect(() => assertGuarded('127.0.0.1', undefined)).not.toThrow()
})

test('who asks too often is told to wait', async () => {
  const server = await guardedServer({ rate: { requests: 2, perMs: 60_000 } })
  const codes: number[] = []
  for (let times = 0; times < 3; times += 1) codes.push((await server.inject(STORES)).statusCode)
  const last = await server.inject(STORES)
  await server.close()
  expect(codes).toEqual([200, 200, 429])
  expect(last.headers['retry-after']).toBeDefined()
  expect(JSON.parse(last.body)).toMatchObject({ status: 429, code: 'too-many' })
})
