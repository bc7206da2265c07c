// A process that was to be killed and what came of it, and all of them as a table for a test that
// fails.
import { table } from '../../cli/counts-text.ts'
import type { Standing } from './witness.ts'

export interface Blow {
  /** `feed`, `run` or `run --until-idle`. */
  readonly victim: string
  readonly settings: string
  /** What was waited for before the kill. */
  readonly aim: string
  /** Whether it was killed, rather than faster. */
  readonly wasKilled: boolean
  readonly before: Standing
  readonly after: Standing
}

/** A run that was killed, and left work to do. */
export function isKilledRun({ victim, wasKilled, after }: Blow): boolean {
  return victim !== 'feed' && wasKilled && after.left > 0
}

/** Whether it had committed anything since it was started. */
export function hasAdvanced({ before, after }: Blow): boolean {
  return after.commits > before.commits || after.fed > before.fed
}

export function blowsText(blows: readonly Blow[]): string {
  const head = ['process', 'settings', 'killed', 'fed', 'commits', 'read', 'left']
  const lines = table([
    head,
    ...blows.map(({ victim, settings, aim, wasKilled, before, after }) => [
      victim,
      settings,
      wasKilled ? aim : 'no, it had ended',
      `+${after.fed - before.fed}`,
      `+${after.commits - before.commits}`,
      `+${after.read - before.read}`,
      `${after.left}`,
    ]),
  ])
  const killed = blows.filter(isKilledRun)
  const feeders = blows.filter(({ victim, wasKilled }) => victim === 'feed' && wasKilled)
  const advanced = killed.filter(hasAdvanced).length
  return [
    ...lines,
    `${killed.length} runs killed with work left, ${advanced} of them had committed something; ` +
      `${feeders.length} feeders killed`,
  ].join('\n')
}
