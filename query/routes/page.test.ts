import { expect, test } from 'vitest'
import { newApiKey } from '../security/api-keys.ts'
import { guardedServer } from '../serving.test-data.ts'

const shown = newApiKey()
const access = {
  keys: [{ name: 'ann', role: 'operator' as const, hash: shown.hash }],
  tokens: undefined,
}

async function ask(url: string, headers: Record<string, string> = {}) {
  const server = await guardedServer({ access })
  const answer = await server.inject({ url, headers })
  await server.close()
  return answer
}

test('serves the page and its modules to anyone, and data to who is known alone', async () => {
  const { statusCode, body, headers } = await ask('/')
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  const script = /src="(page\/[a-z.]+)"/.exec(body)?.[1] ?? ''
  const main = await ask(`/${script}`)
  expect([main.statusCode, main.headers['content-type']]).toEqual([
    ...[200, 'text/javascript; charset=utf-8'],
  ])
  expect((await ask('/api/v1/caller')).statusCode).toBe(401)
})

test('serves every module that one imports, without types', async () => {
  const waiting = ['main.ts']
  const seen = new Set(waiting)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const { statusCode, body } = await ask(`/page/${name}`)
    expect([name, statusCode]).toEqual([name, 200])
    expect(body).not.toMatch(/^import type|: readonly |^interface /m)
    for (const [, next = ''] of body.matchAll(/ from '([^']+)'/g)) {
      expect(next).toMatch(/^\.\//)
      const file = next.slice(2)
      if (!seen.has(file)) waiting.push(file)
      seen.add(file)
    }
  }
  expect(seen.size).toBeGreaterThan(20)
})

test('lets the page ask its own server alone, and run nothing that stands in data', async () => {
  for (const path of ['/', '/page/main.ts', '/page/page.css']) {
    const { headers } = await ask(path)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
})

test('sends what a browser has already no second time', async () => {
  const { headers } = await ask('/page/main.ts')
  const again = await ask('/page/main.ts', { 'if-none-match': String(headers.etag) })
  expect([again.statusCode, again.body]).toEqual([304, ''])
  expect((await ask('/page/dom.ts', { 'if-none-match': String(headers.etag) })).statusCode).toBe(
    200,
  )
})

test.each([
  ['/page/'],
  ['/page/nothing.ts'],
  ['/page/layout.test.ts'],
  ['/page/tsconfig.json'],
  ['/page/..%2fpage-files.ts'],
  ['/page/%2e%2e%2f%2e%2e%2fserver.ts'],
  ['/page/%2fetc%2fpasswd'],
])('has nothing else: %s', async (path) => {
  const { statusCode, headers } = await ask(path)
  expect(statusCode).toBe(404)
  expect(headers['content-type']).toContain('application/problem+json')
})

test('tells who asks what they may do', async () => {
  const { body } = await ask('/api/v1/caller', { 'x-api-key': shown.key })
  expect(JSON.parse(body)).toEqual({ name: 'key ann', role: 'operator', isReadOnly: false })
})
