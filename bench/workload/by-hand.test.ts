import { expect, test } from 'vitest'
import { createCodec } from '../../schemas/codec.ts'
import { byHand, type Workload } from './by-hand.ts'
import { tickSchema } from './topologies.ts'
import { tickWalk } from './ticks.ts'

const INPUT = { records: 1_000_000, symbols: 16, partitions: 4 }

/** As two other engines give them: bench/peers/kafka-streams/README.md. */
const KNOWN: readonly (readonly [Workload, Readonly<Record<string, readonly [number, string]>>])[] =
  [
    ['T0', { quotes: [1_000_000, '0007a1000f47f242'] }],
    ['T1', { indicators: [1_000_000, '0007a09b3b26ff9d'] }],
    ['T2', { bars: [49_984, '000061c72eec26d4'], signals: [1_789, '0000039368b415b5'] }],
  ]

test.each(KNOWN)('gives of %s what the peers give, bit for bit', (workload, known) => {
  const codec = createCodec(tickSchema())
  const loop = byHand(workload)
  const next = tickWalk(INPUT)
  for (let index = 0; index < INPUT.records; index += 1) loop.take(codec.encode(next()))
  const outputs = [...loop.end()].map(([name, { records, checksum }]) => {
    return [name, [records, checksum.toString(16).padStart(16, '0')]]
  })
  expect(Object.fromEntries(outputs)).toEqual(known)
})
