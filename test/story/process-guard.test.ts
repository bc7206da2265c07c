import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { until } from '../../docker/native/until.ts'

const PARENT = `
  import { spawn } from 'node:child_process'
  import { guardProcess } from ${JSON.stringify(new URL('./process-guard.ts', import.meta.url))}
  const start = () => spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
  const [guarded, other] = [start(), start()]
  guardProcess(guarded.pid)
  guardProcess(other.pid)()
  process.stdout.write(guarded.pid + ' ' + other.pid)
  setInterval(() => {}, 1000)
`

test('ends what it guards when its process dies, and nothing that has been released', async () => {
  const args = ['--input-type=module', '-e', PARENT]
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(parent.stdout, 'data')) as [Buffer]
  const [guarded = 0, other = 0] = said.toString().split(' ').map(Number)
  const isThere = (pid: number): boolean => existsSync(`/proc/${pid}/cwd`)
  try {
    expect([isThere(guarded), isThere(other)]).toEqual([true, true])
    parent.kill('SIGKILL')
    expect(await until(() => !isThere(guarded), { withinMs: 10_000 })).toBe(true)
    expect(isThere(other)).toBe(true)
  } finally {
    process.kill(other, 'SIGKILL')
    parent.kill('SIGKILL')
  }
})
