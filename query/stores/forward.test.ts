// Two processes of a topology, as far as queries see them: each has some of the partitions, and
// asks the other for the rest.
import { once } from 'node:events'
import { createServer, request, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { newApiKey } from '../security/api-keys.ts'
import { startServer } from '../server.ts'
import { type FakePart, fakeApi, fakeView } from '../fake-parts.test-data.ts'

type Parts = readonly (FakePart | undefined)[]

const ENTRIES = '/api/v1/stores/kept/last/entries'

interface Process {
  url: string
  parts: Parts
  /** By slot, which is the partition here. */
  owners: readonly (string | undefined)[]
}

async function startProcess(parts: Parts, hash?: string): Promise<Process> {
  const own: Process = { url: '', parts, owners: [] }
  const view = fakeView(() => own.parts)
  const keys = hash === undefined ? [] : [{ name: 'k', role: 'viewer', hash } as const]
  const server = await startServer({
    api: fakeApi(view, { owners: () => own.owners }),
    port: 0,
    guarding: { access: { keys, tokens: undefined } },
  })
  onTestFinished(() => server.close())
  own.url = `http://127.0.0.1:${server.port}`
  return own
}

/** A server that is none of ours. */
async function startStranger(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const part = (...names: readonly string[]): FakePart => {
  return { entries: { last: names.map((name, n) => [name, n]) } }
}

async function pair(hash?: string): Promise<readonly [Process, Process]> {
  const one = await startProcess([part('a', 'd'), undefined, part('c')], hash)
  const other = await startProcess([undefined, part('b', 'e'), undefined], hash)
  one.owners = [one.url, other.url, one.url]
  other.owners = one.owners
  return [one, other]
}

interface Body {
  readonly code?: string
  readonly detail?: string
  readonly entries?: readonly { readonly key: string }[]
  readonly parts?: readonly { readonly partition: number }[]
  readonly next?: string | null
}

async function ask({ url }: Process, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(url + ENTRIES + path, { headers })
  const body = (await response.json()) as Body
  const keys = body.entries?.map(({ key }) => key)
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body, keys }
}

test('any of them answers for any key, and for all of them in order', async () => {
  for (const each of await pair()) {
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      expect(await ask(each, `/${key}`)).toMatchObject({ status: 200, body: { key } })
    }
    const all = await ask(each, '')
    expect(all.keys).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(all.body.parts?.map(({ partition }) => partition)).toEqual([0, 1, 2])
    const first = await ask(each, '?limit=2')
    const second = await ask(each, `?limit=2&cursor=${first.body.next ?? ''}`)
    expect([first.keys, second.keys]).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    expect(await ask(each, '/none')).toMatchObject({ status: 404, retryAfter: null })
  }
})

test.each([
  ['is gone', () => Promise.resolve('http://127.0.0.1:1')],
  ['says nothing that we know', () => startStranger((_, answer) => answer.end('hello'))],
  ['answers with another form', () => startStranger((_, answer) => answer.end('{"entries":[]}'))],
  ['has problems of its own', () => startStranger((_, answer) => answer.end('{"code":"odd"}'))],
  [
    'sends us elsewhere',
    () => startStranger((_, answer) => answer.writeHead(302, { location: '/else' }).end()),
  ],
])('an owner that %s is a problem that may pass', async (_what, endpoint) => {
  const [one] = await pair()
  one.owners = [undefined, await endpoint(), undefined]
  const answer = await ask(one, '')
  expect(answer).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'not-here' } })
  expect((await ask(one, '?partition=0')).keys).toEqual(['a', 'd'])
})

test('two that each take the other for the owner do not ask for ever', async () => {
  const [one, other] = await pair()
  other.parts = []
  one.owners = [one.url, other.url, one.url]
  other.owners = [one.url, one.url, one.url]
  one.parts = []
  const answer = await ask(one, '?partition=1')
  expect(answer).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'not-here' } })
})

test('a position that the owner has not reached is waited for there', async () => {
  const [one, other] = await pair()
  const standing = (offset: number) => ({ number: offset, positions: { 'items/1': offset } })
  other.parts = [undefined, { ...part('b'), commit: standing(4) }]
  const at = '?partition=1&min_position=items/1@5'
  const early = await ask(one, `${at}&wait=0`)
  expect(early).toMatchObject({ status: 503, body: { code: 'position-not-reached' } })
  const waiting = ask(one, `${at}&wait=30000`)
  other.parts = [undefined, { ...part('b'), commit: standing(5) }]
  expect((await waiting).keys).toEqual(['b'])
})

test('the owner is shown who asks, and what it refuses is refused', async () => {
  const { key, hash } = newApiKey()
  const [one, other] = await pair(hash)
  const shown = { 'x-api-key': key }
  expect((await ask(one, '?partition=1', shown)).keys).toEqual(['b', 'e'])
  const bearer = { authorization: `Bearer ${key}` }
  expect((await ask(one, '?partition=1', bearer)).keys).toEqual(['b', 'e'])
  const stricter = await startProcess(other.parts, newApiKey().hash)
  one.owners = [undefined, stricter.url, undefined]
  const refused = await ask(one, '?partition=1', shown)
  expect(refused).toMatchObject({
    status: 401,
    retryAfter: null,
    body: { code: 'unauthenticated' },
  })
})

test('a request that names another host takes nobody there', async () => {
  const { key, hash } = newApiKey()
  const [one] = await pair(hash)
  let asked = 0
  const stranger = await startStranger((_, answer) => {
    asked += 1
    answer.end('{}')
  })
  const path = `${stranger}${ENTRIES}?partition=1`
  const { port } = new URL(one.url)
  const sent = request({ port, path, headers: { 'x-api-key': key, host: `127.0.0.1:${port}` } })
  const [response] = (await once(sent.end(), 'response')) as [{ statusCode: number }]
  expect({ asked, status: response.statusCode }).toEqual({ asked: 0, status: 200 })
})
