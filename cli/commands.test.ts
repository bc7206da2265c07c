import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { main } from './main.ts'
import { projectFiles } from './new.ts'
import { MOMENTUM } from './plan-of.test-data.ts'
import { recordedIo } from './recorded-io.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'millrace-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

async function run(...args: readonly string[]) {
  const io = recordedIo()
  await main(args, io)
  return { code: io.exitCode(), out: io.output(), err: io.errors() }
}

function written(text: string): string {
  const file = join(folder(), 'topology.yaml')
  writeFileSync(file, text)
  return file
}

test.each(['explain', 'graph', 'schema', 'operators', 'new'])(
  'shows an example in the help of %s',
  async (command) => {
    const { code, out } = await run(command, '--help')
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`Examples?:\n  millrace ${command}`))
    expect(out).toContain('--json')
  },
)

test('explains a topology in words and as JSON', async () => {
  const file = written(MOMENTUM)
  expect((await run('explain', file, '--set', 'fast=3')).out).toContain('  param      fast  3\n')
  const { out } = await run('explain', file, '--json')
  expect(JSON.parse(out)).toMatchObject({
    topology: 'momentum',
    parameters: { fast: { value: 5 } },
  })
})

test.each([
  ['svg', /^<svg /],
  ['mermaid', /\nflowchart LR\n/],
  ['dot', /^digraph "momentum" \{/],
])('draws a topology as %s', async (format, start) => {
  const { code, out } = await run('graph', written(MOMENTUM), '--format', format)
  expect(code).toBe(0)
  expect(out).toMatch(start)
})

test.each(['explain', 'graph'])('shows mistakes instead of what %s would say', async (command) => {
  const { code, out, err } = await run(command, written(MOMENTUM.replace('bid > 0', 'bit > 0')))
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain('error[fields-exist]')
})

test('prints a JSON Schema', async () => {
  const { out } = await run('schema')
  expect(JSON.parse(out)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' })
})

test.each([
  ['bars', /^operator bars\n/],
  ['ema', /^stateful function ema\(/],
  ['abs', /^function abs\(/],
])('explains %s', async (name, start) => {
  expect((await run('operators', name)).out).toMatch(start)
})

test('asks what was meant by a word that is neither operator nor function', async () => {
  const { code, err } = await run('operators', 'filtre')
  expect(code).toBe(1)
  expect(err).toContain('no operator or function is called "filtre": did you mean "filter"?')
})

test('starts a topology that checks clean, passes its tests and replays', async () => {
  const dir = join(folder(), 'mine')
  expect(await run('new', 'mine', '--dir', dir)).toMatchObject({ code: 0, err: '' })
  const topology = join(dir, 'topology.yaml')
  expect(await run('check', topology)).toMatchObject({ code: 0, err: '' })
  const tests = await run('test', dir)
  expect(tests.out).toContain('2 passed, 0 failed')
  expect(tests.code).toBe(0)
  expect((await run('test', dir, '--engine', 'reference')).out).toBe(tests.out)
  const out = join(dir, 'out')
  const replay = await run(
    'replay',
    topology,
    '--input',
    `quotes=${join(dir, 'quotes.csv')}`,
    '--out',
    out,
  )
  expect(replay).toMatchObject({ code: 0, err: '' })
  const signals = readFileSync(join(out, 'signals.jsonl'), 'utf8').trim().split('\n')
  expect(
    signals.map((line) => (JSON.parse(line) as { value: { side: number } }).value.side),
  ).toEqual([-1, 1, -1, 1, -1, 1])
})

test('shows what did not pass where a test fails', async () => {
  const dir = folder()
  const topology = `topology: t
topics: { quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time } }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  cheap: { from: quotes, filter: bid < 2 }
  inverse: { from: cheap, derive: { x: 1 / bid } }
`
  const tests = `tests:
  - it: gives both
    feed:
      quotes:
        - value: { symbol: A, bid: 3, time: 1s }
        - value: { symbol: A, bid: 0, time: 2s }
    expect: { inverse: [{ value: { x: 1 } }] }
`
  writeFileSync(join(dir, 'desk.yaml'), topology)
  writeFileSync(join(dir, 'desk.test.yaml'), tests)
  const { code, out } = await run('test', dir)
  expect(code).toBe(1)
  expect(out).toContain(`
what did not pass:
  cheap    held: 1 filtered
  inverse  bad: 1 (its fate keeps no reason)
`)
  const [file] = JSON.parse((await run('test', dir, '--json')).out) as readonly [
    { readonly tests: readonly { readonly notPassed: unknown }[] },
  ]
  expect(file.tests[0]?.notPassed).toEqual([
    { step: 'cheap', what: 'held', records: 1, reason: 'filtered' },
    { step: 'inverse', what: 'bad', records: 1 },
  ])
})

test('makes the same files for the same name, the name in place of the placeholder', () => {
  expect(projectFiles('mine')).toEqual(projectFiles('mine'))
  for (const text of projectFiles('mine').values()) expect(text).not.toMatch(/\bNAME\b/)
  expect(projectFiles('mine').get('quotes.csv')?.trim().split('\n')).toHaveLength(201)
})

test('overwrites nothing, and names what is in the way', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'topology.yaml'), 'mine')
  const { code, err } = await run('new', 'mine', '--dir', dir)
  expect({ code, err }).toEqual({
    code: 1,
    err: `error: the folder ${dir} is there and not empty: nothing was written\n`,
  })
  expect(readFileSync(join(dir, 'topology.yaml'), 'utf8')).toBe('mine')
  const file = join(dir, 'topology.yaml')
  expect((await run('new', 'mine', '--dir', file)).err).toContain(
    `${file} is there and is no folder`,
  )
})

test('is the fault of the world where a folder cannot be made', async () => {
  const file = written('')
  const { code, err } = await run('new', 'mine', '--dir', join(file, 'mine'))
  expect(code).toBe(2)
  expect(err).toContain('error[folder-written]: cannot write the folder')
})

test('fills a folder that is there and empty', async () => {
  const dir = join(folder(), 'empty')
  mkdirSync(dir)
  expect((await run('new', 'mine', '--dir', dir)).code).toBe(0)
})

test.each(['1st', 'a b', '../up', ''])('refuses %j as the name of a topology', async (name) => {
  const { code, err } = await run('new', name, '--dir', join(folder(), 'x'))
  expect(code).toBe(1)
  expect(err).toContain(`"${name}" cannot name a topology`)
})
