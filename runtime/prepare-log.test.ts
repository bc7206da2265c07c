import { expect, test } from 'vitest'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { makeLayout } from './layout.ts'
import { prepareLog } from './prepare-log.ts'
import { pass, planSteps } from './reference/run-steps.test-data.ts'

function layoutOf(declared: string) {
  const topics = `
topics:
  items: { topic: items.v1, schema: my/Item, ${declared} }
fate: { bad: fail, late: fail, duplicate: fail }`
  return makeLayout(planSteps({ operators: [pass], topics, steps: '  a: { from: items, pass: }' }))
}

test('makes every topic of the layout, and is content to find them', async () => {
  const log = createMemoryBroker().connect()
  const layout = layoutOf('key: symbol')
  await prepareLog(layout, log)
  await prepareLog(layout, log)
  const names = [...(await log.topics()).keys()]
  expect(names).toEqual(layout.topics.map(({ name }) => name))
})

test.each([
  ['key: all, partitions: 2', 'filled with key [symbol], and "items" declares []'],
  ['key: symbol, partitions: 2, delay: 1s', 'filled with delay 0, and "items" declares 1000000'],
  ['key: symbol', 'with 2 partitions instead of 1'],
])('refuses a log whose input was filled otherwise than %s', async (declared, why) => {
  const log = createMemoryBroker().connect()
  await prepareLog(layoutOf('key: symbol, partitions: 2'), log)
  const refused = prepareLog(layoutOf(declared), log)
  await expect(refused).rejects.toMatchObject({ code: 'topic-differs' })
  await expect(refused).rejects.toThrow(why)
})

test('lets another key be where there is one partition: every key has its place', async () => {
  const log = createMemoryBroker().connect()
  await prepareLog(layoutOf('key: symbol'), log)
  await prepareLog(layoutOf('key: all'), log)
})
