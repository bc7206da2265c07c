import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { main } from './main.ts'
import { recordedIo } from './recorded-io.ts'

const QUOTES = `topology: quotes
parameters:
  scale: { default: 1, min: 1 }
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
  out: { topic: out, schema: market/Quote, key: symbol }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound:
    from: quotes
    validate:
      rules:
        not_crossed: ask >= bid
  big:
    from: sound
    filter: bid * param.scale > 0
    to: out
`
const CSV = `time,symbol,bid,ask
2024-01-01T00:00:01Z,B,1,3
2024-01-01T00:00:02Z,A,5,7
2024-01-01T00:00:03Z,A,9,8
2024-01-01T00:00:04Z,A,x,8
2024-01-01T00:00:05Z,B,2,4
`

/** A folder with a topology and a history; the given files stand there too. */
function project(files: Readonly<Record<string, string | Buffer>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = (name: string): string => join(folder, name)
  for (const [name, content] of Object.entries({
    'topology.yaml': QUOTES,
    'quotes.csv': CSV,
    ...files,
  })) {
    writeFileSync(path(name), content)
  }
  return { path, read: (name: string) => readFileSync(path(name), 'utf8') }
}

function parsed(lines: string): unknown[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

async function run(...args: readonly string[]) {
  const io = recordedIo()
  await main(args, io)
  return { code: io.exitCode(), out: io.output(), err: io.errors() }
}

test('writes a line per record, digests, a summary and dead letters', async () => {
  const { path, read } = project()
  const input = ['--input', `quotes=${path('quotes.csv')}`]
  const { code, out, err } = await run(
    'replay',
    path('topology.yaml'),
    ...input,
    '--out',
    path('o'),
  )
  expect(code).toBe(0)
  expect(err).toContain('warning: 1 of 5 records of "quotes" are bad, the first at quotes.csv:5')
  expect(err).toContain('column "bid" is not a number')
  expect(out).toContain('2 dead letters, in dead-letters.jsonl:')
  const lines = parsed(read('o/out.jsonl'))
  expect(lines).toMatchObject([
    { key: 'B', time: 1_704_067_201_000_000, value: { symbol: 'B', bid: 1, ask: 3 } },
    { key: 'A', time: 1_704_067_202_000_000, value: { symbol: 'A', bid: 5, ask: 7 } },
    { key: 'B', time: 1_704_067_205_000_000, value: { symbol: 'B', bid: 2, ask: 4 } },
  ])
  const summary = JSON.parse(read('o/summary.json')) as { topics: object; steps: object }
  expect(summary).toMatchObject({
    order: 'canonical',
    deadLetters: 2,
    inputs: { quotes: { records: 5, bad: 1, outsideRange: 0 } },
    steps: { sound: { records: 4, emitted: 3, fates: { bad: 1 } } },
  })
  expect(JSON.parse(read('o/digest.json'))).toMatchObject({ topics: summary.topics })
  expect(read('o/dead-letters.jsonl').split('\n')[1]).toContain('breaks the rule')
})

test('gives the same digest from gz, from two files, and twice', async () => {
  const [head = '', ...rows] = CSV.split('\n')
  const { path, read } = project({
    'whole.csv.gz': gzipSync(CSV),
    'a.csv': [head, ...rows.slice(0, 2), ''].join('\n'),
    'b.csv': [head, ...rows.slice(2)].join('\n'),
  })
  const digests: string[] = []
  for (const files of [['quotes.csv'], ['whole.csv.gz'], ['a.csv', 'b.csv'], ['quotes.csv']]) {
    const inputs = files.flatMap((file) => ['--input', `quotes=${path(file)}`])
    const { code } = await run('replay', path('topology.yaml'), ...inputs, '--out', path('o'))
    expect(code).toBe(0)
    digests.push(read('o/digest.json'))
  }
  expect(new Set(digests).size).toBe(1)
})

test('a range cuts and counts what lies outside', async () => {
  const { path, read } = project()
  const range = ['--from', '2024-01-01T00:00:02Z', '--to', '2024-01-01T00:00:05Z']
  const input = ['--input', `quotes=${path('quotes.csv')}`]
  await run('replay', path('topology.yaml'), ...input, ...range, '--out', path('o'))
  expect(JSON.parse(read('o/summary.json'))).toMatchObject({
    inputs: { quotes: { records: 5, outsideRange: 2 } },
    topics: { out: { records: 1 } },
  })
})

test.each([
  [
    'an unknown topic',
    ['--input', 'quote=quotes.csv'],
    'the topology reads no topic "quote"; did you mean "quotes"?',
  ],
  [
    'a topic that is written',
    ['--input', 'out=quotes.csv'],
    'topic "out" is written by the topology and takes no input',
  ],
  [
    'a missing file',
    ['--input', 'quotes=none.csv'],
    'there is no file none.csv for topic "quotes"',
  ],
  ['no pair', ['--input', 'quotes'], '--input "quotes" is not of the form TOPIC=PATH'],
  [
    'a time that is none',
    ['--input', 'quotes=quotes.csv', '--from', 'noon'],
    '--from "noon" is no time',
  ],
  [
    'an empty range',
    ['--input', 'quotes=quotes.csv', '--from', '2024-01-02', '--to', '2024-01-01'],
    '--from is not before --to',
  ],
])('refuses %s as the mistake of the user', async (_, options, said) => {
  const { path } = project()
  const { code, err } = await run('replay', path('topology.yaml'), ...options, '--out', path('o'))
  expect(code).toBe(1)
  expect(err).toContain(`error: ${said}`)
  expect(err).not.toContain('    at ')
})

test('refuses an --out that is a file before it reads anything', async () => {
  const { path } = project()
  const input = ['--input', `quotes=${path('quotes.csv')}`]
  const out = ['--out', path('quotes.csv')]
  const { code, err } = await run('replay', path('topology.yaml'), ...input, ...out)
  expect(code).toBe(1)
  expect(err).toMatch(/^error: --out .* cannot be made a folder/)
})

const ENGINES = [['engine'], ['reference']]
test.each(ENGINES)('a fate of fail stops the %s and leaves no results', async (engine) => {
  const failing = QUOTES.replace('bad: dead-letter', 'bad: fail')
  const { path } = project({ 'failing.yaml': failing })
  const rest = ['--input', `quotes=${path('quotes.csv')}`, '--out', path('o'), '--engine', engine]
  expect((await run('replay', path('topology.yaml'), ...rest)).code).toBe(0)
  expect(readdirSync(path('o'))).toContain('summary.json')
  const { code, err } = await run('replay', path('failing.yaml'), ...rest)
  expect(code).toBe(1)
  expect(err).toMatch(/^error: step "sound" cannot take the record at quotes.csv:4: /m)
  expect(err).toContain('leaves no results')
  expect(readdirSync(path('o'))).toEqual(engine === 'engine' ? ['log'] : [])
})

test('keeps a log in the folder that no replay made', async () => {
  const { path } = project()
  const log = ['--log', `embedded:${path('o')}/log`]
  expect((await run('run', path('topology.yaml'), ...log, '--until-idle')).code).toBe(0)
  const rest = ['--input', `quotes=${path('quotes.csv')}`, '--out', path('o')]
  const { code, err } = await run('replay', path('topology.yaml'), ...rest)
  expect(code).toBe(1)
  expect(err).toMatch(/^error: .*log is there and was not made by a replay, so it is kept/)
  expect((await run('tap', 'out', ...log, '--until-idle')).code).toBe(0)
})

test('reads the same again after the folder was replayed into', async () => {
  const { path, read } = project()
  const rest = ['--input', `quotes=${path('quotes.csv')}`, '--out', path('o')]
  await run('replay', path('topology.yaml'), ...rest)
  const first = read('o/out.jsonl')
  expect((await run('replay', path('topology.yaml'), ...rest)).code).toBe(0)
  expect(read('o/out.jsonl')).toBe(first)
})

test('shows the mistakes of the topology instead of replaying', async () => {
  const { path } = project({ 'topology.yaml': QUOTES.replace('ask >= bid', 'ask >= bidd') })
  const input = ['--input', `quotes=${path('quotes.csv')}`]
  const { code, err } = await run('replay', path('topology.yaml'), ...input, '--out', path('o'))
  expect(code).toBe(1)
  expect(err).toContain('did you mean "bid"?')
})

test('takes the topology behind a list of inputs too', async () => {
  const { path } = project()
  const inputs = ['--input', `quotes=${path('quotes.csv')}`, path('topology.yaml')]
  const { code } = await run('replay', ...inputs, '--out', path('o'))
  expect(code).toBe(0)
})

test('refuses a topic named as the dead letters are', async () => {
  const { path } = project({ 'topology.yaml': QUOTES.replaceAll('out', 'dead-letters') })
  const { code, out } = await run('check', path('topology.yaml'))
  expect(code).toBe(1)
  expect(out).toContain('"dead-letters" cannot name a topic: what is refused goes there')
})

test.each([
  ['/dev/null', 'is no ordinary file'],
  ['/', 'is no ordinary file'],
])('refuses %s as history and as topology', async (file, said) => {
  const { path } = project()
  const input = ['--input', `quotes=${file}`]
  const replayed = await run('replay', path('topology.yaml'), ...input, '--out', path('o'))
  expect(replayed).toMatchObject({ code: 1 })
  expect(replayed.err).toContain(said)
  expect((await run('check', file)).code).toBe(1)
})

test('removes no history that stands where a result would', async () => {
  const line = '{"symbol":"A","bid":1,"ask":2,"time":"2024-01-01T00:00:01Z"}\n'
  const { path, read } = project({ 'out.jsonl': line })
  const input = ['--input', `quotes=${path('out.jsonl')}`]
  const { code, err } = await run('replay', path('topology.yaml'), ...input, '--out', path('.'))
  expect(code).toBe(1)
  expect(err).toMatch(/would write over the input .*out\.jsonl; name another folder/)
  expect(read('out.jsonl')).toBe(line)
})

test('leaves no results where one cannot be written, and says which', async () => {
  const { path } = project()
  const input = ['--input', `quotes=${path('quotes.csv')}`, '--out', path('o')]
  mkdirSync(path('o/report.html.part'), { recursive: true })
  const late = await run('replay', path('topology.yaml'), ...input)
  expect(late.code).toBe(2)
  expect(late.err).toContain('report.html: it cannot be written')
  expect(readdirSync(path('o')).toSorted()).toEqual(['log', 'report.html.part'])
  mkdirSync(path('o/out.jsonl'))
  const early = await run('replay', path('topology.yaml'), ...input)
  expect(early.code).toBe(1)
  expect(early.err).toMatch(/out\.jsonl cannot be written over: \w+; remove it, or name another/)
})

test('says of a path that leads nowhere why it cannot be read', async () => {
  const { path } = project()
  symlinkSync(path('a.jsonl'), path('b.jsonl'))
  symlinkSync(path('b.jsonl'), path('a.jsonl'))
  for (const [file, why] of [
    [path('a.jsonl'), 'ELOOP'],
    [path('x'.repeat(5000)), 'ENAMETOOLONG'],
    [path('a\0b'), 'ERR_INVALID_ARG_VALUE'],
  ] as const) {
    const input = ['--input', `quotes=${file}`]
    const { code, err } = await run('replay', path('topology.yaml'), ...input, '--out', path('o'))
    expect(code).toBe(1)
    expect(err).toContain(` for topic "quotes" cannot be read: ${why}; correct the path`)
  }
  const beyond = QUOTES.replace('schema: market/Quote', `schema: ${'x'.repeat(5000)}`)
  const { path: other } = project({ 'topology.yaml': beyond })
  expect((await run('check', other('topology.yaml'))).code).toBe(1)
})

test('a test file without tests has failed', async () => {
  const { path } = project({ 'topology.test.yaml': 'tests: []\n' })
  const { code, out } = await run('test', path('topology.test.yaml'))
  expect(code).toBe(1)
  expect(out).toContain('there are no tests')
})

const WORDS = ['__proto__', 'constructor', 'toString']
test.each(WORDS)('says nothing of JavaScript for "a %s b"', async (word) => {
  const { path } = project({ 'topology.yaml': QUOTES.replace('ask >= bid', `ask ${word} bid`) })
  const { code, out } = await run('check', path('topology.yaml'))
  expect(code).toBe(1)
  expect(out).not.toMatch(/object Object|native code/)
})
