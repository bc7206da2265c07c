// Channels over server-sent events and WebSockets, on a memory log: snapshots, updates, going on
// from a position, and what becomes of who is slow.
import { once } from 'node:events'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { openItemsLog, planItems } from '../../runtime/items-log.test-data.ts'
import { processPace } from '../../runtime/pace.ts'
import { findChannel } from '../../runtime/query/channels.ts'
import type { Update } from '../../runtime/query/topic-tail.ts'
import { makeApi } from '../make-api.ts'
import { type RunningServer, startServer } from '../server.ts'
import { Feed, type FeedMessage } from './feed.ts'

const TOPICS = `
topics:
  items: { topic: test.items, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }`
const plan = planItems('', TOPICS)
const scene = await openItemsLog(plan)
let server: RunningServer

beforeAll(async () => {
  const api = makeApi({
    layout: scene.layout,
    log: scene.log,
    registry: new Registry(),
    status: () => ({ topology: 't', slots: [], tasks: [], sinks: [] }),
    pace: processPace,
  })
  server = await startServer({ api, port: 0 })
})
afterAll(() => server.close())

let clock = 0
async function feed(...keys: readonly string[]): Promise<void> {
  await scene.feed(
    'items',
    keys.map((symbol) => {
      clock += 1
      return {
        kind: 'record',
        value: { symbol, n: clock },
        time: clock,
        available: clock,
        place: '',
      }
    }),
  )
}

type Message = Readonly<Record<string, unknown>>

/** Events of a stream until so many have come. */
async function events(path: string, count: number, headers: Record<string, string> = {}) {
  const over = new AbortController()
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/streams/${path}`, {
    headers,
    signal: over.signal,
  })
  const found: { event: string; id: string | undefined; data: Message }[] = []
  let text = ''
  for await (const part of response.body ?? []) {
    text += Buffer.from(part as Uint8Array).toString()
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = new Map(
        block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
      )
      const event = lines.get('event')
      if (event === undefined) continue
      found.push({
        event,
        id: lines.get('id'),
        data: JSON.parse(lines.get('data') ?? '') as Message,
      })
    }
    if (found.length >= count) break
  }
  over.abort()
  return found
}

test('a stream begins with the last record of each key, and goes on with what comes', async () => {
  await feed('a', 'b', 'a')
  let found: Awaited<ReturnType<typeof events>> | undefined
  const reading = events('test:items', 2).then((all) => (found = all))
  // Until it watches, what comes is part of the snapshot.
  await expect.poll(() => feed('c').then(() => found), { timeout: 10_000 }).toBeDefined()
  const [snapshot, update] = await reading
  expect(snapshot?.event).toBe('snapshot')
  const entries = snapshot?.data['entries'] as readonly Message[]
  expect(entries.map(({ key }) => key).toSorted()).toEqual(expect.arrayContaining(['a', 'b']))
  expect(entries.find(({ key }) => key === 'a')).toMatchObject({ time: 3, value: { n: 3 } })
  expect(update).toMatchObject({ event: 'update', data: { channel: 'test:items', key: 'c' } })
})

test('a stream of a key has that key alone, and goes on from the id of an event', async () => {
  await feed('x', 'y', 'x', 'x')
  const all = await events('items:x?from=0@0,1@0', 3)
  const times = all.map(({ data }) => (data['value'] as Message)['n'])
  expect(all.every(({ event, data }) => event === 'update' && data['key'] === 'x')).toBe(true)
  const headers = { 'last-event-id': all[0]?.id ?? '' }
  const rest = await events('items:x', 2, headers)
  expect(rest.map(({ data }) => (data['value'] as Message)['n'])).toEqual(times.slice(1))
})

test.each([
  ['nosuch', 404, 'channel-unknown'],
  ['items:x?from=0@1', 400, 'position-malformed'],
  ['items:x?from=abc', 400, 'position-malformed'],
  ['items:x?froom=0@1', 400, 'bad-request'],
])('%s is answered with %i', async (path, status, code) => {
  const answer = await fetch(`http://127.0.0.1:${server.port}/api/v1/streams/${path}`)
  expect([answer.status, ((await answer.json()) as Message)['code']]).toEqual([status, code])
})

test('a WebSocket has several channels, says what is wrong, and lets go of one', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/v1/streams`)
  const messages: Message[] = []
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message))
  await once(socket, 'open')
  const send = (order: unknown): void => socket.send(JSON.stringify(order))
  const typesOf = (channel: string) =>
    messages.filter((each) => each['channel'] === channel).map(({ type }) => type)
  send({ op: 'subscribe', channel: 'items:k1' })
  send({ op: 'subscribe', channel: 'items:k2' })
  send({ op: 'subscribe', channel: 'nosuch' })
  send({ op: 'dance' })
  await expect
    .poll(() => [typesOf('items:k1'), typesOf('items:k2')])
    .toEqual([['snapshot'], ['snapshot']])
  await expect.poll(() => messages.filter(({ type }) => type === 'problem')).toHaveLength(2)
  await feed('k1', 'k2')
  await expect.poll(() => typesOf('items:k2')).toEqual(['snapshot', 'update'])
  send({ op: 'unsubscribe', channel: 'items:k1' })
  await expect.poll(() => typesOf('items:k1')).toEqual(['snapshot', 'update', 'unsubscribed'])
  await feed('k1', 'k2')
  await expect.poll(() => typesOf('items:k2')).toHaveLength(3)
  expect(typesOf('items:k1')).toHaveLength(3)
  socket.close()
})

test('who is slow gets the last record of a key, hears what it missed, and is dropped', () => {
  const channel = findChannel(plan, 'items')
  if (channel === undefined || channel === 'malformed') throw new Error('no channel')
  const sent: FeedMessage[] = []
  let [backlog, now] = [0, 0]
  const outlet = { send: (message: FeedMessage) => void sent.push(message), backlog: () => backlog }
  const slow = new Feed({ channel, outlet, from: undefined, now: () => now })
  const update = (key: string, n: number): Update => {
    return { partition: 0, offset: n, key, value: { symbol: key, n }, time: n }
  }
  slow.begin([], [0, 0])
  slow.take([update('a', 0)])
  backlog = 1_000_000
  slow.take([update('a', 1), update('b', 2), update('a', 3), update('a', 4)])
  expect(slow.tick()).toBeUndefined()
  expect(sent.map(({ type }) => type)).toEqual(['snapshot', 'update'])
  backlog = 0
  expect(slow.tick()).toBeUndefined()
  expect(sent.slice(2)).toMatchObject([
    { key: 'a', position: 'test.items/0@4', skipped: 2 },
    { key: 'b', position: 'test.items/0@2', resume: '0@5,1@0' },
  ])
  backlog = 1_000_000
  slow.take([update('a', 5)])
  slow.tick()
  now = 10_001
  expect(slow.tick()).toMatch(/nothing was taken for 10 s/)
})
