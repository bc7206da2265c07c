import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePlace, millrace, QUOTES } from './log-commands.test-data.ts'

const TOPOLOGY = `topology: desk
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: fail, late: fail, duplicate: fail }
sinks:
  lake: { from: quotes, parquet: { connection: history } }
`

function makeDesk() {
  const place = makePlace()
  const topology = place.file('desk.yaml', TOPOLOGY)
  const env = place.file(
    'env.yaml',
    'connections: { history: { connector: parquet, folder: . } }\n',
  )
  const quotes = place.file('quotes.csv', QUOTES)
  const short = place.file('short.csv', QUOTES.split('\n').slice(0, 2).join('\n'))
  const feed = (log: string, file: string) => {
    return millrace(['feed', file, '--log', log, '--from-topology', topology, '--topic', 'quotes'])
  }
  const on = (log: string, command: string, ...more: readonly string[]) => {
    return millrace([command, topology, '--log', log, '--env', env, ...more])
  }
  return { ...place, quotes, short, feed, on }
}

test('shows where a sink stands, and that its rows are as many as the topic makes', async () => {
  const { log, quotes, feed, on } = makeDesk()
  await feed(log, quotes)
  expect(await on(log, 'run', '--until-idle')).toMatchObject({ code: 0 })
  const { code, out } = await on(log, 'sinks', '--count')
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining('lake: 3 rows, and the topic makes 3\n') as string,
  })
})

test("says that the topic is another one where it ends before a sink's position", async () => {
  const { folder, log, quotes, short, feed, on } = makeDesk()
  await feed(log, quotes)
  expect(await on(log, 'run', '--until-idle')).toMatchObject({ code: 0 })
  const other = `embedded:${join(folder, 'other')}`
  await feed(other, short)
  const { code, out } = await on(other, 'sinks')
  expect({ code, out }).toEqual({
    code: 1,
    out: expect.stringMatching(
      /^lake: it stands at \d of market\.quotes\/0, which ends at \d: of another/m,
    ) as string,
  })
})
