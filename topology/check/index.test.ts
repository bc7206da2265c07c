import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules } from './index.ts'

const SUPPORT = ['harness', 'index', 'rule']

test('it lists every rule of the folder, each under the code that is its file name', () => {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .filter((name) => !SUPPORT.includes(name))
  expect(rules.map(({ code }) => code)).toEqual(files.sort())
})

test('it says of every rule what holds, in a sentence', () => {
  expect(rules.filter(({ holds }) => !/^[A-Z].*\.$/.test(holds))).toEqual([])
})
