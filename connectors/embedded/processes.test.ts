import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { append, row, rowsOf, series, valuesOf } from '../contract/row.ts'
import { faultOf, read } from '../contract/scene.ts'
import { freshFolder, runProcess, runThread, startProcess } from './child.test-data.ts'
import { openEmbeddedLog } from './embedded-log.ts'

const openOrSay = (folder: string, options: string): string => `
  try {
    const log = await open('${folder}', ${options})
    say('opened')
    await log.close()
  } catch (error) {
    say(error.code + ': ' + error.message)
  }`

test('refuses a second process that writes, and names the first', async () => {
  const folder = freshFolder()
  const log = await openEmbeddedLog(folder, { mode: 'write' })
  expect(await runProcess(openOrSay(folder, "{ mode: 'write' }"))).toEqual([
    `log-in-use: process ${process.pid} is writing to the log "${folder}"; ` +
      'wait until it has ended, or stop it',
  ])
  const share = "{ mode: 'write', share: { worker: 0, workers: 2 } }"
  expect(await runProcess(openOrSay(folder, share))).toEqual([
    expect.stringContaining('log-in-use'),
  ])
  await log.close()
  expect(await runProcess(openOrSay(folder, "{ mode: 'write' }"))).toEqual(['opened'])
})

test('lets another process read while this one writes', async () => {
  const folder = freshFolder()
  const log = await openEmbeddedLog(folder, { mode: 'write' })
  await log.createTopics([{ name: 't', partitions: 1, keeps: 'all' }])
  const reader = startProcess(`
    const log = await open('${folder}', { mode: 'read' })
    say('reads')
    const values = []
    for (let offset = 0; values.length < 300; ) {
      const position = { topic: 't', partition: 0, offset }
      const [fetched] = await log.fetch([position], { maxRecords: 7, waitMs: 1000 })
      for (const { batch, from } of fetched.batches) {
        for (let at = from; at < batch.count; at += 1) {
          values.push(batch.bytes.toString('utf8', batch.keyEnds[at], batch.valueEnds[at]))
        }
      }
      offset = fetched.next
    }
    say(values.join())
    say(Buffer.from(log.tables.get('state', 'n')).toString())
    await log.close()`)
  expect((await reader.lines.next()).value).toBe('reads')
  const producer = await log.producer('p')
  const wanted: string[] = []
  for (let n = 0; n < 300; n += 1) {
    const puts = [{ table: 'state', key: 'n', value: Buffer.from(`${n}`) }]
    await producer.transact({ appends: [append('t', 0, [row('k', `v${n}`)])], puts })
    wanted.push(`v${n}`)
  }
  expect((await reader.lines.next()).value).toBe(wanted.join())
  expect((await reader.lines.next()).value).toBe('299')
  await reader.ended
  await log.close()
})

test('uses room again that a reader held when it was killed', async () => {
  const folder = freshFolder()
  const log = await openEmbeddedLog(folder, { mode: 'write' })
  const producer = await log.producer('p')
  const value = Buffer.alloc(20_000)
  const puts = [{ table: 'state', key: 'n', value }]
  await producer.transact({ appends: [], puts })
  const reader = startProcess(`
    const log = await open('${folder}', { mode: 'read' })
    for (const entry of log.tables.entries('state', '')) process.kill(process.pid, 'SIGKILL')`)
  await reader.ended
  for (let n = 0; n < 300; n += 1) await producer.transact({ appends: [], puts })
  expect(statSync(join(folder, 'data.mdb')).size).toBeLessThan(200 * value.length)
  await log.close()
})

const KILLS = 10
const ROWS = 500

