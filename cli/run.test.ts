import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { makePlace, millrace, type Place } from './log-commands.test-data.ts'

const TOPOLOGY = `topology: desk
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 4 }
  bars: { topic: bars, schema: market/Bar, key: symbol, partitions: 2 }
  marks: { topic: marks, schema: market/Quote, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound:
    from: quotes
    validate:
      rules:
        not_crossed: ask >= bid
  candles:
    from: sound
    bars: { every: 10s, price: bid }
    to: bars
  all:
    from: sound
    filter: bid > 0
    key: all
  smooth:
    from: all
    derive:
      mid: (bid + ask) / 2
    to: marks
`

/** Quotes of the seconds from `from` to `to`; every 13th is crossed. */
function quotes(from: number, to: number): string {
  const lines = ['time,symbol,bid,ask']
  for (let second = from; second < to; second += 1) {
    const bid = 100 + (second % 7)
    const ask = second % 13 === 12 ? bid - 1 : bid + 1
    lines.push(`${1_704_067_200 + second},S${second % 9},${bid},${ask}`)
  }
  return `${lines.join('\n')}\n`
}

function deskPlace() {
  const place = makePlace()
  const topology = place.file('topology.yaml', TOPOLOGY)
  const feed = async (name: string, text: string): Promise<void> => {
    const path = place.file(`${name}.csv`, text)
    const to = ['--log', place.log, '--topic', 'quotes', '--from-topology', topology]
    expect(await millrace(['feed', path, ...to])).toMatchObject({ code: 0 })
  }
  const run = (...more: readonly string[]) =>
    millrace(['run', topology, '--log', place.log, '--until-idle', ...more])
  return { ...place, topology, feed, run }
}

interface Summary {
  readonly order: string
  readonly ends: number
  readonly overtakenEnds: number
  readonly records: number
  readonly recordsBefore: number
  readonly topics: object
  readonly steps: object
  readonly deadLetters: number
}

async function summaryOf(ran: ReturnType<typeof millrace>): Promise<Summary> {
  const { code, out, err } = await ran
  expect({ code, fault: /^error.*/m.exec(err)?.[0] }).toEqual({ code: 0 })
  return JSON.parse(out) as Summary
}

/** What one run over all of it comes to. */
async function undisturbed(seconds: number): Promise<Summary> {
  const { feed, run } = deskPlace()
  await feed('all', quotes(0, seconds))
  return summaryOf(run('--json'))
}

test('takes what the inputs hold, says what it did, and ends', async () => {
  const { feed, run } = deskPlace()
  await feed('quotes', quotes(0, 100))
  const { code, out } = await run('--digest')
  expect(code).toBe(0)
  expect(out).toMatch(/^desk: 100 records in [\d.]+ s/)
  expect(out).toMatch(/^sound +100 +93 +0 +7 +0 +0$/m)
  expect(out).toMatch(/^bars +\d+ +[0-9a-f]{16}$/m)
  expect(out).toContain('7 dead letters on desk.dead-letters\norder: canonical\n')
  expect(out).toContain('--until-idle took an input as ended 4 times; desk.order keeps where')
})

test('goes on where it was, and comes to what one run comes to', async () => {
  const { feed, run } = deskPlace()
  await feed('one', quotes(0, 100))
  expect(await summaryOf(run('--json'))).toMatchObject({ records: 100, recordsBefore: 0 })
  await feed('two', quotes(100, 250))
  const { topics, steps, ...rest } = await summaryOf(run('--json', '--commit-records', '7'))
  expect(rest).toMatchObject({ records: 150, recordsBefore: 100, ends: 8, overtakenEnds: 0 })
  expect(rest.order).toBe('canonical')
  const whole = await undisturbed(250)
  expect({ topics, steps }).toEqual({ topics: whole.topics, steps: whole.steps })
})

