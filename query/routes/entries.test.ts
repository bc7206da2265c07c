import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openRemembering, PARTITIONS } from '../../runtime/query/remembering.test-data.ts'
import { fakeApi, fakeView, type FakePart } from '../fake-parts.test-data.ts'
import { writeCursor } from '../stores/cursor.ts'
import { makeServer } from '../server.ts'

const BASE = '/api/v1/stores/kept'

interface Answer {
  readonly status: number
  readonly retryAfter: unknown
  readonly body: Readonly<Record<string, unknown>>
}

type Server = Awaited<ReturnType<typeof makeServer>>

async function ask(server: Server, path: string, headers = {}): Promise<Answer> {
  const { statusCode, headers: got, body } = await server.inject({ url: BASE + path, headers })
  const retryAfter = got['retry-after']
  return { status: statusCode, retryAfter, body: JSON.parse(body) as Answer['body'] }
}

interface Entry {
  readonly key: unknown
  readonly at?: unknown
  readonly value: { readonly n: number }
}

function entriesIn({ body }: Answer): readonly (readonly unknown[])[] {
  return (body['entries'] as readonly Entry[]).map(({ key, at, value }) => {
    return at === undefined ? [key, value.n] : [key, at, value.n]
  })
}

const EMPTY: FakePart = { entries: {} }

describe('over a run', () => {
  test('answers for one key, with the commit on which that rests', async () => {
    const { take, view } = await openRemembering('memory')
    await take(['EUR/USD', 7, 1], ['%', 8, 2])
    const server = await makeServer(fakeApi(view))
    const { status, body } = await ask(server, '/last/entries/EUR%2FUSD')
    expect(status).toBe(200)
    const part = { epoch: 0, commit: 1, streamTime: 7, staleness: { lagRecords: null } }
    expect(body).toMatchObject({ topology: 't', store: 'kept.last', key: 'EUR/USD' })
    expect(body).toMatchObject({ value: { n: 1 }, parts: [part] })
    expect(await ask(server, '/last/entries/%25')).toMatchObject({ body: { value: { n: 2 } } })
    const missing = await ask(server, '/last/entries/%25%25')
    expect(missing).toMatchObject({ status: 404, body: { code: 'key-unknown' } })
  })

  test('answers for the places under a key, and for one of them', async () => {
    const { take, view } = await openRemembering('embedded')
    await take(['A', 9, 0], ['A', 10, 1])
    const server = await makeServer(fakeApi(view))
    const one = await ask(server, '/placed/entries/A?at=y%22')
    expect(one.body).toMatchObject({ key: 'A', at: 'y"', value: { n: 1 } })
    const all = await ask(server, '/timed/entries/A/places')
    expect(entriesIn(all)).toEqual([
      ['A', 9, 0],
      ['A', 10, 1],
    ])
    expect(all.body).toMatchObject({ isCut: false })
    const none = await ask(server, '/timed/entries/B/places')
    expect(none).toMatchObject({ status: 200, body: { entries: [] } })
  })

  test('waits until a position is reached, and says when it was not', async () => {
    const { take, view } = await openRemembering('memory')
    await take(['A', 1, 1])
    const server = await makeServer(fakeApi(view))
    const { body } = await ask(server, '/last/entries/A')
    const [{ positions }] = body['parts'] as [{ positions: Record<string, number> }]
    const [[source, offset]] = Object.entries(positions) as [[string, number]]
    const path = (at: number, wait: number) =>
      `/last/entries/A?min_position=${source}@${at}&wait=${wait}`
    expect(await ask(server, path(offset, 0))).toMatchObject({ body: { value: { n: 1 } } })
    const early = await ask(server, path(offset + 1, 0))
    expect(early).toMatchObject({ status: 503, retryAfter: '1' })
    expect(early.body).toMatchObject({ code: 'position-not-reached' })
    const waiting = ask(server, path(offset + 1, 30_000))
    await take(['A', 2, 5])
    expect(await waiting).toMatchObject({ status: 200, body: { value: { n: 5 } } })
  })
})

