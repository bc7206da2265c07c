import { expect, test } from 'vitest'
import type { RunEvent } from '../report.ts'
import { closed, committed, opened, retrying, stalled } from './events.test-data.ts'
import { type LogLevel, logEvents } from './log-events.ts'

function written(level: LogLevel, isTerminal: boolean, ...events: readonly RunEvent[]) {
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  const report = logEvents({ topology: 't', level, isTerminal, write })
  for (const event of events) report(event)
  return lines
}

const FAILED: RunEvent = {
  kind: 'failed',
  slot: 1,
  code: 'stopped-by-record',
  message: 'step "sound" cannot take the record at quotes/0@17: it is not\nsound',
  coordinates: { task: '0_1', step: 'sound', topic: 'quotes', partition: 0, offset: 17 },
}

const PROBLEM: RunEvent = {
  kind: 'log-problem',
  code: 'log-unavailable',
  message: 'noting positions of group "t" failed',
  coordinates: { group: 't' },
}

/** One of each kind. */
const ALL: readonly RunEvent[] = [
  { kind: 'slot-opening', slot: 0 },
  opened(1),
  committed(1),
  stalled({ sources: [{ topic: 'items', partition: 0, position: 3, stable: 90 }] }),
  retrying,
  PROBLEM,
  FAILED,
  closed(1),
]

test('writes one line of JSON for each event, with level, time, topology and coordinates', () => {
  const lines = written('debug', false, ...ALL)
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(entries.map(({ level, event }) => `${String(level)} ${String(event)}`)).toEqual([
    'debug slot-opening',
    'info slot-opened',
    'debug committed',
    'warn stalled',
    'warn retrying',
    'warn log-problem',
    'error failed',
    'info slot-closed',
  ])
  expect(entries[6]).toEqual({
    level: 'error',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
    topology: 't',
    event: 'failed',
    slot: 1,
    code: 'stopped-by-record',
    coordinates: { task: '0_1', step: 'sound', topic: 'quotes', partition: 0, offset: 17 },
    msg: 'step "sound" cannot take the record at quotes/0@17: it is not\nsound',
  })
})

test('writes one plain line for each event on a terminal, its message last', () => {
  const lines = written('debug', true, ...ALL)
  expect(lines.map((line) => line.slice('hh:mm:ss '.length, -1))).toEqual([
    'debug slot-opening slot=0: its tasks are being restored',
    'info  slot-opened slot=0 tasks=0_0 ms=40: its tasks are restored and run',
    'debug committed slot=0 tasks=0_0 items=1 ms=3: committed',
    'warn  stalled task=0_0 waitsFor=others/1 lagRecords=87: ' +
      'records wait, and none is taken while others/1 brings nothing; ' +
      'a topic whose source may fall silent needs heartbeats or `idle`',
    'warn  retrying slot=0 attempt=1 code=log-unavailable host=broker-1 port=9092: ' +
      'the log cannot be reached',
    'warn  log-problem code=log-unavailable group=t: noting positions of group "t" failed',
    'error failed slot=1 code=stopped-by-record ' +
      'task=0_1 step=sound topic=quotes partition=0 offset=17: ' +
      'step "sound" cannot take the record at quotes/0@17: it is not sound',
    'info  slot-closed slot=0: stopped',
  ])
  expect(lines.every((line) => /^\d\d:\d\d:\d\d /.test(line))).toBe(true)
})

test('quotes what has blanks in it, and shows what a terminal would obey', () => {
  const coordinates = { file: 'my quotes.csv', code: '\u001b[2J' }
  const [line] = written('warn', true, { ...FAILED, message: 'a\r\nb\u202e', coordinates })
  expect(line?.slice('hh:mm:ss '.length)).toBe(
    'error failed slot=1 code=␛[2J file="my quotes.csv": a b<U+202E>\n',
  )
})

test.each([
  ['info', ['slot-opened', 'stalled', 'retrying', 'log-problem', 'failed', 'slot-closed']],
  ['warn', ['stalled', 'retrying', 'log-problem', 'failed']],
  ['error', ['failed']],
  ['silent', []],
] as const)('writes what is %s or graver', (level, kinds) => {
  const entries = written(level, false, ...ALL).map((line) => JSON.parse(line) as RunEvent)
  expect(entries.map((entry) => (entry as unknown as { event: string }).event)).toEqual(kinds)
})
