import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { loadTopology } from '../../cli/load-topology.ts'
import { operators } from '../../operators/index.ts'
import { runReference } from '../../runtime/reference/interpreter.ts'
import { createCodec } from '../../schemas/codec.ts'
import { keyBytes, partitionOf } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { symbolNames, ticksBySymbol } from './ticks.ts'

const RECORDS = 1_000_000

/**
 * Committed records and the sum of the CRC-32 of their Avro bodies, as two other engines give them.
 */
const ANSWER = {
  quotes: { records: 1_000_000, checksum: '0007a1000f47f242' },
  indicators: { records: 1_000_000, checksum: '0007a09b3b26ff9d' },
  bars: { records: 49_984, checksum: '000061c72eec26d4' },
  signals: { records: 1_789, checksum: '0000039368b415b5' },
}

test('T0, T1 and T2 over a million ticks give the answer of Kafka Streams, bit for bit', () => {
  const path = new URL('topology.yaml', import.meta.url).pathname
  const { plan, diagnostics } = loadTopology(path)
  expect(renderDiagnostics(diagnostics)).toBe('')
  if (plan === undefined) throw new Error('no plan')
  const names = symbolNames((name, partitions) => partitionOf(keyBytes(name), partitions))
  const totals = new Map(Object.keys(ANSWER).map((topic) => [topic, { records: 0, sum: 0n }]))
  // Symbols do not meet in these workloads and the checksum is a sum, so one symbol at a time will
  // do.
  for (const ticks of ticksBySymbol(RECORDS, names).values()) {
    const items = ticks.map((tick, i) => ({
      kind: 'record' as const,
      value: tick as unknown as Value,
      time: tick.ts,
      available: tick.ts,
      place: String(i),
    }))
    const { outputs } = runReference({ plan, operators, inputs: new Map([['ticks', items]]) })
    for (const [topic, total] of totals) {
      const schema: unknown = JSON.parse(readSchema(topic))
      const codec = createCodec(schema)
      for (const { value } of outputs.get(topic) ?? []) {
        total.records += 1
        total.sum += BigInt(crc32(codec.encode(value)))
      }
    }
  }
  const came = Object.fromEntries(
    [...totals].map(([topic, { records, sum }]) => [
      topic,
      { records, checksum: sum.toString(16).padStart(16, '0') },
    ]),
  )
  expect(came).toEqual(ANSWER)
}, 180_000)

const SCHEMAS: Readonly<Record<string, string>> = {
  quotes: 'quote',
  indicators: 'indicator',
  bars: 'bar',
  signals: 'signal',
}

function readSchema(topic: string): string {
  return readFileSync(new URL(`schemas/bench/${SCHEMAS[topic]}.avsc`, import.meta.url), 'utf8')
}
