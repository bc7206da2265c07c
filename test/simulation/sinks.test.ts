import { expect, test } from 'vitest'
import type { OutsideFault } from './outside.ts'
import { RunFailed } from './scheduler.ts'
import { type SinkStory, trySinks } from './sink-trial.ts'

const SEEDS = 500

test(`the outside comes to be the topic, row by row, under ${SEEDS} schedules`, async () => {
  const stories: SinkStory[] = []
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const story = await trySinks(seed)
    expect({ seed, wrong: story.wrong }).toEqual({ seed, wrong: undefined })
    stories.push(story)
  }
  const disturbed = new Set(stories.flatMap((story) => [...story.disturbed.keys()]))
  const points = ['pause', 'fetch before', 'poll after', 'transact middle', 'producer after']
  const wanted = points.flatMap((point) => [`kill at ${point}`, `expire at ${point}`])
  expect(wanted.filter((what) => !disturbed.has(what))).toEqual([])
  expect(stories.filter(({ rows }) => rows > 0).length).toBeGreaterThan(SEEDS / 2)
  expect(stories.filter(({ letters }) => letters > 0).length).toBeGreaterThan(SEEDS / 4)
})

test('a seed is run the same way again', async () => {
  expect(await trySinks(7)).toEqual(await trySinks(7))
})

const faults: readonly OutsideFault[] = [
  'a claim fences nobody',
  'the position is not moved with the rows',
  'what is refused moves the position',
]

test.each(faults)('an outside is found out where %s', async (fault) => {
  let found = 0
  for (let seed = 1; seed <= SEEDS && found < 2; seed += 1) {
    if (await isFoundOut(seed, fault)) found += 1
  }
  expect(found).toBe(2)
})

async function isFoundOut(seed: number, fault: OutsideFault): Promise<boolean> {
  try {
    return (await trySinks(seed, fault)).wrong !== undefined
  } catch (error) {
    // A sink that goes round in circles for ever is found out too.
    if (error instanceof RunFailed) return true
    throw error
  }
}
