import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findProcess, logFile, startProcess, stopProcess } from './process.ts'
import { until } from './until.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-process-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Runs a shell script that is known by its folder. */
function start(folder: string, script: string): Promise<number> {
  return startProcess(folder, { command: 'sh', args: ['-c', script, `${folder}/script`] }, [])
}

const folderOf = (name: string) => mkdtempSync(join(root, name))

test('starts a process that is found by its pid file, and whose output is in the log', async () => {
  const folder = folderOf('found')
  const pid = await start(folder, 'echo hello; while :; do sleep 0.1; done')
  expect(findProcess(folder)).toBe(pid)
  const said = () => readFileSync(logFile(folder), 'utf8') === 'hello\n'
  expect(await until(said, { withinMs: 10_000 })).toBe(true)
  expect(await stopProcess(folder, pid, { signal: 'SIGTERM', withinMs: 10_000 })).toBe('stopped')
  expect(findProcess(folder)).toBeUndefined()
})

test('kills a process that does not end when it is asked', async () => {
  const folder = folderOf('deaf')
  const pid = await start(folder, 'trap "" TERM; echo deaf; while :; do sleep 0.1; done')
  await until(() => readFileSync(logFile(folder), 'utf8') === 'deaf\n', { withinMs: 10_000 })
  expect(await stopProcess(folder, pid, { signal: 'SIGTERM', withinMs: 200 })).toBe('killed')
  expect(findProcess(folder)).toBeUndefined()
})

test('takes a process of a folder whose name begins alike for another one', async () => {
  const folder = folderOf('alike')
  const pid = await start(folder, 'while :; do sleep 0.1; done')
  const shorter = folder.slice(0, -1)
  mkdirSync(shorter)
  for (const other of [shorter, folderOf('other')]) {
    writeFileSync(join(other, 'server.pid'), `${pid}\n`)
    expect(findProcess(other), other).toBeUndefined()
  }
  await stopProcess(folder, pid, { signal: 'SIGTERM', withinMs: 10_000 })
})

test('lets one of two starts at a time win', async () => {
  const folder = folderOf('twice')
  const pid = await start(folder, 'while :; do sleep 0.1; done')
  await expect(start(folder, 'while :; do sleep 0.1; done')).rejects.toThrow(
    `another "up" is starting the server in ${folder}`,
  )
  expect(findProcess(folder)).toBe(pid)
  await stopProcess(folder, pid, { signal: 'SIGTERM', withinMs: 10_000 })
})
