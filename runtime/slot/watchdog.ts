// Notices a task that has records waiting and takes none, and says what it waits for: nearly always
// a topic that has fallen silent and declares no `idle`.
import type { Report } from '../report.ts'
import { type StandingTask, standingOf } from './standing.ts'

const STALLED_AFTER_MS = 5_000

export class Watchdog {
  readonly #report: Report
  /** By task: items taken, and when that was last seen to change or was reported. */
  readonly #seen = new Map<string, { taken: number; since: number }>()

  constructor(report: Report) {
    this.#report = report
  }

  /** `now` in milliseconds. */
  look(tasks: readonly StandingTask[], now: number): void {
    for (const each of tasks) {
      const { layout, taken, waitsFor } = each.task
      const seen = this.#seen.get(layout.id)
      const waits = each.sources.some(({ hasWaiting }) => hasWaiting)
      if (seen === undefined || seen.taken !== taken || !waits) {
        this.#seen.set(layout.id, { taken, since: now })
      } else if (waitsFor !== undefined && now - seen.since >= STALLED_AFTER_MS) {
        const { topic, partition, upstream } = waitsFor.layout
        const sender = upstream < 0 ? '' : ` from task ${upstream}`
        const what = `${topic}/${partition}${sender}`
        this.#report({
          kind: 'stalled',
          task: layout.id,
          waitsFor: what,
          standing: standingOf(each),
        })
        seen.since = now
      }
    }
  }
}
