import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, 'main.ts')

function runInto(stdout: number | 'pipe', stderr: number | 'pipe', ...args: readonly string[]) {
  const stdio = ['ignore', stdout, stderr] as const
  return spawnSync(process.execPath, [main, ...args], { stdio: [...stdio], timeout: 30_000 })
}

test.skipIf(!existsSync('/dev/full'))('ends where nothing more can be written', () => {
  const full = openSync('/dev/full', 'w')
  try {
    const out = runInto(full, 'pipe', '--help')
    expect(out.status).toBe(2)
    expect(String(out.stderr)).toContain('error: the output cannot be written: ENOSPC')
    expect(runInto('pipe', full, 'check', 'no-such.yaml').status).toBe(2)
  } finally {
    closeSync(full)
  }
})
