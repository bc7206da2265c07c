import { expect, test } from 'vitest'
import type { InputItem } from '../connectors/file/input-record.ts'
import { openDriver } from './driver.ts'
import { openItemsLog, planItems } from './items-log.test-data.ts'
import { item as anyItem } from './reference/run-steps.test-data.ts'
import { StoppedByRecord } from './task/dead-letters.ts'

const item = (symbol: string, at: number, n: number): InputItem =>
  anyItem(symbol, at, n) as InputItem

const TOPICS = `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: 2 }
  news: { topic: news, schema: my/Item, key: symbol }
  out: { topic: out, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: fail, late: fail, duplicate: fail }`
const PLAN = planItems(
  `  first: { from: items, sum: , to: out }
  told: { from: news, pass: , key: broadcast }
  second: { from: out, sum: }
  seen: { from: second, enrich: { told: { with: told, on: "'Z'", missing: hold } } }`,
  TOPICS,
)

async function open() {
  const rig = await openItemsLog(PLAN)
  const { layout, operators, log } = rig.options()
  return { rig, driver: await openDriver({ layout, operators, log }) }
}

test('runs what one sub-topology writes through the next, with a broadcast', async () => {
  const { rig, driver } = await open()
  await rig.feed('news', [item('Z', 1, 7)])
  // A and D belong to different partitions.
  await rig.feed('items', [item('A', 2, 1), item('D', 3, 10), item('A', 4, 2), item('D', 5, 20)])
  for (const name of ['items', 'news']) await rig.end(name, 9)
  await driver.run()
  await driver.close()
  expect(await rig.given('second')).toEqual(['A 1', 'D 10', 'A 4', 'D 40'])
  expect(await rig.given('seen')).toEqual(['A 1', 'D 10', 'A 4', 'D 40'])
})

test('restores every task from the log after a crash, at whatever point', async () => {
  const { rig, driver } = await open()
  await driver.crash()
  const items = Array.from({ length: 10 }, (_, at) => item(at % 3 === 0 ? 'D' : 'A', at, at))
  for (const each of items) {
    await rig.feed('items', [each])
    await driver.run()
    await driver.crash()
    await driver.crash()
  }
  for (const name of ['items', 'news']) await rig.end(name, 20)
  await driver.crash()
  await driver.run()
  await driver.close()
  const straight = await open()
  await straight.rig.feed('items', items)
  for (const name of ['items', 'news']) await straight.rig.end(name, 20)
  await straight.driver.run()
  await straight.driver.close()
  expect(await rig.given('second')).toEqual(await straight.rig.given('second'))
  expect(await rig.given('second')).toHaveLength(10)
})

test('goes on when an input that had ended brings more', async () => {
  const { rig, driver } = await open()
  await rig.feed('items', [item('A', 1, 1)])
  for (const name of ['items', 'news']) await rig.end(name, 5)
  await driver.run()
  await rig.feed('items', [item('A', 6, 2)])
  for (const name of ['items', 'news']) await rig.end(name, 9)
  await driver.run()
  await driver.close()
  expect(await rig.given('second')).toEqual(['A 1', 'A 4'])
})

test('hands on what stops a task', async () => {
  const { rig, driver } = await open()
  await rig.feed('items', [item('A', 1, -1)])
  for (const name of ['items', 'news']) await rig.end(name, 5)
  await expect(driver.run()).rejects.toBeInstanceOf(StoppedByRecord)
  await driver.close()
})
