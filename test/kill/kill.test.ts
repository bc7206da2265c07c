import { expect, test } from 'vitest'
import { blowsText, hasAdvanced, isKilledRun } from './blow.ts'
import { killRepeatedly } from './kill-story.ts'

const KILLS = 20

test(
  'a run that is killed over and over comes to what an undisturbed one comes to',
  { timeout: 600_000 },
  async () => {
    const blows = await killRepeatedly({ seed: 2, kills: KILLS })
    const killed = blows.filter(isKilledRun)
    const feeders = blows.filter(({ victim, wasKilled }) => victim === 'feed' && wasKilled)
    const text = blowsText(blows)
    expect(killed.length, text).toBe(KILLS)
    // Some are killed before they have committed anything; most in the middle.
    expect(killed.filter(hasAdvanced).length, text).toBeGreaterThan(KILLS / 2)
    expect(feeders.filter(hasAdvanced).length, text).toBeGreaterThan(0)
    const kinds = new Set(killed.map(({ victim, settings }) => `${victim} ${settings[0] ?? ''}`))
    expect(kinds.size, 'live and until idle, with one worker and two').toBe(4)
  },
)
