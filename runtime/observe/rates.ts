// What a run did over the last seconds, for a page about it: what steps and topics counted, and how
// long transactions took. A commit costs a few additions; seconds that have passed are let go.
import type { Report } from '../report.ts'
import { Counts, type InputCount, type StepCount } from '../task/counts.ts'
import { followCounts } from './new-counts.ts'

/** Of what this process has committed. */
export interface RunRates {
  /** How long `recent` and `commits` go back; less where the process is younger. */
  readonly seconds: number
  readonly recent: Counts
  /** Since the process began. */
  readonly total: Counts
  /** By slot, how long each recent transaction took, in milliseconds. */
  readonly commits: ReadonlyMap<number, readonly number[]>
}

export interface FollowedRates {
  readonly report: Report
  readonly rates: () => RunRates
}

const WINDOW_S = 10
const MS_PER_SECOND = 1_000
const LEAST_MS = 1

interface Second {
  readonly second: number
  readonly counts: Counts
  readonly commits: Map<number, number[]>
}

/** `now` is in milliseconds from some fixed moment. */
export function followRates(now: () => number): FollowedRates {
  const began = now()
  const total = new Counts()
  const seconds: Second[] = []
  const current = (): Second => {
    const second = Math.floor(now() / MS_PER_SECOND)
    letGo(seconds, second)
    const last = seconds.at(-1)
    if (last?.second === second) return last
    const next = { second, counts: new Counts(), commits: new Map<number, number[]>() }
    seconds.push(next)
    return next
  }
  const reportCounts = followCounts((more) => {
    addCounts(total, more)
    addCounts(current().counts, more)
  })
  return {
    report: (event) => {
      reportCounts(event)
      if (event.kind !== 'committed') return
      const { commits } = current()
      const own = commits.get(event.slot)
      if (own === undefined) commits.set(event.slot, [event.ms])
      else own.push(event.ms)
    },
    rates: () => {
      const at = now()
      const second = Math.floor(at / MS_PER_SECOND)
      letGo(seconds, second)
      const recent = new Counts()
      const commits = new Map<number, number[]>()
      for (const each of seconds) {
        addCounts(recent, each.counts)
        for (const [slot, ms] of each.commits) {
          commits.set(slot, [...(commits.get(slot) ?? []), ...ms])
        }
      }
      const first = Math.max(began, (second - WINDOW_S + 1) * MS_PER_SECOND)
      const covered = Math.max(LEAST_MS, at - first) / MS_PER_SECOND
      return { seconds: covered, recent, total, commits }
    },
  }
}

function letGo(seconds: Second[], now: number): void {
  while ((seconds[0]?.second ?? now) <= now - WINDOW_S) seconds.shift()
}

const FIELDS = ['records', 'emitted', 'bad', 'late', 'duplicate'] as const

function addCounts(into: Counts, more: Counts): void {
  for (const [id, count] of Object.entries(more.steps)) addStep(into.step(id), count)
  for (const [topic, { records, bad }] of Object.entries(more.inputs)) {
    const own: InputCount = into.input(topic)
    own.records += records
    own.bad += bad
  }
}

function addStep(own: StepCount, more: StepCount): void {
  for (const field of FIELDS) own[field] += more[field]
  for (const [reason, times] of Object.entries(more.held)) {
    own.held[reason] = (own.held[reason] ?? 0) + times
  }
}
