// Dead letters over HTTP, of a run on a memory log: pages, one of them, and sending again.
import { Registry } from 'prom-client'
import { beforeEach, expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { type ItemsLog, openItemsLog, planItems } from '../../runtime/items-log.test-data.ts'
import { findEnds } from '../../runtime/ends.ts'
import { processPace } from '../../runtime/pace.ts'
import { item } from '../../runtime/reference/run-steps.test-data.ts'
import { startWorker } from '../../runtime/worker.ts'
import { makeApi } from '../make-api.ts'
import { newApiKey } from '../security/api-keys.ts'
import { makeServer } from '../server.ts'

const TOPICS = `
topics:
  items: { topic: test.items, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: fail, duplicate: fail }`
const STEPS = `
  total: { from: items, sum: }
  other: { from: items, sum: }`

let rig: ItemsLog
let server: Awaited<ReturnType<typeof makeServer>>

async function runAll(): Promise<void> {
  const ends = await findEnds(rig.layout.plan, rig.log)
  await startWorker(rig.options({ ends })).done
}

/** Ten records of four keys; each second one is refused by both steps. */
beforeEach(async () => {
  rig = await openItemsLog(planItems(STEPS, TOPICS))
  const records = Array.from({ length: 10 }, (_, at) =>
    item('ABCD'.charAt(at % 4), at, at % 2 === 0 ? 1 : -at),
  )
  await rig.feed('items', records as InputItem[])
  await runAll()
  server = await makeServer(api())
})

function api(isReadOnly?: true) {
  return makeApi({
    ...{ layout: rig.layout, log: rig.log, pace: processPace, registry: new Registry() },
    status: () => ({ topology: 't', slots: [], tasks: [], sinks: [] }),
    ...(isReadOnly && { isReadOnly }),
  })
}

interface Letter {
  readonly number: string
  readonly step: string
  readonly time: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly sent: boolean
}

type Answer = Partial<Page> & { readonly code?: string; readonly detail?: string }

async function ask(path: string, method: 'GET' | 'POST' = 'GET', payload?: object) {
  const url = `/api/v1/dead-letters${path}`
  const { statusCode, body } = await server.inject({
    ...{ method, url },
    ...(payload && { payload }),
  })
  return { status: statusCode, body: JSON.parse(body) as Answer }
}

interface Page {
  readonly letters: readonly Letter[]
  readonly older: string | null
}

async function lettersOf(query = ''): Promise<readonly Letter[]> {
  return (await ask(query)).body.letters ?? []
}

async function allPages(query: string): Promise<readonly (readonly Letter[])[]> {
  const pages: (readonly Letter[])[] = []
  let cursor = ''
  for (;;) {
    const { body } = await ask(`?${query}${cursor}`)
    pages.push(body.letters ?? [])
    if (typeof body.older !== 'string') return pages
    cursor = `&cursor=${body.older}`
  }
}

test('lists them, the newest last, without what records held', async () => {
  const { status, body } = await ask('')
  expect(status).toBe(200)
  const letters = body.letters ?? []
  expect(letters.map(({ time }) => time)).toEqual([1, 1, 3, 3, 5, 5, 7, 7, 9, 9])
  expect(body.older).toBeNull()
  expect(letters[0]).toMatchObject({ fate: 'bad', reason: 'it is negative', sent: false })
  expect(letters[0]).not.toHaveProperty('value')
})

test.each([1, 2, 3, 4, 9, 10, 11])(
  'gives each once in pages of %d, newest pages first',
  async (limit) => {
    const pages = await allPages(`limit=${limit}`)
    const numbers = pages.flat().map(({ number }) => number)
    expect(numbers).toHaveLength(10)
    expect(new Set(numbers).size).toBe(10)
    expect(pages.slice(0, -2).every(({ length }) => length === limit)).toBe(true)
    const times = pages
      .toReversed()
      .flat()
      .map(({ time }) => time)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  },
)

test('gives those of one step', async () => {
  const letters = (await allPages('step=other&limit=2')).flat()
  expect(letters).toHaveLength(5)
  expect(new Set(letters.map(({ step }) => step))).toEqual(new Set(['other']))
  expect((await ask('?step=nothing')).body).toMatchObject({ letters: [], older: null })
})

test('shows one with its value', async () => {
  const [letter] = await lettersOf()
  const { status, body } = await ask(`/${letter?.number ?? ''}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ ...letter, value: { symbol: 'B', n: -1 }, original: null })
})

test('sends a record again, once unless told otherwise, and a run takes it', async () => {
  const [letter, other] = await lettersOf('?step=total')
  const path = `/${letter?.number ?? ''}/send`
  const { status, body } = await ask(path, 'POST')
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      number: letter?.number,
      record: `test.items/${letter?.partition}@${letter?.offset}`,
    },
  })
  const again = await ask(path, 'POST')
  expect(again).toMatchObject({ status: 409, body: { code: 'not-sent' } })
  expect(again.body.detail).toContain('it was sent before; ask with {"again": true}')
  expect((await ask(path, 'POST', { again: true })).status).toBe(200)
  const letters = await lettersOf('?step=total')
  const sent = letters.filter((each) => each.sent).map(({ number }) => number)
  expect(sent).toEqual([letter?.number])
  expect(other?.sent).toBe(false)
  await runAll()
  expect(await lettersOf()).toHaveLength(14)
})

test('sends one once though it is asked for twice at a time', async () => {
  const [letter] = await lettersOf()
  const path = `/${letter?.number ?? ''}/send`
  const all = await Promise.all([ask(path, 'POST'), ask(path, 'POST'), ask(path, 'POST')])
  expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
})

test.each([
  ['/9:9', 404, 'letter-unknown'],
  ['/0:999', 404, 'letter-unknown'],
  ['/0:-1', 404, 'letter-unknown'],
  ['/%00', 404, 'letter-unknown'],
  ['/99999999999999999999:1', 404, 'letter-unknown'],
  ['?limit=0', 400, 'bad-request'],
  ['?limit=many', 400, 'bad-request'],
  ['?what=1', 400, 'bad-request'],
  ['?cursor=none', 400, 'cursor-malformed'],
  ['?cursor=1,,2', 400, 'cursor-malformed'],
])('answers %s with %d %s', async (path, status, code) => {
  expect(await ask(path)).toMatchObject({ status, body: { code } })
})

test('a cursor of other partitions does no harm', async () => {
  for (const offsets of ['0', '999999,999999', '1,2,3,4']) {
    expect((await ask(`?cursor=${offsets}`)).status).toBe(200)
  }
})

test('are sent by operators, and not of a finished replay', async () => {
  const [letter] = await lettersOf()
  const path = `/${letter?.number ?? ''}/send`
  server = await makeServer(api(true))
  expect(await ask(path, 'POST')).toMatchObject({ status: 409, body: { code: 'read-only' } })
  const viewer = newApiKey()
  const keys = [{ name: 'v', role: 'viewer', hash: viewer.hash } as const]
  server = await makeServer(api(), { access: { keys, tokens: undefined } })
  const url = `/api/v1/dead-letters${path}`
  const refused = await server.inject({ method: 'POST', url, headers: { 'x-api-key': viewer.key } })
  expect(refused.statusCode).toBe(403)
})

test('there are none where the topology has not run', async () => {
  const other = await openItemsLog(planItems(STEPS, TOPICS))
  await other.log.deleteTopic('t.dead-letters')
  rig = other
  server = await makeServer(api())
  expect((await ask('')).body).toEqual({ topology: 't', letters: [], older: null })
  expect((await ask('/0:0')).status).toBe(404)
})
