// A venue on this machine that counts who connects: replay, verify, test, check and explain make no
// connection, and a run does, so that this can fail.
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createBrotliDecompress } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  openVenue,
  type VenueOptions,
  type VenueSocket,
} from '../connectors/binance/venue.test-data.ts'
import { jsonLines, makePlace, millrace } from './log-commands.test-data.ts'

const TOPOLOGY = `topology: watch
sources:
  feed: { connection: venue, streams: [trade, depth], to: { trades: trades, depth: depth } }
topics:
  trades:
    topic: md.trades
    schema: market/Trade
    key: symbol
    time: time
    available: received
    partitions: 2
  depth: { topic: md.depth, schema: market/Depth, key: symbol, time: time, available: received }
  kept: { topic: kept, schema: market/Trade, key: symbol, partitions: 2 }
  tops: { topic: tops, schema: market/Quote, key: symbol }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  good:
    from: trades
    filter: price > 0
    to: kept
  ladder:
    from: depth
    book: { levels: 1 }
  whole:
    from: ladder
    filter: valid
    to: tops
`

const TESTS = `tests:
  - it: keeps a trade
    feed:
      trades:
        - value: { symbol: A, price: 1, size: 1, side: 1, trade_id: x, time: 1s, received: 1s }
    expect:
      good:
        - value: { symbol: A, price: 1 }
`

const CAPTURE = new URL('../apps/crypto/data/binance-usdm-btcusdt-20240808.raw.br', import.meta.url)
/** Trades and changes at the head of the capture, and those that are lost while it reconnects. */
const MESSAGES = 600
const [LOST_FROM, LOST_TO] = [300, 330]

interface Recorded {
  /** Of messages and snapshot, as the capture has them. */
  readonly lines: readonly string[]
  /** As websockets send them. */
  readonly messages: readonly Message[]
  readonly snapshot: Book
}

interface Message {
  readonly stream: string
  readonly data: Readonly<Record<string, unknown>>
}