/** Writes on, and dies when the given part of a transaction has passed. */
const writeAndDie = (folder: string, part: number): string => `
  const { Worker } = await import('node:worker_threads')
  const flag = new Int32Array(new SharedArrayBuffer(8))
  const killer = new Worker(\`
    import { parentPort, workerData as flag } from 'node:worker_threads'
    parentPort.postMessage('waits')
    Atomics.wait(flag, 0, 0)
    Atomics.wait(flag, 1, 0, flag[0] / 1000)
    process.kill(process.pid, 'SIGKILL')\`, { eval: true, workerData: flag })
  await new Promise((resolve) => killer.once('message', resolve))
  const log = await open('${folder}', { mode: 'write' })
  await log.createTopics([{ name: 't', partitions: 3, keeps: 'all' }])
  const producer = await log.producer('p')
  const first = Number(Buffer.from(log.tables.get('state', 'n') ?? '0')) + 1
  const rows = Array.from({ length: ${ROWS} }, (_, index) => 'a row of some length ' + index)
  for (let n = first, took = 0; ; n += 1) {
    const start = performance.now()
    if (n === first + 3) {
      flag[0] = Math.max(1, took * 1000 * ${part})
      Atomics.notify(flag, 0)
    }
    const puts = [{ table: 'state', key: 'n', value: Buffer.from(String(n)) }]
    await producer.transact({ appends: [0, 1, 2].map((each) => append('t', each, rows)), puts })
    took = performance.now() - start
    say(String(n))
  }`

test('holds whole transactions only, and all that were acknowledged, after kill -9', async () => {
  const folder = freshFolder()
  for (let kill = 0; kill < KILLS; kill += 1) {
    let acknowledged = 0
    const child = startProcess(writeAndDie(folder, (kill + 0.5) / KILLS))
    for await (const line of child.lines) acknowledged = Number(line)
    await child.ended
    expect(child.process.signalCode).toBe('SIGKILL')
    expect(acknowledged).toBeGreaterThan(0)
    const log = await openEmbeddedLog(folder, { mode: 'write' })
    const commits = Number(Buffer.from(log.tables?.get('state', 'n') ?? '0').toString())
    expect(commits).toBeGreaterThanOrEqual(acknowledged)
    expect(commits).toBeLessThanOrEqual(acknowledged + 1)
    const bounds = await log.bounds([0, 1, 2].map((partition) => ({ topic: 't', partition })))
    expect(bounds.map(({ stable }) => stable)).toEqual(Array(3).fill(ROWS * commits))
    await log.close()
  }
  const log = await openEmbeddedLog(folder, { mode: 'read' })
  const positions = [0, 1, 2].map((partition) => ({ topic: 't', partition, offset: 0 }))
  const fetched = await log.fetch(positions, { maxRecords: 1e9, waitMs: 0 })
  for (const each of fetched) {
    const rows = rowsOf(each)
    expect(rows.length).toBe(each.stable)
    const wrong = rows.findIndex(
      ({ value, offset }, index) =>
        offset !== index || value !== `a row of some length ${index % ROWS}`,
    )
    expect(wrong).toBe(-1)
  }
  await log.close()
})

test('lets threads of one process share it, each with its own slots', async () => {
  const folder = freshFolder()
  const log = await openEmbeddedLog(folder, { mode: 'write', share: { worker: 0, workers: 2 } })
  await log.createTopics([{ name: 't', partitions: 1, keeps: 'all' }])
  const zombie = await log.producer('taken')
  const other = runThread(`
    const log = await open('${folder}', { mode: 'write', share: { worker: 1, workers: 2 } })
    const producer = await log.producer('theirs')
    for (let n = 0; n < 50; n += 1) {
      await producer.transact({ appends: [append('t', 0, ['theirs ' + n])], puts: [] })
    }
    await log.producer('taken')
    say((await (await log.join('group', 5)).poll()).slots.join())
    await log.close()`)
  const producer = await log.producer('ours')
  for (const each of series('ours', 50)) {
    await producer.transact({ appends: [append('t', 0, [each])], puts: [] })
  }
  expect(await other).toEqual(['1,3'])
  expect((await (await log.join('group', 5)).poll()).slots).toEqual([0, 2, 4])
  const rows = await read(log, 't', 100)
  expect(rows.map(({ offset }) => offset)).toEqual(Array.from({ length: 100 }, (_, at) => at))
  for (const word of ['ours', 'theirs']) {
    const own = valuesOf(rows).filter((value) => value?.startsWith(word))
    expect(own).toEqual(valuesOf(series(word, 50)))
  }
  await faultOf(zombie.transact({ appends: [], puts: [] }), 'fenced')
  await log.close()
})
