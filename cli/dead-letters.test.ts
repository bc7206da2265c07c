import { expect, test } from 'vitest'
import { openEmbeddedLog } from '../connectors/embedded/embedded-log.ts'
import { jsonLines, makePlace, millrace, type Place } from './log-commands.test-data.ts'

const TOPOLOGY = `
topology: refusing
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time, partitions: 2 }
  mids: { topic: mids, schema: market/Quote, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  sound:
    from: quotes
    validate: { rules: { positive: bid > 0, narrow: ask < 2 * bid } }
    to: mids
  sane:
    from: quotes
    validate: { rules: { small: ask < 1000 } }
`

const QUOTES = `symbol,bid,ask,time
EURUSD,1.1,1.2,2024-01-02T00:00:00Z
USDJPY,-1,2000,2024-01-02T00:00:01Z
EURUSD,nothing,1.4,2024-01-02T00:00:02Z
EURUSD,1.3,9,2024-01-02T00:00:03Z
`

/** A topology that has run on a log and refused three records, one of them at two steps. */
async function refused(): Promise<{ place: Place; file: string; log: readonly string[] }> {
  const place = makePlace()
  const file = place.file('topology.yaml', TOPOLOGY)
  const log = ['--log', place.log]
  const quotes = place.file('quotes.csv', QUOTES)
  const fed = await millrace(['feed', quotes, '--from-topology', file, ...log])
  expect(fed.code, fed.err).toBe(0)
  await runAll(file, log)
  return { place, file, log }
}

async function runAll(file: string, log: readonly string[]): Promise<void> {
  const ran = await millrace(['run', file, '--until-idle', ...log])
  expect(ran.code, ran.err).toBe(0)
}

interface ShownLetter {
  readonly number: string
  readonly step: string
  readonly place: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly sent: boolean
}

async function listed(file: string, log: readonly string[], ...more: readonly string[]) {
  const { out, code } = await millrace(['dead-letters', 'list', file, ...log, '--json', ...more])
  expect(code).toBe(0)
  return JSON.parse(out) as {
    total: number
    reasons: { step: string; letters: number }[]
    letters: ShownLetter[]
  }
}

async function inputRows(log: readonly string[]) {
  return jsonLines((await millrace(['tap', 'quotes', ...log, '--until-idle', '--json'])).out)
}

