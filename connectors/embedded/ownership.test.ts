import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faultOf } from '../contract/scene.ts'
import { freshFolder, startProcess } from './child.test-data.ts'
import { openEmbeddedLog } from './embedded-log.ts'
import { openDatabase } from './environment.ts'
import { writerKey } from './keys.ts'

/** Notes a process as the one that writes. */
async function pretend(folder: string, owner: object, generation = 7): Promise<void> {
  const database = openDatabase(folder, 'write')
  const head = Buffer.alloc(8)
  head.writeDoubleBE(generation)
  const text = JSON.stringify({ shared: false, handles: 1, ...owner })
  database.putSync(writerKey, Buffer.concat([head, Buffer.from(text)]))
  await database.close()
}

test('refuses this process too, if it has the log open already and does not share it', async () => {
  const folder = freshFolder()
  const share = { worker: 0, workers: 2 }
  for (const [first, second] of [
    [{}, {}],
    [{ share }, {}],
    [{}, { share }],
  ] as const) {
    const log = await openEmbeddedLog(folder, { mode: 'write', ...first })
    await expect(openEmbeddedLog(folder, { mode: 'write', ...second })).rejects.toMatchObject({
      code: 'log-in-use',
      message: expect.stringContaining(`this process (${process.pid}) has the log`) as string,
    })
    await log.close()
  }
})

test('is free once every thread that shares it has closed it', async () => {
  const folder = freshFolder()
  const share = { worker: 0, workers: 2 }
  const one = await openEmbeddedLog(folder, { mode: 'write', share })
  const other = await openEmbeddedLog(folder, { mode: 'write', share: { worker: 1, workers: 2 } })
  await one.close()
  await faultOf(openEmbeddedLog(folder, { mode: 'write' }), 'log-in-use')
  await other.close()
  await (await openEmbeddedLog(folder, { mode: 'write' })).close()
})

test('replaces an owner that died without closing it', async () => {
  const folder = freshFolder()
  const child = startProcess(`
    await open('${folder}', { mode: 'write' })
    say('opened')
    setInterval(() => {}, 1000)`)
  expect((await child.lines.next()).value).toBe('opened')
  await faultOf(openEmbeddedLog(folder, { mode: 'write' }), 'log-in-use')
  child.process.kill('SIGKILL')
  await child.ended
  await (await openEmbeddedLog(folder, { mode: 'write' })).close()
})

test.skipIf(startOf(process.ppid) === '')(
  'does not take a process with the number of the owner for it (needs /proc)',
  async () => {
    const folder = freshFolder()
    await pretend(folder, { process: process.ppid, started: startOf(process.ppid) })
    await faultOf(openEmbeddedLog(folder, { mode: 'write' }), 'log-in-use')
    await pretend(folder, { process: process.ppid, started: '1' })
    await (await openEmbeddedLog(folder, { mode: 'write' })).close()
  },
)

test('fences an owner that another process has replaced', async () => {
  const folder = freshFolder()
  const log = await openEmbeddedLog(folder, { mode: 'write' })
  const producer = await log.producer('p')
  await pretend(folder, { process: 1, started: '1' })
  await faultOf(producer.transact({ appends: [], puts: [] }), 'fenced')
  await faultOf(log.createTopics([{ name: 't', partitions: 1, keeps: 'all' }]), 'fenced')
  await log.close()
})

function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