test('says that its order is recorded once an end was taken too early', async () => {
  const { feed, run } = deskPlace()
  await feed('one', quotes(50, 100))
  await run()
  await feed('two', quotes(20, 40))
  const { out } = await run()
  expect(out).toContain('order: recorded: 0 idle skips, 4 ends that came too early')
})

test('two workers write what one does', async () => {
  const { feed, run } = deskPlace()
  await feed('all', quotes(0, 250))
  const two = await summaryOf(run('--json', '--workers', '2'))
  const one = await undisturbed(250)
  expect({ ...two, log: '', elapsedMs: 0 }).toEqual({ ...one, log: '', elapsedMs: 0 })
})

test.each([['1'], ['2']])('stops before a record whose fate is fail, on %s workers', async (n) => {
  const { feed, file, log } = deskPlace()
  const topology = file('failing.yaml', TOPOLOGY.replace('bad: dead-letter', 'bad: fail'))
  await feed('all', quotes(0, 100))
  const run = ['run', topology, '--log', log, '--until-idle', '--workers', n]
  const { code, err } = await millrace(run)
  expect(code).toBe(1)
  expect(err).toMatch(/^error: step "sound" cannot take the record at all.csv:\d+: breaks the/m)
})

test('says that a memory log outlives nothing, and spreads workers over one', async () => {
  const { topology } = deskPlace()
  const { code, out, err } = await millrace(['run', topology, '--until-idle', '--workers', '3'])
  expect(code).toBe(0)
  expect(err).toContain('the memory log ends with this process')
  expect(out).toMatch(/^sound +0 +0 +0 +0 +0 +0$/m)
})

test.each([
  [['--log', 'kafka:localhost'], /^error: --log "kafka:localhost" names "localhost", which is no/],
  [['--registry', 'http://x'], /^error: --registry is for a Kafka log, and memory keeps schemas/],
  [['--state', 'there'], /^error: --state is for a Kafka log, and memory keeps state itself/],
  [['--live'], /^error: --live is not in this version/],
  [['--workers', '0'], /^error: --workers "0" is no whole number from 1 to 64/],
  [['--set', 'speed'], /^error: "speed" is not of the form name=value/],
])('refuses %j as the mistake of the user', async (more, said) => {
  const { topology } = deskPlace()
  const { code, err } = await millrace(['run', topology, ...more])
  expect(code).toBe(1)
  expect(err).toMatch(said)
})

test('a log that another process writes to is the fault of the world', async () => {
  const { feed, topology, log } = deskPlace()
  await feed('all', quotes(0, 10))
  const { child, exit } = await startRun(topology, log)
  const second = await millrace(['run', topology, '--log', log, '--until-idle'])
  child.kill('SIGTERM')
  expect(await exit).toBe(0)
  expect(second.code).toBe(2)
  expect(second.err).toMatch(/^error\[log-in-use\]: process \d+ is writing to the log/)
})

test('Ctrl-C commits and leaves, and the next run goes on from there', async () => {
  const { feed, run, topology, log } = deskPlace()
  await feed('one', quotes(0, 150))
  const { child, exit, output } = await startRun(topology, log, '--workers', '2')
  child.kill('SIGINT')
  expect(await exit).toBe(0)
  expect(output()).toMatch(/^desk: \d+ records in/m)
  const { topics, steps } = await summaryOf(run('--json'))
  const whole = await undisturbed(150)
  expect({ topics, steps }).toEqual({ topics: whole.topics, steps: whole.steps })
})

/** Starts a run that does not end by itself; returns once its first slot is open. */
async function startRun(topology: string, log: Place['log'], ...more: readonly string[]) {
  const main = new URL('main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, 'run', topology, '--log', log, ...more])
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const exit = once(child, 'close').then(([code]) => code as number | null)
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
      if (err.includes('"slot-opened"')) resolve()
    })
    child.on('close', () => reject(new Error(err)))
  })
  return { child, exit, output: () => out }
}
