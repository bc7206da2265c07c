import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

const place = (): string => mkdtempSync(join(tmpdir(), 'millrace-make-folder-'))

test('makes all that is missing, and leaves be what is there', () => {
  const folder = join(place(), 'a', 'b', 'c')
  makeFolder(folder)
  writeFileSync(join(folder, 'kept'), 'x')
  makeFolder(folder)
  expect(statSync(join(folder, 'kept')).size).toBe(1)
})

test('refuses a name that is a file, lies below one, or is empty', () => {
  const file = join(place(), 'file')
  writeFileSync(file, 'x')
  expect(() => makeFolder(file)).toThrow('EEXIST')
  expect(() => makeFolder(join(file, 'below'))).toThrow('ENOTDIR')
  expect(() => makeFolder('')).toThrow('the name is empty')
})

test.skipIf(!existsSync('/proc/self'))('comes back where no folder can be made', () => {
  expect(() => makeFolder('/proc/no-such-folder')).toThrow('ENOENT')
  expect(() => makeFolder('/proc/no-such-folder/below')).toThrow('ENOENT')
})
