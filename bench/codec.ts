// Claim: our codec costs about the CPU per record of avsc alone on the same schema, although it
// refuses what avsc lets pass. Prints both and their ratio; medians of alternating rounds. Run:
// node bench/codec.ts
import avro from 'avsc'
import { builtInSchemas } from '../schemas/built-in.ts'
import { createCodec } from '../schemas/codec.ts'
import { Decimal } from '../schemas/decimal.ts'
import type { Value } from '../schemas/type.ts'

const rounds = 15
const time = 1_723_161_255_342_000

interface Case {
  readonly schema: string
  readonly value: Value
  readonly records: number
  /** Whether avsc alone can do it: it knows no decimals. */
  readonly peer: boolean
}

const levels = Array.from({ length: 20 }, (_, index) => ({ price: 61837 + index / 10, size: 0.5 }))
const cases: readonly Case[] = [
  {
    schema: 'market/Trade',
    value: {
      symbol: 'BTCUSDT',
      price: 61837.63,
      size: 0.02,
      side: 1,
      trade_id: '3735683259',
      time,
      received: time,
    },
    records: 200_000,
    peer: true,
  },
  {
    schema: 'market/Depth',
    value: {
      symbol: 'BTCUSDT',
      time,
      received: time,
      first_update: 50093239189,
      last_update: 50093239202,
      previous_update: null,
      snapshot: false,
      bids: levels,
      asks: levels,
    },
    records: 20_000,
    peer: true,
  },
  {
    schema: 'trading/Fill',
    value: {
      fill_id: 'f-1',
      order_id: 'o-1',
      account: 'a1',
      strategy: 'm',
      symbol: 'BTCUSDT',
      side: 1,
      quantity: new Decimal('0.02'),
      price: new Decimal('61837.63'),
      fee: new Decimal('0.61837630'),
    },
    records: 20_000,
    peer: false,
  },
]

/** CPU microseconds per record. */
function cost(records: number, work: () => void): number {
  const start = process.cpuUsage()
  for (let index = 0; index < records; index += 1) work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / records
}

function median(costs: readonly number[]): number {
  return costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? NaN
}

function print(what: string, records: number, ours: () => void, peer?: () => void): void {
  const costs = { ours: [] as number[], peer: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    costs.ours.push(cost(records, ours))
    if (peer) costs.peer.push(cost(records, peer))
  }
  const own = median(costs.ours)
  const theirs = median(costs.peer)
  const ratio = peer ? `  avsc ${theirs.toFixed(3)} us  ratio ${(own / theirs).toFixed(2)}` : ''
  process.stdout.write(`${what.padEnd(22)} ${own.toFixed(3)} us${ratio}\n`)
}

for (const { schema, value, records, peer } of cases) {
  const json: unknown = JSON.parse(builtInSchemas.get(schema)?.text ?? 'null')
  const codec = createCodec(json)
  const bytes = Buffer.from(codec.encode(value))
  const buffer = Buffer.alloc(8192)
  const raw = peer ? avro.Type.forSchema(json as avro.Schema, { wrapUnions: false }) : undefined
  print(`${schema} encode`, records, () => codec.encode(value), raw && (() => raw.toBuffer(value)))
  print(
    `${schema} into`,
    records,
    () => codec.encodeInto(value, buffer, 0),
    raw && (() => raw.encode(value, buffer, 0)),
  )
  print(
    `${schema} decode`,
    records,
    () => codec.decode(bytes),
    raw && (() => void raw.fromBuffer(bytes)),
  )
}
