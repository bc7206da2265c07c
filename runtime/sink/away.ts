// Whether a sink is away: some part of it, its opening or a partition, fails and is tried again.
// Tells when that begins and when it is over, however many partitions are concerned.
import type { EngineError } from '../../topology/engine-error.ts'
import { formatDuration } from '../../topology/duration.ts'
import type { PlannedSink } from '../../topology/plan.ts'
import type { Report, SinkStanding } from '../report.ts'
import { failureOf } from '../slot/failure.ts'

/** A partition, or the opening. */
export type SinkPart = number | 'opening'

export interface Attempt {
  readonly attempt: number
  readonly standing: SinkStanding | undefined
}

export class Away {
  readonly #planned: PlannedSink
  readonly #report: Report
  readonly #now: () => number
  readonly #failing = new Set<SinkPart>()
  #since = 0

  constructor(planned: PlannedSink, report: Report, now: () => number) {
    this.#planned = planned
    this.#report = report
    this.#now = now
  }

  failed(part: SinkPart, error: EngineError, tried: Attempt): void {
    const sink = this.#planned.name
    const failure = failureOf(error)
    if (this.#failing.size === 0) {
      this.#since = this.#now()
      const message = `${failure.message}; ${triedText(this.#planned)}`
      this.#report({ kind: 'sink-away', sink, ...failure, message })
    }
    this.#failing.add(part)
    this.#report({ kind: 'sink-retrying', sink, ...failure, ...tried })
  }

  /** It goes well, or is no more of this process's concern. */
  well(part: SinkPart): void {
    if (!this.#failing.delete(part) || this.#failing.size > 0) return
    const ms = this.#now() - this.#since
    this.#report({ kind: 'sink-back', sink: this.#planned.name, ms })
  }
}

function triedText({ connection, away }: PlannedSink): string {
  const what = `connection "${connection}" is tried again`
  if (away === undefined) return `${what} until it is there`
  const ends = away.ends === 'run' ? 'the run' : 'the sink'
  return `${what} for ${formatDuration(away.after)} at most, then ${ends} ends`
}