test('lists letters with the reasons on top, and those that were chosen', async () => {
  const { file, log } = await refused()
  const { out, code } = await millrace(['dead-letters', 'list', file, ...log, '--limit', '2'])
  expect(code).toBe(0)
  expect(out).toMatch(/^4 dead letters\n {2}1 bad at "/)
  expect(out).toMatch(/\nnumber {2}time .* step .* fate .* sent .* place .* reason\n0:\d+ /)
  expect(out).toContain('quotes.csv:4')
  expect(out).toMatch(/\n2 more; --limit shows more of them\n$/)
  expect((await listed(file, log)).total).toBe(4)
  expect((await listed(file, log, '--step', 'sane')).letters).toMatchObject([
    { step: 'sane', place: 'quotes.csv:3', sent: false },
  ])
  expect((await listed(file, log, '--fate', 'late')).total).toBe(0)
})

test('shows a value as JSON, and what could not be read as it was', async () => {
  const { file, log } = await refused()
  const { letters } = await listed(file, log)
  const show = async (at: string, step: string): Promise<string> => {
    const letter = letters.find((each) => each.place === at && each.step === step)
    const { out } = await millrace(['dead-letters', 'show', file, letter?.number ?? '', ...log])
    return out
  }
  const wide = await show('quotes.csv:5', 'sound')
  expect(wide).toMatch(/value {6}\{.*"bid":1.3,"ask":9/)
  expect(wide).toMatch(/record {5}quotes\/\d@\d+\n/)
  expect(wide).toContain('repair     mend the step')
  const unreadable = await show('quotes.csv:4', 'quotes')
  expect(unreadable).toContain('original   EURUSD,nothing,1.4,2024-01-02T00:00:02Z')
  expect(unreadable).toContain('repair     feed a corrected record')
})

test('sends a record once for all its letters, at the end of its partition', async () => {
  const { file, log } = await refused()
  const before = await inputRows(log)
  const { out, code } = await millrace(['dead-letters', 'send', file, '--all', ...log])
  expect({ out, code }).toEqual({ out: 'sent 3 records of 4 letters\n', code: 0 })
  const after = await inputRows(log)
  expect(after.length).toBe(before.length + 3)
  const yen = after.filter(({ key }) => key === 'USDJPY')
  expect(yen.map(({ value, time }) => ({ value, time }))).toEqual([
    { value: yen[0]?.value, time: yen[0]?.time },
    { value: yen[0]?.value, time: yen[0]?.time },
  ])
  expect(Number(yen[1]?.offset)).toBeGreaterThan(Number(yen[0]?.offset))
  const { total, letters } = await listed(file, log)
  expect({ total, sent: letters.filter(({ sent }) => sent).length }).toEqual({ total: 4, sent: 4 })
  // Every step sees the records again, and refuses them as before.
  await runAll(file, log)
  expect((await listed(file, log)).total).toBe(8)
})

test('sends nothing twice, unless told to', async () => {
  const { file, log } = await refused()
  const { letters } = await listed(file, log)
  const yen = letters.filter(({ place }) => place === 'quotes.csv:3').map(({ number }) => number)
  const [one = '', other = ''] = yen
  const send = (...args: readonly string[]) =>
    millrace(['dead-letters', 'send', file, ...args, ...log])
  expect((await send(one)).out).toBe('sent 1 records of 1 letters\n')
  const again = await send(one)
  expect(again.code).toBe(1)
  expect(again.err).toContain(
    `${one} is not sent: it was sent before; add --again to send it once more\n`,
  )
  expect((await send(other)).err).toContain(`its record, for letter ${one}, was sent before`)
  expect((await send(other, '--again')).out).toBe('sent 1 records of 1 letters\n')
  expect((await send('--all', '--step', 'sane')).code).toBe(0)
  expect((await inputRows(log)).length).toBe(4 + 2)
})

test('says what it would send, and sends nothing', async () => {
  const { file, log } = await refused()
  const { out } = await millrace(['dead-letters', 'send', file, '--all', '--dry-run', ...log])
  expect(out.match(/^would send quotes\/\d@\d+ for /gm)?.length).toBe(3)
  expect((await inputRows(log)).length).toBe(4)
  expect((await listed(file, log)).letters.some(({ sent }) => sent)).toBe(false)
})

test('refuses what retention has deleted', async () => {
  const { place, file, log } = await refused()
  const { letters } = await listed(file, log)
  const letter = letters.find((each) => each.place === 'quotes.csv:3')
  const own = await openEmbeddedLog(place.log.slice('embedded:'.length), { mode: 'write' })
  const bounds = await own.bounds([0, 1].map((partition) => ({ topic: 'quotes', partition })))
  await own.deleteBefore(bounds.map(({ stable, ...id }) => ({ ...id, offset: stable })))
  await own.close()
  const args = ['dead-letters', 'send', file, letter?.number ?? '', ...log]
  const gone = await millrace(args)
  expect(gone).toMatchObject({ code: 1, out: 'sent 0 records of 0 letters\n' })
  expect(gone.err).toMatch(/quotes\/\d@\d+ is gone: retention has deleted it/)
})

test.each([
  [['show', '9:9'], 'there is no dead letter "9:9"'],
  [['send'], 'name the letters to send, or say --all'],
  [['send', '0:1', '--all'], 'not both'],
  [['send', '0:1', '--step', 'sane'], '--step and --fate choose among --all'],
])('refuses %j', async (args, message) => {
  const { file, log } = await refused()
  const [command = '', ...rest] = args
  const { code, err } = await millrace(['dead-letters', command, file, ...rest, ...log])
  expect(code).toBe(1)
  expect(err).toContain(message)
})

test('says so where the topology has not run', async () => {
  const place = makePlace()
  const file = place.file('topology.yaml', TOPOLOGY)
  const own = await openEmbeddedLog(place.log.slice('embedded:'.length), { mode: 'write' })
  await own.close()
  const { code, err } = await millrace(['dead-letters', 'list', file, '--log', place.log])
  expect(code).toBe(1)
  expect(err).toContain('"refusing" has not run on embedded:')
})
