// What a log must do for workers: share the slots of a group among those who live.
import { expect } from 'vitest'
import type { Assignment, Membership } from '../connector.ts'
import type { LogCases, Scene } from './scene.ts'

const ROUNDS = 2_000

/**
 * Polls all members until they agree on a generation that gives every slot to one of them. A member
 * may be on its way in: a join may wait for the others to poll.
 */
async function settle(
  { pause }: Scene,
  members: readonly Promise<Membership>[],
  slots: number,
): Promise<readonly Assignment[]> {
  const latest: (Assignment | undefined)[] = members.map(() => undefined)
  const isSettled = (): boolean => {
    const known = latest.filter((each) => each !== undefined)
    const owned = known.flatMap((each) => each.slots).toSorted((a, b) => a - b)
    const agreed = known.every(({ generation }) => generation === known[0]?.generation)
    return known.length === members.length && agreed && owned.join() === range(slots).join()
  }
  await Promise.all(
    members.map(async (joining, index) => {
      const member = await joining
      for (let round = 0; round < ROUNDS && !isSettled(); round += 1) {
        latest[index] = await member.poll()
        await pause()
      }
    }),
  )
  if (!isSettled()) throw new Error(`members do not agree: ${JSON.stringify(latest)}`)
  return latest.filter((each) => each !== undefined)
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function generationOf(assignments: readonly Assignment[]): number {
  return assignments[0]?.generation ?? NaN
}

export const groupCases: LogCases = {
  'gives a lone member every slot': async (scene) => {
    const log = await scene.connect()
    const member = log.join(scene.named('group'), 5)
    const [first] = await settle(scene, [member], 5)
    expect(await (await member).poll()).toEqual(first)
    await (await member).leave()
  },

  'gives every slot to exactly one member, evenly': async (scene) => {
    const group = scene.named('group')
    const members: Promise<Membership>[] = []
    let generation = -Infinity
    for (const most of [8, 4, 3]) {
      members.push((await scene.connect()).join(group, 8))
      const assignments = await settle(scene, members, 8)
      expect(generationOf(assignments)).toBeGreaterThan(generation)
      expect(Math.max(...assignments.map(({ slots }) => slots.length))).toBe(most)
      generation = generationOf(assignments)
    }
    for (const member of members) await (await member).leave()
  },

  'hands the slots of a member that leaves to the others': async (scene) => {
    const group = scene.named('group')
    const first = (await scene.connect()).join(group, 5)
    const second = (await scene.connect()).join(group, 5)
    const before = await settle(scene, [first, second], 5)
    await (await first).leave()
    const after = await settle(scene, [second], 5)
    expect(generationOf(after)).toBeGreaterThan(generationOf(before))
    await (await second).leave()
  },

  'lets a group have more members than slots': async (scene) => {
    const group = scene.named('group')
    const members = [await scene.connect(), await scene.connect(), await scene.connect()].map(
      (log) => log.join(group, 2),
    )
    const sizes = (await settle(scene, members, 2)).map(({ slots }) => slots.length)
    expect(sizes.toSorted()).toEqual([0, 1, 1])
    for (const member of members) await (await member).leave()
  },

  'keeps groups apart': async (scene) => {
    const log = await scene.connect()
    const one = log.join(scene.named('group'), 2)
    const other = log.join(scene.named('group'), 3)
    await settle(scene, [one], 2)
    await settle(scene, [other], 3)
    await (await one).leave()
    await settle(scene, [other], 3)
    await (await other).leave()
  },
}
