// What a person at a terminal sees of workers while they run: one line that is written over. Driven
// by events alone, so nothing keeps a process alive.
import { lagRecords } from '../../runtime/observe/lag.ts'
import { sinkEntry } from '../../runtime/observe/sink-entry.ts'
import type { Pace } from '../../runtime/pace.ts'
import type { CommittedTask, Report, Restoring, RunEvent } from '../../runtime/report.ts'
import { count } from '../counts-text.ts'
import type { Io } from '../io.ts'

export interface Progress {
  readonly report: Report
  /** Clears the line. */
  readonly close: () => void
}

const PAINT_MS = 250
/** Tasks whose lag is shown, the greatest first. */
const MOST_TASKS = 4
const CLEAR = '\r\u001b[K'

/** What is worth a line of its own, also in the middle of a progress line. */
export function eventLine(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'retrying': {
      const { slot, attempt, code, message } = event
      return `slot ${slot} starts again, attempt ${attempt}: ${code}: ${message}`
    }
    case 'log-problem':
      return `${event.code}: ${event.message}`
    case 'stalled':
      return `task ${event.task} has records and waits for ${event.waitsFor}`
    case 'local-state-dropped': {
      const { partition, message } = event
      return partition === undefined
        ? message
        : `the local state of partition ${partition} is built anew from the log: ${message}`
    }
    case 'sink-opened':
    case 'sink-refused':
    case 'sink-away':
    case 'sink-back':
    case 'sink-ended':
      return `sink ${event.sink}: ${sinkEntry(event).message}`
    case 'source-opened':
    case 'source-retrying':
    case 'source-gap':
    case 'source-silent':
    case 'source-refused':
    case 'source-closed':
      return `source ${event.source}: ${event.message}`
    default:
      return undefined
  }
}

/** For a person: items a second, and how far tasks are behind. */
export function terminalProgress(io: Io, pace: Pace, what: string): Progress {
  const lags = new Map<string, number>()
  let [painted, sincePaint, total] = [pace.now(), 0, 0]
  const paint = (text: string): void => io.err(`${CLEAR}${text.slice(0, io.columns - 1)}`)
  const report = (event: RunEvent): void => {
    const line = eventLine(event)
    if (line !== undefined) io.err(`${CLEAR}${line}\n`)
    if (event.kind === 'restoring') paint(restoreText(event))
    if (event.kind === 'sink-written') {
      lags.set(`${event.sink}/${event.partition}`, lagRecords(event) ?? 0)
    }
    if (event.kind !== 'committed') return
    total += event.items
    sincePaint += event.items
    for (const task of event.tasks) lags.set(task.task, lagOf(task))
    const elapsed = pace.now() - painted
    if (elapsed < PAINT_MS) return
    const rate = Math.round((sincePaint * 1000) / elapsed)
    const text = `${what} ${count(total)} records, ${count(rate)}/s${lagText(lags)}`
    paint(text)
    painted = pace.now()
    sincePaint = 0
  }
  return { report, close: () => io.err(CLEAR) }
}

/** `restoring partition 3: 1,200,000 of 4,000,000 (30%), 410k/s, 7 s left`. */
export function restoreText({ partition, records, of, perSecond, etaMs }: Restoring): string {
  // Of what is counted some may be markers of transactions, which nobody reads.
  const share = Math.floor((100 * records) / Math.max(records, of, 1))
  const seconds = Math.ceil(etaMs / 1000)
  const thousands =
    perSecond < 10_000 ? count(Math.round(perSecond)) : `${Math.round(perSecond / 1000)}k`
  return (
    `restoring partition ${partition}: ${count(records)} of ${count(of)} (${share}%), ` +
    `${thousands}/s, ${count(seconds)} s left`
  )
}

/** Records that stood on the log when they were last fetched, and are not taken. */
function lagOf({ sources }: CommittedTask): number {
  return sources.reduce((sum, source) => sum + (lagRecords(source) ?? 0), 0)
}

function lagText(lags: ReadonlyMap<string, number>): string {
  const behind = [...lags].filter(([, lag]) => lag > 0).toSorted((a, b) => b[1] - a[1])
  if (behind.length === 0) return ''
  const shown = behind.slice(0, MOST_TASKS).map(([task, lag]) => `${task} ${count(lag)}`)
  return `, behind: ${shown.join(', ')}${behind.length > MOST_TASKS ? ', ...' : ''}`
}
