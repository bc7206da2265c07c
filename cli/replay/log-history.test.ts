import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePlace, millrace } from '../log-commands.test-data.ts'

const TOPOLOGY = `topology: mids
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 3 }
  out: { topic: out, schema: market/Quote, key: symbol, partitions: 3 }
steps:
  wide:
    from: quotes
    filter: ask > 1.0
    to: out
`

/** Of eight symbols, so that every partition has some. */
function quotes(): string {
  const lines = Array.from({ length: 400 }, (_, index) => {
    const time = new Date(Date.UTC(2024, 0, 2) + index * 250).toISOString()
    return `S${(index * 5) % 8},${1 + index / 100},${2 + index / 100},${time}`
  })
  return `symbol,bid,ask,time\n${lines.join('\n')}\nS1,high,2,2024-01-02T01:00:00Z\n`
}

function digestIn(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'digest.json'), 'utf8'))
}

test('replays a topic of a log as it replays the file that filled it', async () => {
  const { folder, log, file } = makePlace()
  const topology = file('topology.yaml', TOPOLOGY)
  const csv = file('quotes.csv', quotes())
  const [fromFile, fromLog] = [join(folder, 'file'), join(folder, 'from-log')]
  const feed = ['feed', csv, '--log', log, '--topic', 'quotes', '--from-topology', topology]
  for (const words of [
    feed,
    ['replay', topology, '--input', `quotes=${csv}`, '--out', fromFile],
    ['replay', topology, '--input', `quotes=${log}`, '--out', fromLog],
  ]) {
    const { code, err } = await millrace(words)
    expect({ words, code, err }).toMatchObject({ code: 0 })
  }
  expect(digestIn(fromLog)).toEqual(digestIn(fromFile))
  const out = readFileSync(join(fromLog, 'out.jsonl'), 'utf8')
  expect(out).toBe(readFileSync(join(fromFile, 'out.jsonl'), 'utf8'))
  expect(out.split('\n')).toHaveLength(401)
})

test('cuts a log by time as it cuts a file', async () => {
  const { folder, log, file } = makePlace()
  const topology = file('topology.yaml', TOPOLOGY)
  const csv = file('quotes.csv', quotes())
  await millrace(['feed', csv, '--log', log, '--topic', 'quotes', '--from-topology', topology])
  const range = ['--from', '2024-01-02T00:00:10Z', '--to', '2024-01-02T00:00:20Z']
  const [one, other] = [join(folder, 'one'), join(folder, 'other')]
  await millrace(['replay', topology, '--input', `quotes=${csv}`, ...range, '--out', one])
  await millrace(['replay', topology, '--input', `quotes=${log}`, ...range, '--out', other])
  expect(readFileSync(join(other, 'out.jsonl'), 'utf8').split('\n')).toHaveLength(41)
  expect(digestIn(other)).toEqual(digestIn(one))
})

test('refuses to remove the log that it reads, a name of no log, a verification', async () => {
  const { folder, file } = makePlace()
  const topology = file('topology.yaml', TOPOLOGY)
  const csv = file('quotes.csv', quotes())
  const out = join(folder, 'out')
  const log = `embedded:${join(out, 'log')}`
  await millrace(['feed', csv, '--log', log, '--topic', 'quotes', '--from-topology', topology])
  const replay = ['replay', topology, '--input', `quotes=${log}`, '--out']
  expect((await millrace([...replay, out])).err).toContain('would remove the input embedded:')
  const verify = await millrace(['verify', topology, '--input', `quotes=${log}`])
  expect(verify).toMatchObject({ code: 1 })
  expect(verify.err).toContain('verify reads files')
  const missing = ['replay', topology, '--input', `quotes=kafka:`, '--out', join(folder, 'new')]
  expect((await millrace(missing)).err).toContain('names no broker')
})

test('says that a log has no such topic, which is a mistake of the user', async () => {
  const { folder, log, file } = makePlace()
  const csv = file('quotes.csv', quotes())
  const topology = file('topology.yaml', TOPOLOGY)
  await millrace(['feed', csv, '--log', log, '--topic', 'quotes', '--from-topology', topology])
  const other = file('other.yaml', TOPOLOGY.replace('topic: quotes', 'topic: qoutes'))
  const replay = ['replay', other, '--input', `quotes=${log}`, '--out', join(folder, 'out')]
  const { code, err } = await millrace(replay)
  expect(code).toBe(1)
  expect(err).toContain(`${log} has no topic "qoutes" to replay; did you mean "quotes"?`)
})
