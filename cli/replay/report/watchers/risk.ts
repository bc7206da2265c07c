// Watches what a risk gate decided. Its decisions say all; where they are not written, its refusals
// do. Alerts that refuse nothing are counted apart.
import type { ReportDecisions, Tally } from '../report-data.ts'
import { type Needs, type See, Tallies } from './watcher.ts'

export const DECISION_FIELDS: Needs = { verdict: 'text' }
export const ALERT_FIELDS: Needs = { reason: 'text' }

export interface RiskWatch {
  readonly decision: See
  /** Alerts of a gate's output `rejected`. */
  readonly refusal: See
  readonly alert: See
  /** Undefined where nothing was watched. */
  readonly decisions: () => ReportDecisions | undefined
  readonly alerts: () => readonly Tally[]
}

export function watchRisk(): RiskWatch {
  const verdicts = new Tallies()
  const [rejected, reduced] = [new Tallies(), new Tallies()]
  const [refusals, alerts] = [new Tallies(), new Tallies()]
  const reasonOf = (reason: unknown): string =>
    typeof reason === 'string' ? reason : 'no reason given'
  return {
    decision: ({ value }) => {
      const verdict = String(value.verdict)
      verdicts.add(verdict)
      if (verdict === 'rejected') rejected.add(reasonOf(value.reason))
      if (verdict === 'reduced') reduced.add(reasonOf(value.reason))
    },
    refusal: ({ value }) => refusals.add(reasonOf(value.reason)),
    alert: ({ value }) => alerts.add(reasonOf(value.reason)),
    decisions: () => {
      const isDecided = verdicts.all.length > 0
      if (!isDecided && refusals.all.length === 0) return undefined
      return {
        byVerdict: verdicts.all,
        rejected: isDecided ? rejected.all : refusals.all,
        reduced: reduced.all,
      }
    },
    alerts: () => alerts.all,
  }
}
