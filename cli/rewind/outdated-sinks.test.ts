import { expect, test } from 'vitest'
import { makePlace, millrace } from '../log-commands.test-data.ts'

const topologyOf = (sink: string, folder: string): string => `
topology: again
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 1 }
  marks: { topic: marks, schema: market/Quote, key: symbol, partitions: 1 }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  sound: { from: quotes, filter: bid > 0, to: marks }
sinks:
  raw: { from: quotes, parquet: { connection: raw } }
  ${sink}: { from: marks, parquet: { connection: ${folder} } }
`

const ENVIRONMENT = `
connections:
  raw: { connector: parquet, folder: raw }
  old: { connector: parquet, folder: old }
  new: { connector: parquet, folder: new }
`

const QUOTES = `symbol,bid,ask,time
EURUSD,1.1,1.2,2024-01-02T00:00:00Z
EURUSD,1.3,1.4,2024-01-02T00:00:02Z
`

test('a rewind names sinks that have written what it empties, until they begin anew', async () => {
  const { file, log } = makePlace()
  const topology = file('topology.yaml', topologyOf('lake', 'old'))
  const [env, quotes] = [file('env.yaml', ENVIRONMENT), file('quotes.csv', QUOTES)]
  const fed = ['feed', quotes, '--topic', 'quotes', '--from-topology', topology, '--log', log]
  expect(await millrace(fed)).toMatchObject({ code: 0 })
  const at = [topology, '--log', log, '--env', env]
  expect(await millrace(['run', ...at, '--until-idle'])).toMatchObject({ code: 0 })
  const rewind = (...more: readonly string[]) =>
    millrace(['rewind', ...at, '--clear-outputs', ...more])

  const refused = await rewind()
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toContain('sink "lake" has written "marks", and would take')
  expect(refused.err).not.toContain('"raw"')
  const kept = ['rewind', ...at, '--keep-outputs']
  expect(await millrace(kept)).toMatchObject({ code: 0, err: '' })
  expect(await millrace(['run', ...at, '--until-idle'])).toMatchObject({ code: 0 })

  const unasked = await millrace(['rewind', topology, '--log', log, '--clear-outputs'])
  expect(unasked).toMatchObject({ code: 0 })
  expect(unasked.err).toMatch(/^sink "lake" reads "marks", and no environment says where/)

  file('topology.yaml', topologyOf('lake_2', 'new'))
  expect(await rewind()).toMatchObject({ code: 0, err: '' })
  expect(await millrace(['run', ...at, '--until-idle'])).toMatchObject({ code: 0 })
  const counted = await millrace(['sinks', ...at, '--count'])
  expect(counted.out).toContain('lake_2: 2 rows, and the topic makes 2')
})
