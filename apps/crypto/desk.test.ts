// Holds what the README says of `npm start`: the same command, in this process.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { main } from '../../cli/main.ts'
import { recordedIo } from '../../cli/recorded-io.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The first fenced text block of the README's section. */
function said(): string {
  const [, start = ''] = readFileSync(join(root, 'README.md'), 'utf8').split('## Start\n')
  return /```text\n([\s\S]*?)```/.exec(start)?.[1] ?? ''
}

/** A command in this process, with paths from the root of the repository. */
async function run(words: string) {
  const io = recordedIo()
  const args = words
    .split(' ')
    .map((word) => word.replace(/^apps\//, `${root}/apps/`).replace('out/crypto', folder))
  await main(args, io)
  return io
}

test('npm start comes to what the README says', async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const [, words = ''] = /^node cli\/main\.ts (.*)$/.exec(scripts['start'] ?? '') ?? []
  const io = await run(words)
  expect(io.exitCode(), io.errors()).toBe(0)
  expect(said().split('\n').length).toBeGreaterThan(20)
  expect(io.output()).toContain(said())
}, 120_000)

test('verify finds one answer for the desk, and no look-ahead', async () => {
  const history = 'apps/crypto/topology.yaml --env apps/crypto/history.yaml'
  const io = await run(`verify ${history} --records 4500 --seeds 1`)
  expect(io.output()).toMatch(/\nall \d+ runs agree\n$/)
  expect(io.exitCode()).toBe(0)
  // Too little history would have nothing to differ in.
  expect(io.output()).not.toMatch(/digest of (signals|decisions|orders|fills): 0{64}/)
}, 180_000)
