// Claim: a sink writes trades into QuestDB at 80 % or more of the rows per second of a hand-written
// loop over the official client, and at 5,000 rows/s a write takes 10 ms at most at the 95th
// percentile. Both write the same batches to one server, in alternating rounds, each to a table of
// its own; the loop keeps neither coordinates nor a position, and upserts nothing. Run:
// node bench/sinks/questdb.ts [rows a round] [rounds]
import { Sender } from '@questdb/nodejs-client'
import { questdb as server } from '../../docker/native/questdb.ts'
import { processPace, presentTime } from '../../runtime/pace.ts'
import { parseSchema } from '../../schemas/avro.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { questdb } from '../../sinks/questdb/questdb.ts'
import type { Sink, SinkRecord } from '../../sinks/sink.ts'
import { startServer } from '../../test/servers/start-server.ts'

const ROWS = Number(process.argv[2] ?? 200_000)
const ROUNDS = Number(process.argv[3] ?? 5)
const BATCH = 5_000
const RATE = 5_000
const EVERY_MS = 10
const PACED_SECONDS = 10

const FIRST = 1_723_161_255_342_000

function trade(offset: number): SinkRecord {
  const time = FIRST + offset * 100
  const value = {
    symbol: `SYM${offset % 50}`,
    price: 60_000 + (offset % 4_000) / 100,
    size: (offset % 977) / 1_000,
    side: offset % 2 === 0 ? 1 : -1,
    trade_id: String(3_735_683_259 + offset),
    time,
    received: time + 1_200,
  }
  return { offset, key: value.symbol, value, time, available: value.received }
}

function trades(from: number, count: number): readonly SinkRecord[] {
  return Array.from({ length: count }, (_, index) => trade(from + index))
}

/** Writes the records; the server has acknowledged them when it returns. */
type Write = (records: readonly SinkRecord[]) => Promise<void>

async function byHand(url: string): Promise<Write> {
  const sender = await Sender.fromConfig(`http::addr=${new URL(url).host};auto_flush=off`)
  return async (records) => {
    for (const { value } of records) {
      const { symbol, price, size, side, trade_id, time, received } = value as unknown as Trade
      await sender
        .table('by_hand')
        .symbol('symbol', symbol)
        .floatColumn('price', price)
        .floatColumn('size', size)
        .intColumn('side', side)
        .stringColumn('trade_id', trade_id)
        .timestampColumn('received', received, 'us')
        .at(time, 'us')
    }
    await sender.flush()
  }
}

interface Trade {
  readonly symbol: string
  readonly price: number
  readonly size: number
  readonly side: number
  readonly trade_id: string
  readonly time: number
  readonly received: number
}

function openSink(url: string): Promise<Sink> {
  const schema = builtInSchemas.get('market/Trade')
  if (schema === undefined) throw new Error('market/Trade is built in')
  const { record } = parseSchema(schema)
  const login = { user: undefined, password: undefined, token: undefined }
  const names = { connection: 'bench', table: 'by_sink', symbols: undefined, key: undefined }
  return questdb.open({
    topology: 'bench',
    name: 'trades',
    topic: {
      ...{ topic: 'trades', name: 'trades', record, key: ['symbol'], time: 'time' },
      ...{ partitions: 1, isTable: false },
    },
    config: { ...names, partition: 'day', ttl: 'none', rollups: undefined },
    settings: { url, ...login, tls_ca: undefined, tls_verify: true, timeout: 30_000_000 },
    clock: { ...processPace, present: presentTime },
  })
}

async function bySink(sink: Sink): Promise<Write> {
  const partition = await sink.claim(0)
  return async (records) => {
    const from = records[0]?.offset ?? 0
    const refused = await partition.write({
      partition: 0,
      from,
      next: from + records.length,
      records,
    })
    if (refused.length > 0) throw new Error('a trade is refused')
  }
}

interface Figure {
  readonly rowsPerSecond: number
  readonly cpuMicros: number
}

async function round(write: Write, from: number): Promise<Figure> {
  const batches = Array.from({ length: ROWS / BATCH }, (_, at) => trades(from + at * BATCH, BATCH))
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  for (const batch of batches) await write(batch)
  const seconds = (performance.now() - start) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  return { rowsPerSecond: ROWS / seconds, cpuMicros: (user + system) / ROWS }
}

/** Milliseconds that writes take at a given rate, sorted. */
async function paced(write: Write, from: number): Promise<readonly number[]> {
  const took: number[] = []
  const start = performance.now()
  for (let at = from; took.length < (PACED_SECONDS * 1_000) / EVERY_MS;) {
    await processPace.pause(Math.max(0, start + took.length * EVERY_MS - performance.now()))
    const batch = trades(at, (RATE * EVERY_MS) / 1_000)
    const begun = performance.now()
    await write(batch)
    took.push(performance.now() - begun)
    at += batch.length
  }
  return took.toSorted((a, b) => a - b)
}

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? NaN
const quantile = (sorted: readonly number[], part: number): string =>
  (sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(2)

async function applied(url: string): Promise<void> {
  const query = 'SELECT sum(sequencerTxn - writerTxn) FROM wal_tables()'
  for (;;) {
    const answer = await fetch(`${url}/exec?query=${encodeURIComponent(query)}`)
    const { dataset } = (await answer.json()) as { readonly dataset: readonly [readonly [number]] }
    if (dataset[0][0] === 0) return
    await processPace.pause(20)
  }
}

const started = await startServer(server, { heap: '1g' })
const [url = ''] = started.addresses
const sink = await openSink(url)
const writers = { 'by hand': await byHand(url), sink: await bySink(sink) }
const figures: Record<string, Figure[]> = { 'by hand': [], sink: [] }
for (let at = 0; at <= ROUNDS; at += 1) {
  for (const [name, write] of Object.entries(writers)) {
    const figure = await round(write, at * ROWS)
    await applied(url)
    // The first round compiles and makes tables.
    if (at > 0) figures[name]?.push(figure)
  }
}
const medians = Object.entries(figures).map(([name, rounds]) => {
  const speed = median(rounds.map((each) => each.rowsPerSecond).toSorted((a, b) => a - b))
  const cpu = median(rounds.map((each) => each.cpuMicros).toSorted((a, b) => a - b))
  process.stdout.write(
    `${name.padEnd(8)} ${Math.round(speed).toLocaleString('en').padStart(9)} rows/s` +
      `  ${cpu.toFixed(2)} us of CPU a row\n`,
  )
  return { speed, cpu }
})
const [hand = { speed: NaN, cpu: NaN }, own = { speed: NaN, cpu: NaN }] = medians
process.stdout.write(
  `ratio    ${(own.speed / hand.speed).toFixed(2)} of the rows/s, ` +
    `${(own.cpu / hand.cpu).toFixed(2)} of the CPU\n`,
)
for (const [name, write] of Object.entries(writers)) {
  const took = await paced(write, (ROUNDS + 1) * ROWS)
  await applied(url)
  process.stdout.write(
    `${name.padEnd(8)} at ${RATE} rows/s, ${(RATE * EVERY_MS) / 1_000} a write: ` +
      `p50 ${quantile(took, 0.5)} ms, p95 ${quantile(took, 0.95)} ms\n`,
  )
}
await sink.close()
await started.stop()
