// Claim: the sink to Postgres writes 80 % or more of the rows per second, and per CPU second of its
// process, of a batch loop by hand over the bare client, although it moves its position in the same
// transaction; and at 5,000 rows/s a write takes 10 ms at most at the 95th percentile. All take
// turns on one server. Run: node bench/sinks/postgres.ts [rows a turn]
import pg from 'pg'
import { postgres as server } from '../../docker/native/postgres.ts'
import { portOf } from '../../docker/native/server.ts'
import { processPace } from '../../runtime/pace.ts'
import { parseSchema } from '../../schemas/avro.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { postgres } from '../../sinks/postgres/postgres.ts'
import type { SinkPartition, SinkRecord, SinkTopic } from '../../sinks/sink.ts'
import { type StartedServer, startServer } from '../../test/servers/start-server.ts'
import { median } from '../measure/spread.ts'

const ROWS = Number(process.argv[2] ?? 200_000)
const BATCH = 1_000
const TURNS = 5
const RATE = 5_000
const PACED_SECONDS = 10
const TIME = 1_723_161_255_342_000

const schema = builtInSchemas.get('market/Trade')
if (schema === undefined) throw new Error('market/Trade is built in')
const topic: SinkTopic = {
  topic: 'market.trades',
  name: 'trades',
  record: parseSchema(schema).record,
  key: ['symbol'],
  time: 'time',
  partitions: 1,
  isTable: false,
}

function trade(offset: number): SinkRecord {
  const symbol = `S${String(offset % 16)}`
  const time = TIME + offset * 1000
  const price = 60_000 + (offset % 1_000) / 100
  const trade_id = String(3_735_683_259 + offset)
  const value = { symbol, price, size: 0.02, side: 1, trade_id, time, received: time }
  return { offset, key: symbol, value, time, available: time }
}

/** Writes the records from an offset on, and returns when they are durable. */
type Write = (records: readonly SinkRecord[], from: number) => Promise<void>

const columns = {
  symbol: 'text',
  price: 'float8',
  size: 'float8',
  side: 'int8',
  trade_id: 'text',
  time: 'timestamptz',
  received: 'timestamptz',
}
const names = [...Object.keys(columns), '_partition', '_offset']

/** What a loop sends of a record, in the order of `names`: times as text, to the microsecond. */
function cells({ value, offset }: SinkRecord): readonly unknown[] {
  const { symbol, price, size, side, trade_id, time, received } = value ?? {}
  return [symbol, price, size, side, trade_id, text(time), text(received), 0, offset]
}

function text(micros: unknown): string {
  const whole = new Date(Math.floor(Number(micros) / 1000)).toISOString()
  return `${whole.slice(0, -1)}${String(Number(micros) % 1000).padStart(3, '0')}Z`
}

/** One statement with a parameter for each cell. */
function manyValues(client: pg.Client, table: string): Write {
  return async (records) => {
    const places = records.map((_, row) => {
      const each = names.map((_, at) => `$${String(row * names.length + at + 1)}`)
      return `(${each.join(',')})`
    })
    const into = `insert into ${table} (${names.join(',')}) values ${places.join(',')}`
    await client.query(into, records.flatMap(cells))
  }
}

/** One statement with a parameter for each column. */
function arrays(client: pg.Client, table: string): Write {
  const types = [...Object.values(columns), 'int4', 'int8']
  const each = types.map((type, at) => `$${String(at + 1)}::${type}[]`)
  const into = `insert into ${table} (${names.join(',')}) select * from unnest(${each.join(',')})`
  return async (records) => {
    const rows = records.map(cells)
    const values = names.map((_, at) => rows.map((row) => row[at]))
    await client.query({ name: 'into', text: into, values })
  }
}

function ours(partition: SinkPartition): Write {
  return async (records, from) => {
    const refused = await partition.write({
      partition: 0,
      from,
      next: from + records.length,
      records,
    })
    if (refused.length > 0) throw new Error('the sink refuses what the bench makes')
  }
}

interface Contender {
  readonly name: string
  readonly write: Write
  offset: number
  readonly rates: number[]
  readonly perCpu: number[]
}

