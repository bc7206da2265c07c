import { expect, test } from 'vitest'
import { bannedCalls } from './banned-calls.ts'
import { findIn } from './sample.ts'

test.each([
  ['Date.now()', 'Date.now'],
  ['const clock = Date.now', 'Date.now'],
  ['new Date()', 'new Date()'],
  ['new Date', 'new Date()'],
  ['Date()', 'new Date()'],
  ['Math.random()', 'Math.random'],
  ['globalThis.Math.random()', 'Math.random'],
  ['performance.now()', 'performance.now'],
  ['process.hrtime.bigint()', 'process.hrtime'],
  ['setTimeout(f, 1)', 'setTimeout'],
  ['globalThis.setInterval(f, 1)', 'setInterval'],
  ["import { setTimeout as wait } from 'node:timers/promises'", 'setTimeout'],
  ["import { env } from 'node:process'", 'process.env'],
  ["import { randomUUID } from 'node:crypto'", 'randomUUID'],
  ["console.log('x')", 'console'],
  ['process.env.HOME', 'process.env'],
  ['process.exit(1)', 'process.exit'],
])('refuses %s', (code, about) => {
  expect(findIn(bannedCalls, { 'cli/a.ts': `\n${code}` })).toEqual([`cli/a.ts:2 ${about}`])
})

test.each([
  'new Date(0)',
  'Date.parse(text)',
  'clock.setTimeout(f, 1)',
  'interface Clock { setTimeout(f: () => void): void }',
  '// Date.now() and setTimeout are banned',
  "'console.log'",
  'process.exitCode = 1',
  "import { env } from './settings.ts'",
])('lets be %s', (code) => {
  expect(findIn(bannedCalls, { 'cli/a.ts': code })).toEqual([])
})
