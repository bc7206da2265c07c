import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Change } from './changelog-batch.ts'
import { CopyTaken } from './copy-taken.ts'
import { type LocalState, openLocalState } from './local-state.ts'

const HISTORY = 'history-1'
let folder = ''
let opened: LocalState[] = []
let dropped: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-local-'))
  dropped = []
})

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
  rmSync(folder, { recursive: true })
})

function open(gathered = 1): LocalState {
  const onDropped = (message: string): void => void dropped.push(message)
  const local = openLocalState({ folder, topology: 't', onDropped, gathered })
  opened.push(local)
  return local
}

async function close(local: LocalState): Promise<void> {
  opened = opened.filter((each) => each !== local)
  await local.close()
}

function copyOf(local: LocalState, partition = 0) {
  const copy = local.copyOf(partition)
  if (copy === undefined) throw new Error('no copy')
  return copy
}

const standing = (position: number) => ({ id: HISTORY, position, deletions: 0 })
const change = (name: string, text: string | null): Change => {
  return [name, text === null ? null : Buffer.from(text)]
}
const textOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString()

test('gives what was added, before it is written and after, and after a restart', async () => {
  const local = open(3)
  const copy = copyOf(local)
  copy.add([change('a', '1'), change('b', '2')], standing(2))
  expect([copy.read('a'), copy.read('b'), copy.read('c')].map(textOf)).toEqual([
    '1',
    '2',
    undefined,
  ])
  copy.add([change('a', null), change('c', '3')], standing(5))
  expect([copy.read('a'), copy.read('c')].map(textOf)).toEqual([undefined, '3'])
  expect([...copy.entries('')].map(([name]) => name)).toEqual(['b', 'c'])
  copy.add([change('b', '4')], standing(7))
  copy.close()
  await close(local)
  const again = copyOf(open())
  expect(again.standing).toEqual(standing(7))
  expect(textOf(again.read('b'))).toBe('4')
  expect(dropped).toEqual([])
})

test('keeps the copies of partitions apart', () => {
  const local = open()
  copyOf(local, 1).add([change('a', '1')], standing(1))
  copyOf(local, 11).add([change('a', '2')], standing(2))
  expect([...copyOf(local, 1).entries('')]).toHaveLength(1)
  copyOf(local, 11).clear()
  expect(copyOf(local, 11).standing).toBeUndefined()
  expect(textOf(copyOf(local, 1).read('a'))).toBe('1')
})

test('what gathers when the process is gone is not there, and the standing says so', () => {
  const local = open(10)
  const copy = copyOf(local)
  copy.add([change('a', '1')], standing(1))
  copy.flush()
  copy.add([change('a', '2')], standing(2))
  // Whoever opens it now finds what a process finds after a kill.
  const again = copyOf(local)
  expect(again.standing).toEqual(standing(1))
  expect(textOf(again.read('a'))).toBe('1')
})

test('whoever had a copy before writes and reads it no more', () => {
  const local = open(10)
  const zombie = copyOf(local)
  zombie.add([change('a', '1')], standing(1))
  const heir = copyOf(local)
  heir.add([change('a', '2')], standing(2))
  expect(() => zombie.flush()).toThrow(CopyTaken)
  expect(() => zombie.read('b')).toThrow(CopyTaken)
  zombie.close()
  heir.flush()
  expect(textOf(heir.read('a'))).toBe('2')
})

const data = () => join(folder, 't', 'data.mdb')

test.each([
  ['cut in half', 'cut off', () => truncateSync(data(), statSync(data()).size / 2)],
  ['cut to a few bytes', 'cut off', () => truncateSync(data(), 100)],
  ['no database', 'does not begin', () => writeFileSync(data(), Buffer.alloc(1 << 16, 'x'))],
])('a file that is %s is thrown away, and that is said', async (_what, why, damage) => {
  const local = open()
  copyOf(local).add(
    Array.from({ length: 3_000 }, (_, n) => change(`key ${n}`, 'x'.repeat(100))),
    standing(1),
  )
  await close(local)
  damage()
  const again = copyOf(open())
  expect(again.standing).toBeUndefined()
  expect([...again.entries('')]).toEqual([])
  expect(dropped).toEqual([expect.stringContaining(why)])
})

test('a folder that cannot be one is refused in words', () => {
  writeFileSync(join(folder, 't'), 'a file')
  expect(() => open()).toThrow(/cannot be used.*--state/)
})

/** Another process that writes copies until it is killed. */
function startWriter(role: 'hold' | 'write') {
  const child = fork(new URL('./local-writer.test-data.ts', import.meta.url), [folder, role], {
    execArgv: [],
  })
  let last = 0
  const heard = (least: number): Promise<void> =>
    new Promise((resolve, reject) => {
      child.on('message', (position: number) => {
        last = position
        if (position >= least) resolve()
      })
      child.once('exit', () => reject(new Error('the writer ended')))
    })
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      child.removeAllListeners('exit')
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  return { heard, kill, last: () => last }
}

test('a folder that another process has is refused, until that is gone', async () => {
  mkdirSync(join(folder, 't'))
  const writer = startWriter('hold')
  await writer.heard(1)
  expect(() => open()).toThrow(/process \d+ keeps its local state in/)
  await writer.kill()
  expect(copyOf(open()).standing).toEqual(standing(1))
})

test('a process that is killed while it writes leaves a copy of one moment', async () => {
  for (const least of [50, 300]) {
    const writer = startWriter('write')
    await writer.heard(least)
    await writer.kill()
    const local = open()
    const copy = copyOf(local)
    const { position = 0 } = copy.standing ?? {}
    expect(position).toBeGreaterThanOrEqual(least)
    // Each transaction writes its position into every entry.
    const texts = new Set([...copy.entries('')].map(([, bytes]) => textOf(bytes)))
    expect([...texts]).toEqual([String(position)])
    await close(local)
  }
  expect(dropped).toEqual([])
})