async function turn(contender: Contender, rows: number): Promise<void> {
  const batches: SinkRecord[][] = []
  for (let at = 0; at < rows; at += BATCH) {
    const from = contender.offset + at
    batches.push(Array.from({ length: BATCH }, (_, place) => trade(from + place)))
  }
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  for (const batch of batches) {
    await contender.write(batch, contender.offset)
    contender.offset += batch.length
  }
  const { user, system } = process.cpuUsage(cpu)
  contender.rates.push((rows / (performance.now() - began)) * 1000)
  contender.perCpu.push((rows / (user + system)) * 1e6)
}

/** Milliseconds that each write took, a batch every `everyMs`. */
async function pace(contender: Contender, everyMs: number): Promise<readonly number[]> {
  const took: number[] = []
  const size = (RATE * everyMs) / 1000
  const began = performance.now()
  for (let at = 0; at < (PACED_SECONDS * 1000) / everyMs; at += 1) {
    await processPace.pause(Math.max(0, began + at * everyMs - performance.now()))
    const batch = Array.from({ length: size }, (_, place) => trade(contender.offset + place))
    const start = performance.now()
    await contender.write(batch, contender.offset)
    took.push(performance.now() - start)
    contender.offset += size
  }
  return took.toSorted((a, b) => a - b)
}

function percentile(sorted: readonly number[], part: number): string {
  return (sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(2)
}

async function main(started: StartedServer): Promise<void> {
  const address = `postgres://127.0.0.1:${String(portOf(started, 'postgres'))}/millrace`
  const sink = await postgres.open({
    ...{ topology: 'bench', name: 'bench', topic },
    config: {
      ...{ connection: undefined, table: 'ours', schema: 'public' },
      ...{ key: undefined, indexes: undefined, on_delete: 'delete' },
    },
    settings: {
      ...{ url: address, user: 'millrace', password: 'millrace', database: undefined },
      ...{ tls: false, tls_ca: undefined, tls_verify: true },
      ...{ pool: 1, statement_timeout: 30_000_000 },
    },
    clock: { present: () => TIME, now: () => performance.now(), pause: () => Promise.resolve() },
  })
  const client = new pg.Client(started.addresses[0])
  await client.connect()
  for (const table of ['values_loop', 'arrays_loop']) {
    await client.query(`create table ${table} (like ours including all)`)
  }
  const none = () => ({ offset: 0, rates: [], perCpu: [] })
  const own: Contender = { name: 'sink', write: ours(await sink.claim(0)), ...none() }
  const loops: readonly Contender[] = [
    { name: 'loop: values', write: manyValues(client, 'values_loop'), ...none() },
    { name: 'loop: arrays', write: arrays(client, 'arrays_loop'), ...none() },
  ]
  for (const contender of [own, ...loops]) await turn(contender, BATCH * 10)
  for (const contender of [own, ...loops]) contender.rates.length = contender.perCpu.length = 0
  for (let count = 0; count < TURNS; count += 1) {
    for (const contender of [own, ...loops]) await turn(contender, ROWS)
  }
  for (const { name, rates, perCpu } of [own, ...loops]) {
    const share = (all: readonly number[], of: readonly number[]) =>
      `${((median(of) / median(all)) * 100).toFixed(0)} %`
    const figures = `${median(rates).toFixed(0)} rows/s, ${median(perCpu).toFixed(0)} rows/CPU s`
    const ratios = `sink: ${share(rates, own.rates)} and ${share(perCpu, own.perCpu)} of it`
    process.stdout.write(`${name.padEnd(14)} ${figures}; ${ratios}\n`)
  }
  for (const contender of [own, ...loops]) {
    for (const everyMs of [10, 20]) {
      const took = await pace(contender, everyMs)
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => percentile(took, part))
      process.stdout.write(
        `${contender.name.padEnd(14)} ${RATE} rows/s, a batch every ${everyMs} ms: ` +
          `p50 ${String(p50)} p95 ${String(p95)} p99 ${String(p99)} ms\n`,
      )
    }
  }
  await client.end()
  await sink.close()
}

const started = await startServer(server)
await main(started)
await started.stop()
