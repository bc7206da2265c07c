// What a log line says of a sink: where it stands and what fails, never what a record holds.
import type { RunEvent, SinkEvent } from '../report.ts'
import { type Entry, failureEntry } from './log-entry.ts'

export function isOfSink(event: RunEvent): event is SinkEvent {
  return 'sink' in event
}

const FATES = {
  fail: 'it ends before the record that it cannot take',
  skip: 'records that it cannot take are left out',
  'dead-letter': 'records that it cannot take are kept as dead letters',
} as const

export function sinkEntry(event: SinkEvent): Entry {
  const { sink } = event
  switch (event.kind) {
    case 'sink-opened':
      return { sink, ms: Math.round(event.ms), message: 'it is connected' }
    case 'sink-claimed': {
      const { partition, position, stable, isLate } = event
      const since = isLate ? '; it is new, and records before that were deleted earlier' : ''
      const message = `this process writes the partition from ${position} on${since}`
      return { sink, partition, position, lagRecords: stable - position, message }
    }
    case 'sink-written': {
      const { partition, position, stable, records, ms } = event
      const about = { partition, position, lagRecords: stable - position, records }
      return { sink, ...about, ms: Math.round(ms), message: 'written' }
    }
    case 'sink-refused': {
      const { fate, topic, partition, offset, records, reason } = event
      const about = { topic, partition, offset, records }
      const others = records > 1 ? ` and ${records - 1} others` : ''
      const message = `${FATES[fate]}: ${topic}/${partition}@${offset}${others}: ${reason}`
      return { sink, ...about, message }
    }
    case 'sink-away':
      return { sink, ...failureEntry(event) }
    case 'sink-retrying': {
      const { attempt, standing } = event
      const lag = standing && { lagRecords: standing.stable - standing.position }
      return { sink, attempt, ...lag, ...failureEntry(event) }
    }
    case 'sink-back':
      return { sink, ms: Math.round(event.ms), message: 'it goes well again' }
    case 'sink-released':
      return { sink, partition: event.partition, message: event.reason }
    case 'sink-ended':
      return endedEntry(event)
  }
}

function endedEntry({ sink, failure, ends }: Extract<SinkEvent, { kind: 'sink-ended' }>): Entry {
  if (failure === undefined) return { sink, message: 'it has ended, as it was told to' }
  const { message, ...about } = failureEntry(failure)
  const goesOn = ends === 'sink' ? '; the run goes on without it' : ''
  return { sink, ...about, message: `it has ended${goesOn}: ${message}` }
}
