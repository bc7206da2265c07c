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

test('npm start comes to what the README says', async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const [, words = ''] = /^node cli\/main\.ts (.*)$/.exec(scripts['start'] ?? '') ?? []
  const args = words
    .split(' ')
    .map((word) => word.replace(/^apps\//, `${root}/apps/`).replace('out/crypto', folder))
  const io = recordedIo()
  await main(args, io)
  expect(io.exitCode(), io.errors()).toBe(0)
  expect(said().split('\n').length).toBeGreaterThan(20)
  expect(io.output()).toContain(said())
}, 120_000)
