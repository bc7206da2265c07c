import { expect, test } from 'vitest'
import type { Assignment } from '../connector.ts'
import { Group } from './group.ts'
import { createMemoryBroker } from './memory-broker.ts'

const [a, b, c] = [{ owner: 'a' }, { owner: 'b' }, { owner: 'c' }]

function slotsOf(group: Group, ...members: readonly { owner: string }[]): string {
  return members.map((each) => `${each.owner}=${group.poll(each).slots.join()}`).join(' ')
}

test('moves no more slots than an even share asks for', () => {
  const group = new Group(7)
  group.join(a)
  expect(slotsOf(group, a)).toBe('a=0,1,2,3,4,5,6')
  group.join(b)
  expect(slotsOf(group, a, b)).toBe('a=0,1,2,3 b=4,5,6')
  group.join(c)
  expect(slotsOf(group, a, b, c)).toBe('a=0,1,2 b=4,5 c=3,6')
  group.leave(a)
  expect(slotsOf(group, b, c)).toBe('b=0,1,4,5 c=2,3,6')
  group.leave(b)
  group.leave(c)
  expect(group.isEmpty).toBe(true)
})

test('raises the generation when members come and go, and not when they poll', () => {
  const group = new Group(2)
  group.join(a)
  const generations = [group.poll(a), group.poll(a)].map(({ generation }) => generation)
  group.join(b)
  generations.push(group.poll(a).generation)
  group.leave(b)
  group.leave(b)
  generations.push(group.poll(a).generation)
  expect(generations).toEqual([1, 1, 2, 3])
})

test("gives an expired member's slots away at once; it finds out when it polls", async () => {
  const broker = createMemoryBroker()
  const [first, second] = ['first', 'second'].map((owner) => broker.connect({ owner }).join('g', 4))
  if (first === undefined || second === undefined) throw new Error('two members were to join')
  const poll = async (member: typeof first): Promise<Assignment> => (await member).poll()
  await first
  await second
  const held = await poll(first)
  expect(held.slots).toEqual([0, 1])
  broker.expire('first')
  const heir = await poll(second)
  expect(heir.slots).toEqual([0, 1, 2, 3])
  const back = await poll(first)
  expect(back.slots).toHaveLength(2)
  expect(back.generation).toBeGreaterThan(heir.generation)
  expect((await poll(second)).slots).toEqual(
    [0, 1, 2, 3].filter((slot) => !back.slots.includes(slot)),
  )
})

test('refuses other slots while the group has members, and a poll of who has left', async () => {
  const log = createMemoryBroker().connect()
  const member = await log.join('g', 4)
  await expect(log.join('g', 5)).rejects.toThrow('shares 4 slots, not 5')
  await member.leave()
  await expect(member.poll()).rejects.toThrow('has left')
  expect((await (await log.join('g', 5)).poll()).slots).toHaveLength(5)
})
