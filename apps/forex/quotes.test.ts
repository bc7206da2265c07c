// Holds what data/README.md says of the quotes: the figures there were counted with awk, these are
// read by the engine.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { InputTopic } from '../../connectors/file/input-record.ts'
import { readRecords } from '../../connectors/file/read-records.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { parseSchema } from '../../schemas/avro.ts'

const quote = builtInSchemas.get('market/Quote')
if (!quote) throw new Error('market/Quote is built in')
const topic: InputTopic = {
  name: 'quotes',
  ...parseSchema(quote),
  key: ['symbol'],
  time: 'time',
  available: undefined,
  delay: 0,
  unit: undefined,
}

test.each([
  ['oanda-eurusd-20140501', 24179, 1398902400292, 1398988771310, 70, 125, 0, 0],
  ['oanda-eurusd-20140502', 49341, 1398988800277, 1399064398557, 277, 71, 0, 0],
  ['fxcm-eurusd-20140505', 58143, 1399248003074, 1399334398807, 0, 88, 4987, 7109],
])('reads %s with all its dirt', async (name, ...figures) => {
  const times: number[] = []
  let [crossed, locked] = [0, 0]
  const file = readRecords(join(import.meta.dirname, 'data', `${name}.csv.gz`), topic)
  for await (const items of file) {
    for (const item of items) {
      if (item.kind !== 'record' || item.value === null) throw new Error(`${name} has bad rows`)
      const { symbol, bid, ask, time } = item.value
      if (symbol !== 'EURUSD' || item.available !== time) throw new Error(`${name} has other rows`)
      times.push(item.time / 1000)
      if (Number(bid) > Number(ask)) crossed += 1
      if (bid === ask) locked += 1
    }
  }
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  const repeated = steps.filter((step) => step === 0).length
  const gaps = steps.filter((step) => step > 60_000).length
  expect([times.length, times[0], times.at(-1), repeated, gaps, crossed, locked]).toEqual(figures)
  expect(steps.filter((step) => step < 0)).toEqual([])
  expect(file.ignored).toEqual(new Map())
})
