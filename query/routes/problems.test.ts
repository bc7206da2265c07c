import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { problems } from '../problem.ts'
import { guardedServer } from '../serving.test-data.ts'

const access = { keys: [{ name: 'k', role: 'viewer', hash: '0' }], tokens: undefined } as const

test('tells each to whoever asks, under the path that a problem names', async () => {
  const server = await guardedServer({ access })
  const refused = await server.inject('/api/v1/stores')
  const { type, code, status, title } = JSON.parse(refused.body) as Record<string, string>
  expect(refused.statusCode).toBe(401)
  const about = await server.inject(type ?? '')
  expect(JSON.parse(about.body)).toEqual({ code, status, title })
  const all = JSON.parse((await server.inject('/problems')).body) as { code: string }[]
  expect(all.map((each) => each.code)).toEqual(Object.keys(problems))
  const none = await server.inject('/problems/constructor')
  expect(none.statusCode).toBe(404)
})

const page = readFileSync(new URL('../../docs/query.md', import.meta.url), 'utf8')

test('docs/query.md has a row for each, with its status, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\|/gm)].map(([, code, status]) => {
    return [code, Number(status)]
  })
  expect(rows).toEqual(Object.entries(problems).map(([code, { status }]) => [code, status]))
})

test('docs/query.md names every path of the OpenAPI document', async () => {
  const server = await guardedServer({})
  const { body } = await server.inject('/api/v1/openapi.json')
  const { paths } = JSON.parse(body) as { paths: object }
  const missing = Object.keys(paths).filter((path) => !page.includes(`\`${path}\``))
  expect(missing).toEqual([])
})