describe('a question that is refused', () => {
  const long = 'x'.repeat(5_000)
  const cursor = (...read: unknown[]) => Buffer.from(JSON.stringify(read)).toString('base64url')
  test.each([
    ['an unknown store', '/nothing/entries', 404, 'store-unknown'],
    ['a place of a store that has none', '/last/entries/A?at=x', 400, 'bad-request'],
    ['places of a store that has none', '/last/entries/A/places', 400, 'bad-request'],
    ['a map without a place', '/placed/entries/A', 400, 'bad-request'],
    ['a place in a window that is no number', '/timed/entries/A?at=x', 400, 'bad-request'],
    ['an empty place in a window', '/timed/entries/A?at=', 400, 'bad-request'],
    ['a place beyond integers', '/timed/entries/A/places?from=1e99', 400, 'bad-request'],
    ['a limit of none', '/last/entries?limit=0', 400, 'bad-request'],
    ['a limit that is too great', '/last/entries?limit=1001', 400, 'bad-request'],
    ['a limit that is no number', '/last/entries?limit=x', 400, 'bad-request'],
    ['what is not asked of a range', '/last/entries?at=x', 400, 'bad-request'],
    ['a text that is twice there', '/last/entries?prefix=a&prefix=b', 400, 'bad-request'],
    ['a partition that is none', '/last/entries?partition=9', 400, 'bad-request'],
    ['a negative partition', '/last/entries/A?partition=-1', 400, 'bad-request'],
    ['a wait that is too long', '/last/entries?wait=99999999', 400, 'bad-request'],
    ['a cursor of nobody', '/last/entries?cursor=x', 400, 'cursor-malformed'],
    ['an empty cursor', '/last/entries?cursor=', 400, 'cursor-malformed'],
    [
      'a cursor of another form',
      `/last/entries?cursor=${cursor(2, '0/a')}`,
      400,
      'cursor-malformed',
    ],
    ['a cursor of letters', `/last/entries?cursor=${writeCursor('7')}`, 400, 'cursor-malformed'],
    ['a cursor that is no list', `/last/entries?cursor=${cursor()}`, 400, 'cursor-malformed'],
    [
      'a position without an offset',
      '/last/entries?min_position=items/0',
      400,
      'position-malformed',
    ],
    ['an empty position', '/last/entries?min_position=', 400, 'position-malformed'],
    [
      'a position in what it does not read',
      '/last/entries?min_position=other/0@1',
      400,
      'bad-request',
    ],
    ['an oversize key', `/last/entries/${long}`, 414, 'too-large'],
    ['a key that is no UTF-8', '/last/entries/%ff', 400, 'bad-request'],
    ['a key of nothing', '/last/entries/none', 404, 'key-unknown'],
  ])('for %s', async (_what, path, status, code) => {
    const server = await makeServer(fakeApi(fakeView(() => [EMPTY, EMPTY, EMPTY])))
    expect(await ask(server, path)).toMatchObject({ status, body: { status, code } })
  })

  test('while a partition is nowhere, which passes', async () => {
    const server = await makeServer(fakeApi(fakeView(() => [EMPTY, undefined, EMPTY])))
    const answer = await ask(server, '/last/entries')
    expect(answer).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'not-here' } })
    expect((await ask(server, '/last/entries?partition=2')).status).toBe(200)
  })
})

test('finds a key that whoever fills the topic has put elsewhere', async () => {
  const parts = [0, 1, 2].map((own): FakePart => ({ entries: { last: [[`of ${own}`, own]] } }))
  const server = await makeServer(fakeApi(fakeView(() => parts)))
  for (const own of [0, 1, 2]) {
    const { body } = await ask(server, `/last/entries/of%20${own}`)
    expect(body).toMatchObject({ value: { n: own }, parts: [{ partition: own }] })
  }
})

/** All pages, one after the other. */
async function walk(server: Server, path: string): Promise<readonly (readonly unknown[])[]> {
  const found: (readonly unknown[])[] = []
  for (let next: unknown = ''; next !== null;) {
    const cursor = next === '' ? '' : `&cursor=${next as string}`
    const answer = await ask(server, path + cursor)
    expect(answer.status).toBe(200)
    found.push(...entriesIn(answer))
    next = answer.body['next']
  }
  return found
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
const keys = fc.string({ unit: 'binary', maxLength: 6 })

test('page after page is the whole in order, of any keys in any partitions', async () => {
  const perPartition = fc.uniqueArray(fc.constantFrom('', '/', '"', 'ab', 'abc', '\uffff', '😀'))
  const some = fc.tuple(fc.uniqueArray(keys, { maxLength: 30 }), perPartition)
  const property = fc.asyncProperty(
    fc.array(some, { minLength: PARTITIONS, maxLength: PARTITIONS }),
    fc.integer({ min: 1, max: 7 }),
    fc.record({ prefix: keys, from: keys, to: keys }, { requiredKeys: [] }),
    async (drawn, limit, range) => {
      const names = drawn.map((both) => [...new Set(both.flat())])
      const parts = names.map((own, partition): FakePart => {
        return { entries: { last: own.map((name) => [name, partition]) } }
      })
      const server = await makeServer(fakeApi(fakeView(() => parts)))
      const { prefix = '', from = '', to } = range
      const whole = names
        .flatMap((own, partition) => own.map((name) => [name, partition] as const))
        .filter(([name]) => name.startsWith(prefix) && byBytes(name, from) >= 0)
        .filter(([name]) => to === undefined || byBytes(name, to) < 0)
        .toSorted(([a, p], [b, q]) => byBytes(a, b) || p - q)
      const query = new URLSearchParams({ ...range, limit: String(limit) }).toString()
      expect(await walk(server, `/last/entries?${query}`)).toEqual(whole)
    },
  )
  await fc.assert(property, { numRuns: 40 })
})

test('page after page is the whole of a map, whatever its keys and places are', async () => {
  const property = fc.asyncProperty(
    fc.uniqueArray(fc.tuple(keys, keys), { maxLength: 30, selector: (both) => both.join('\n') }),
    fc.integer({ min: 1, max: 7 }),
    fc.record({ prefix: keys, from: keys, to: keys }, { requiredKeys: [] }),
    async (placed, limit, range) => {
      const named = placed.map((both, n) => [JSON.stringify(both), n] as const)
      const parts = [{ entries: { placed: named } }, EMPTY, EMPTY]
      const server = await makeServer(fakeApi(fakeView(() => parts)))
      const { prefix = '', from = '', to } = range
      const whole = named
        .map(([name, n]) => [...(JSON.parse(name) as [string, string]), n, name] as const)
        .filter(([key]) => key.startsWith(prefix) && byBytes(key, from) >= 0)
        .filter(([key]) => to === undefined || byBytes(key, to) < 0)
        .toSorted((a, b) => byBytes(a[3], b[3]))
        .map(([key, at, n]) => [key, at, n])
      const query = new URLSearchParams({ ...range, limit: String(limit) }).toString()
      expect(await walk(server, `/placed/entries?${query}`)).toEqual(whole)
    },
  )
  await fc.assert(property, { numRuns: 40 })
})
