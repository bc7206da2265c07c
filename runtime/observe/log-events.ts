// Events as log lines: JSON for machines, a plain line for a person. What a line says of records is
// where they are, never what is in them.
import { type LogFn, pino, stdTimeFunctions } from 'pino'
import { printable } from '../../topology/printable.ts'
import type { Report, RunEvent } from '../report.ts'
import { lagRecords } from './lag.ts'
import { type Entry, failureEntry } from './log-entry.ts'
import { isOfSink, sinkEntry } from './sink-entry.ts'

/** The least grave that is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LogOptions {
  readonly topology: string
  readonly level: LogLevel
  /** A person reads it. */
  readonly isTerminal: boolean
  /** Gets whole lines, with their end. */
  readonly write: (line: string) => void
}

const LEVELS = {
  assigned: 'debug',
  'slot-opening': 'debug',
  restoring: 'debug',
  'local-state-dropped': 'warn',
  'slot-opened': 'info',
  'slot-closed': 'info',
  committed: 'debug',
  retrying: 'warn',
  stalled: 'warn',
  'log-problem': 'warn',
  failed: 'error',
  'sink-opened': 'info',
  'sink-claimed': 'info',
  'sink-written': 'debug',
  'sink-refused': 'warn',
  'sink-away': 'warn',
  'sink-retrying': 'debug',
  'sink-back': 'info',
  'sink-released': 'info',
  'sink-ended': 'info',
  'source-opened': 'info',
  'source-retrying': 'warn',
  'source-snapshot': 'info',
  'source-gap': 'warn',
  'source-silent': 'warn',
  'source-refused': 'warn',
  'source-closed': 'info',
} as const satisfies Readonly<Record<RunEvent['kind'], LogLevel>>

export function logEvents({ topology, level, isTerminal, write }: LogOptions): Report {
  const logger = pino(
    {
      level,
      base: isTerminal ? null : { topology },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name }) },
    },
    { write: (line) => write(isTerminal ? plainLine(line) : line) },
  )
  return (event) => {
    const own = levelOf(event)
    if (!logger.isLevelEnabled(own)) return
    const { message, ...about } = entryOf(event)
    const log: LogFn = logger[own].bind(logger)
    log({ event: event.kind, ...about }, message)
  }
}

function levelOf(event: RunEvent): Exclude<LogLevel, 'silent'> {
  const hasFailed = event.kind === 'sink-ended' && event.failure !== undefined
  return hasFailed ? 'error' : LEVELS[event.kind]
}

function entryOf(event: RunEvent): Entry {
  if (isOfSink(event)) return sinkEntry(event)
  if ('source' in event) return { source: event.source, message: event.message }
  switch (event.kind) {
    case 'assigned':
      return { slots: event.slots.join(), message: 'slots that this worker is to run' }
    case 'slot-opening':
      return { slot: event.slot, message: 'its tasks are being restored' }
    case 'restoring': {
      const { slot, partition, records, of, perSecond, etaMs } = event
      const rate = { perSecond: Math.round(perSecond), etaMs: Math.round(etaMs) }
      return { slot, partition, records, of, ...rate, message: 'its state is being read' }
    }
    case 'local-state-dropped': {
      const { slot, partition, message } = event
      return { ...(slot !== undefined && { slot, partition }), message }
    }
    case 'slot-opened': {
      const { slot, ms } = event
      const tasks = event.tasks.map(({ task }) => task).join(',')
      return { slot, tasks, ms: Math.round(ms), message: 'its tasks are restored and run' }
    }
    case 'slot-closed':
      return { slot: event.slot, message: event.reason }
    case 'committed': {
      const { slot, items, ms } = event
      const tasks = event.tasks.map(({ task }) => task).join(',')
      return { slot, tasks, items, ms: Math.round(ms), message: 'committed' }
    }
    case 'retrying':
      return { slot: event.slot, attempt: event.attempt, ...failureEntry(event) }
    case 'log-problem':
      return failureEntry(event)
    case 'failed':
      return { slot: event.slot, ...failureEntry(event) }
    case 'stalled': {
      const { task, waitsFor, standing } = event
      const lag = standing.sources.reduce((sum, each) => sum + (lagRecords(each) ?? 0), 0)
      const message =
        `records wait, and none is taken while ${waitsFor} brings nothing; ` +
        'a topic whose source may fall silent needs heartbeats or `idle`'
      return { task, waitsFor, lagRecords: lag, message }
    }
  }
}

/** `15:04:05 warn  stalled task=0_0 lagRecords=7: message`, of a line of JSON. */
function plainLine(line: string): string {
  const { level, time, event, msg, ...about } = JSON.parse(line) as PinoLine
  const { coordinates, ...own } = about
  const words = Object.entries({ ...own, ...coordinates }).map(([name, value]) => {
    const text = String(value)
    return `${name}=${/[\s"=]/.test(text) ? JSON.stringify(text) : text}`
  })
  const clock = time.slice(time.indexOf('T') + 1).slice(0, 'hh:mm:ss'.length)
  const text = printable(`${[event, ...words].join(' ')}: ${msg}`)
  return `${clock} ${level.padEnd(5)} ${text}\n`
}

interface PinoLine {
  readonly level: string
  readonly time: string
  readonly event: string
  readonly msg: string
  readonly coordinates?: Readonly<Record<string, string | number>>
  readonly [about: string]: unknown
}