interface Book {
  readonly lastUpdateId: number
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

type Level = readonly [price: string, size: string]

/** The trades and changes at the head of the capture, and its snapshot. */
async function readHead(): Promise<Recorded> {
  const input = createReadStream(CAPTURE).pipe(createBrotliDecompress())
  const lines: string[] = []
  const messages: Message[] = []
  let snapshot: Book | undefined
  for await (const line of createInterface({ input })) {
    const message = JSON.parse(line.slice(20)) as Message | Book
    if ('lastUpdateId' in message) snapshot = message
    else if (/@(?:trade|depth)/.test(message.stream)) messages.push(message)
    else continue
    lines.push(line)
    if (messages.length === MESSAGES) break
  }
  input.destroy()
  if (snapshot === undefined) throw new Error('the head of the capture holds no snapshot')
  return { lines, messages, snapshot }
}

/** The book as it is when the changes have been made to it. */
function rebuilt(book: Book, changes: readonly Message[]): Book {
  const sides = [new Map(book.bids), new Map(book.asks)]
  let { lastUpdateId } = book
  for (const { data } of changes) {
    if (data['e'] !== 'depthUpdate' || Number(data['u']) <= lastUpdateId) continue
    for (const [index, word] of ['b', 'a'].entries()) {
      for (const [price, size] of data[word] as readonly Level[]) {
        if (Number(size) === 0) sides[index]?.delete(price)
        else sides[index]?.set(price, size)
      }
    }
    lastUpdateId = Number(data['u'])
  }
  const [bids = [], asks = []] = sides.map((side) => [...side])
  return { ...book, lastUpdateId, bids, asks }
}

/** A topology with its tests, and an environment that names the venue and a history. */
async function makeScene(capture: string, options: VenueOptions = {}) {
  const place = makePlace()
  const venue = await openVenue(options)
  const topology = place.file('topology.yaml', TOPOLOGY)
  place.file('topology.test.yaml', TESTS)
  place.file('capture.raw', capture)
  const env = place.file(
    'env.yaml',
    `inputs: [binance:capture.raw]
connections:
  venue:
    connector: binance
    market: usdm
    symbols: [BTCUSDT]
    websocket: ${venue.websocket}
    rest: ${venue.rest}
`,
  )
  return { ...place, venue, topology, env, out: join(place.folder, 'out') }
}

test('only a run connects: replay, verify, test, check and explain do not', async () => {
  const { lines } = await readHead()
  const opened = Promise.withResolvers<null>()
  const scene = await makeScene(lines.slice(0, 200).join('\n'), {
    onSocket: () => opened.resolve(null),
  })
  const { venue, topology, env, out } = scene
  for (const args of [
    ['check', topology],
    ['explain', topology],
    ['test', topology.replace('.yaml', '.test.yaml')],
    ['replay', topology, '--env', env, '--out', out],
    ['replay', topology, '--env', env, '--out', out, '--engine', 'reference'],
    ['verify', topology, '--env', env, '--seeds', '1'],
    ['run', topology, '--log', scene.log, '--env', env, '--until-idle'],
    ['run', topology, '--log', scene.log, '--until-idle'],
  ]) {
    expect({ args, ...(await millrace(args)) }).toMatchObject({ args, code: 0 })
  }
  expect(venue.connections()).toBe(0)
  const running = millrace(['run', topology, '--log', scene.log, '--env', env])
  await opened.promise
  process.emit('SIGINT')
  expect(await running).toMatchObject({ code: 0 })
  expect(venue.connections()).toBeGreaterThan(0)
})

/** What of a topic does not depend on when it was received. */
function timeless(rows: readonly Record<string, unknown>[]) {
  return rows.map(({ key, time, value }) => {
    const { received, ...rest } = value as Record<string, unknown>
    expect(received).toBeTypeOf('number')
    return { key, time, value: rest }
  })
}

async function tapped(log: string, topic: string, ...more: readonly string[]) {
  return jsonLines(
    (await millrace(['tap', topic, '--log', log, '--until-idle', '--json', ...more])).out,
  )
}

/** What stands in a topic, heartbeats too, as a history that a replay takes. */
async function historyOf(log: string, topic: string): Promise<string> {
  const rows = await tapped(log, topic, '--kinds', 'all')
  return rows
    .map(({ kind, key, time, available, value }) =>
      JSON.stringify(
        kind === undefined ? { key, time, available, value } : { heartbeat: available },
      ),
    )
    .join('\n')
}

/** Runs on what the venue sends, over a connection that it breaks once, to the end of that. */
async function runBroken(...more: readonly string[]) {
  const { lines, messages, snapshot } = await readHead()
  const isLost = (_: unknown, index: number): boolean => index >= LOST_FROM && index < LOST_TO
  const sent = messages.filter((message, index) => !isLost(message, index))
  const parts = [sent.slice(0, LOST_FROM), sent.slice(LOST_FROM)]
  const last = rebuilt(snapshot, messages)
  let served: VenueSocket | undefined
  let part = 0
  const lost = new Set(messages.filter(isLost).map((message) => JSON.stringify(message)))
  const scene = await makeScene(lines.filter((line) => !lost.has(line.slice(20))).join('\n'), {
    onSocket: (socket, index) => {
      served = socket
      part = index
      for (const message of parts[index] ?? []) socket.send(message)
    },
    snapshot: () => (part === 0 ? snapshot : last),
  })
  let snapshots = 0
  const ran = await millrace(
    ['run', scene.topology, '--log', scene.log, '--env', scene.env, ...more],
    {
      err: (text) => {
        if (!text.includes('source-snapshot')) return
        snapshots += 1
        // What was sent before has come when the next connection begins. The third brings nothing.
        if (snapshots < 3) served?.close(1001)
        else process.emit('SIGINT')
      },
    },
  )
  expect(ran).toMatchObject({ code: 0 })
  // What was received and not processed when it was stopped is on the log.
  const { code } = await millrace(['run', scene.topology, '--log', scene.log, '--until-idle'])
  expect(code).toBe(0)
  return { ...scene, last }
}

test('a run gives what a replay of the same messages does', async () => {
  const scene = await runBroken()
  const { topology, env, log, out } = scene
  const kept = await tapped(log, 'kept')
  expect(kept.length).toBeGreaterThan(50)
  await millrace(['replay', topology, '--env', env, '--out', out])
  const replayed = (topic: string) => jsonLines(readFileSync(join(out, `${topic}.jsonl`), 'utf8'))
  expect(timeless(kept)).toEqual(timeless(replayed('kept')))
  // With the times at which the run has received them, everything is the same.
  const inputs = await Promise.all(
    ['trades', 'depth'].map(async (name) => {
      return `${name}=${scene.file(`${name}.jsonl`, await historyOf(log, `md.${name}`))}`
    }),
  )
  const again = await millrace(['replay', topology, '--input', ...inputs, '--out', out])
  expect(again).toMatchObject({ code: 0 })
  for (const topic of ['kept', 'tops']) {
    const rows = await tapped(log, topic)
    expect(rows.map(({ key, time, value }) => ({ key, time, value }))).toEqual(replayed(topic))
  }
})

test('a broken connection heals: the book is whole again from another snapshot', async () => {
  // Threads work on the log that the source appends to.
  const { log, last, venue } = await runBroken('--workers', '2')
  expect(venue.requests.length).toBeGreaterThanOrEqual(3)
  const tops = await tapped(log, 'tops')
  const prices = (side: readonly Level[]): readonly number[] => side.map(([price]) => Number(price))
  expect(tops.at(-1)?.['value']).toMatchObject({
    bid: Math.max(...prices(last.bids)),
    ask: Math.min(...prices(last.asks)),
  })
  const book = await tapped(log, 'md.depth')
  const updates = book.map(({ value }) => value as { snapshot: boolean; last_update: number })
  expect(updates.filter(({ snapshot }) => snapshot).map((each) => each.last_update)).toContain(
    last.lastUpdateId,
  )
})
