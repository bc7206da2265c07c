import { expect, test } from 'vitest'
import { committed, counts, opened } from './events.test-data.ts'
import { followRates } from './rates.ts'

function follow() {
  const clock = { ms: 500 }
  return { clock, ...followRates(() => clock.ms) }
}

test('counts what was committed lately, and since the process began', () => {
  const { clock, report, rates } = follow()
  report(opened(1, { counts: counts(100) }))
  clock.ms = 1_500
  report(committed(1, { counts: counts(130) }))
  clock.ms = 4_500
  report(committed(1, { counts: counts(150, { bad: 2 }) }))
  const { seconds, recent, total } = rates()
  expect(seconds).toBe(4)
  expect(recent.steps.first).toMatchObject({ records: 50, emitted: 50, bad: 2 })
  expect(recent.inputs.items).toEqual({ records: 50, bad: 0 })
  expect(total.steps.first?.records).toBe(50)
})

test('lets go of what is ten seconds old', () => {
  const { clock, report, rates } = follow()
  report(opened(1))
  report(committed(1, { counts: counts(30) }))
  clock.ms = 9_999
  expect(rates()).toMatchObject({ recent: { steps: { first: { records: 30 } } } })
  clock.ms = 10_000
  const later = rates()
  expect(later.recent.steps).toEqual({})
  expect(later.commits.size).toBe(0)
  expect(later.seconds).toBe(9)
  expect(later.total.steps.first?.records).toBe(30)
})

test('keeps how long transactions took, by slot', () => {
  const { clock, report, rates } = follow()
  report(committed(1))
  clock.ms = 2_000
  report({ ...committed(1), ms: 8 } as ReturnType<typeof committed>)
  report(committed(1, {}, 3))
  expect([...rates().commits]).toEqual([
    [0, [3, 8]],
    [3, [3]],
  ])
})
