import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeWhole } from './write-whole.ts'

test('it writes over what is there, or says why not and leaves nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'a.json')
  writeWhole(path, 'old')
  writeWhole(path, 'new')
  expect(readFileSync(path, 'utf8')).toBe('new')
  const taken = join(folder, 'b.json')
  mkdirSync(taken)
  for (const [to, why] of [
    [taken, 'EISDIR'],
    [join(folder, 'none', 'c.json'), 'its folder does not exist; create it'],
  ] as const) {
    expect(() => {
      writeWhole(to, 'x')
    }).toThrow(
      expect.objectContaining({
        code: 'file-unwritable',
        message: expect.stringContaining(why) as string,
      }),
    )
  }
  expect(readdirSync(folder).toSorted()).toEqual(['a.json', 'b.json'])
})
