import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { EngineError } from '../../../topology/engine-error.ts'
import { hardenKafkajs } from './install.ts'

/** Runs in a thread of its own, which has modules of its own; gives what the thread says last. */
function inThread(...steps: readonly string[]): Promise<unknown> {
  const install = JSON.stringify(new URL('install.ts', import.meta.url).href)
  const code = `
    const { parentPort } = require('node:worker_threads')
    const path = require('node:path')
    const run = async () => {
      const { installKafkajs, assertHardened } = await import(${install})
      const settings = (logger) => ({ host: 'localhost', port: 1, logger, clientId: 'me' })
      ${steps.join('\n')}
    }
    run().then((said) => parentPort.postMessage(said), (error) => {
      parentPort.postMessage([error.name, error.code, error.message])
    })`
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

const kafkajs = JSON.stringify(createRequire(import.meta.url).resolve('kafkajs'))

test('is in force in every thread', async () => {
  const said = inThread(
    'const { ConnectionPool, logger } = installKafkajs()',
    'const pool = new ConnectionPool(settings(logger))',
    'assertHardened(pool)',
    'const errors = require(path.join(path.dirname(' + kafkajs + '), "src/protocol/error.js"))',
    'return [pool.pool.length, errors.createErrorFromCode(90).type]',
  )
  expect(await said).toEqual([2, 'PRODUCER_FENCED'])
})

test('is refused where kafkajs was loaded before', async () => {
  const said = inThread(`require(${kafkajs})`, 'installKafkajs()')
  expect(await said).toEqual([
    ...['EngineError', 'client-differs'],
    'kafkajs was loaded before it could be hardened: import it nowhere else',
  ])
})

test("tells kafkajs's own connections from ours", async () => {
  const said = inThread(
    `require(${kafkajs})`,
    `const Pool = require(path.join(path.dirname(${kafkajs}), 'src/network/connectionPool.js'))`,
    'const logger = { namespace: () => logger, debug() {}, error() {} }',
    'const pool = new Pool(settings(logger))',
    'assertHardened(pool)',
  )
  expect(await said).toEqual([
    ...['Error', undefined],
    'kafkajs makes its own connections: the hardening is not in force here',
  ])
})

test('is refused for another version of kafkajs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafkajs-'))
  try {
    const other = join(folder, 'node_modules', 'kafkajs')
    mkdirSync(other, { recursive: true })
    writeFileSync(join(other, 'package.json'), '{ "name": "kafkajs", "version": "2.2.5" }')
    const require = createRequire(join(folder, 'here.js'))
    const refused = expect.objectContaining({
      code: 'client-differs',
      message: 'kafkajs 2.2.5 is installed, not 2.2.4: install exactly 2.2.4',
    }) as EngineError
    expect(() => hardenKafkajs(require)).toThrow(refused)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
