import { expect, test } from 'vitest'
import type { EngineError } from '../../../topology/engine-error.ts'
import { KafkaFault, ownFault } from '../kafka-fault.ts'
import { TestGroup } from './group-coordinator.test-data.ts'
import { type KafkaMembership, startMembership } from './membership.ts'
import { encodeMember } from './protocol.ts'
import { createVirtualClock } from './virtual-clock.test-data.ts'

const HEARTBEAT_MS = 1000
const PATIENCE_MS = 60_000
const lost = { refuse: ownFault('CONNECTION', 'the connection broke') }
const refused = (code: number) => ({ refuse: new KafkaFault(code, 'test') })
const times = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item)

function open() {
  const group = new TestGroup()
  const clock = createVirtualClock()
  const problems: EngineError[] = []
  const start = (shape = 's', slots = 4): KafkaMembership =>
    startMembership({
      ...{ group: 'g', slots, about: { shape }, topics: [], clock },
      heartbeatMs: HEARTBEAT_MS,
      patienceMs: PATIENCE_MS,
      coordinator: group.connect(),
      reconnect: () => Promise.resolve(group.connect()),
      onProblem: (problem) => void problems.push(problem),
    })
  const { advance } = clock
  return { group, clock, start, problems, advance }
}

/** A lone member that has its slots. */
async function openJoined() {
  const opened = open()
  const member = opened.start()
  await opened.advance(0)
  return { ...opened, member }
}

test('has no slots before the group gave some, and then all of them', async () => {
  const { start, advance } = open()
  const member = start()
  expect(await member.poll()).toEqual({ generation: 0, slots: [] })
  await advance(0)
  expect(await member.poll()).toEqual({ generation: 1, slots: [0, 1, 2, 3] })
})

test('gives the same assignment, and asks for nothing, while nothing changes', async () => {
  const { member, group, advance } = await openJoined()
  const first = await member.poll()
  const asked = group.log.length
  for (let poll = 0; poll < 100; poll += 1) expect(await member.poll()).toBe(first)
  expect(group.log).toHaveLength(asked)
  await advance(10 * HEARTBEAT_MS)
  expect(group.log.slice(asked)).toEqual(times(10, 'heartbeat'))
  expect(await member.poll()).toBe(first)
})

test('shares with a second member within a heartbeat, under one generation', async () => {
  const { member, start, advance } = await openJoined()
  const second = start()
  await advance(HEARTBEAT_MS - 1)
  expect(await member.poll(), 'before it is told').toMatchObject({ slots: [0, 1, 2, 3] })
  await advance(1)
  expect(await member.poll()).toEqual({ generation: 2, slots: [0, 1] })
  expect(await second.poll()).toEqual({ generation: 2, slots: [2, 3] })
})

test('keeps its slots while a rebalance waits for others', async () => {
  const { member, group, advance } = await openJoined()
  const told = { shape: 's', slots: 4, endpoint: undefined, owned: [], generation: 0 }
  group.addSilent(encodeMember(told, []))
  await advance(HEARTBEAT_MS)
  group.addSilent(encodeMember(told, []))
  await advance(20 * HEARTBEAT_MS)
  expect(await member.poll()).toMatchObject({ generation: 2, slots: [0, 1] })
})

test('joins as a new member when the group knows it no more, and says what it owned', async () => {
  const { member, group, start, advance } = await openJoined()
  const second = start()
  await advance(HEARTBEAT_MS)
  group.expel('m1')
  await advance(2 * HEARTBEAT_MS)
  const slots = [(await member.poll()).slots, (await second.poll()).slots]
  expect(slots.map(({ length }) => length)).toEqual([2, 2])
  expect(slots.flat().toSorted()).toEqual([0, 1, 2, 3])
  expect((await member.poll()).generation).toBeGreaterThan(2)
  expect(group.members).not.toContain('m1')
})

test('keeps its id when only its generation is over', async () => {
  const { member, group, advance } = await openJoined()
  const ids = group.members
  group.interfere('heartbeat', refused(22))
  await advance(3 * HEARTBEAT_MS)
  expect(group.members).toEqual(ids)
  expect(await member.poll()).toMatchObject({ slots: [0, 1, 2, 3] })
})

test('goes on past its session while nobody answers, then says so until one does', async () => {
  const { member, group, advance } = await openJoined()
  const first = await member.poll()
  group.interfere('heartbeat', ...times(75, lost))
  await advance(PATIENCE_MS)
  expect(await member.poll()).toBe(first)
  await advance(10_000)
  await expect(member.poll()).rejects.toMatchObject({ code: 'log-unavailable', retryable: true })
  await advance(20_000)
  expect(await member.poll()).toBe(first)
})

test('asks a coordinator that is away at most about once a second', async () => {
  const { group, advance } = await openJoined()
  group.interfere('heartbeat', ...times(1000, lost))
  const asked = group.log.length
  await advance(60_000)
  const requests = group.log.slice(asked).filter((name) => name === 'heartbeat')
  expect(requests.length).toBeLessThan(70)
  expect(requests.length).toBeGreaterThan(50)
})

test.each([14, 15, 16, 8, -1])('looks again for a coordinator after code %i', async (code) => {
  const { member, group, advance } = await openJoined()
  const first = await member.poll()
  group.interfere('heartbeat', refused(code))
  await advance(3 * HEARTBEAT_MS)
  expect(group.log).toContain('forget')
  expect(await member.poll()).toBe(first)
})

test('joins again where the answer with its slots was lost, and does not count twice', async () => {
  const { group, start, advance } = open()
  group.interfere('sync', { lose: true })
  const member = start()
  await advance(HEARTBEAT_MS)
  expect(await member.poll()).toEqual({ generation: 1, slots: [0, 1, 2, 3] })
  expect(group.members).toHaveLength(1)
})

test('does not repeat joins that are refused over and over in a hurry', async () => {
  const { group, start, advance } = open()
  group.interfere('join', ...times(1000, refused(27)))
  start()
  await advance(60_000)
  expect(group.log.length).toBeLessThan(75)
})

test('counts on where Kafka counts anew', async () => {
  const { member, group, start, advance } = await openJoined()
  group.generation = 41
  start()
  await advance(HEARTBEAT_MS)
  expect(await member.poll()).toMatchObject({ generation: 42 })
  group.generation = 0
  await advance(2 * HEARTBEAT_MS)
  expect((await member.poll()).generation).toBe(43)
})

test('refuses a member of another shape, which leaves the others as they were', async () => {
  const { member, group, start, advance } = await openJoined()
  const other = start('another')
  await advance(3 * HEARTBEAT_MS)
  const message = /shape "s", not "another"; stop them first, or run this one under another name/
  await expect(other.poll()).rejects.toMatchObject({ code: 'group-differs', message })
  expect(group.members).toEqual(['m1'])
  expect(await member.poll()).toMatchObject({ slots: [0, 1, 2, 3] })
  await other.leave()
})

test.each([
  [23, 'group-differs', /members of another program/],
  [26, 'not-allowed', /group.min.session.timeout.ms/],
  [30, 'not-allowed', /ACL/],
  [35, 'log-unavailable', /UNSUPPORTED_VERSION/],
])('stops at code %i and says %s', async (code, fault, message) => {
  const { group, start, advance } = open()
  group.interfere('join', {}, refused(code))
  const member = start()
  await advance(0)
  await expect(member.poll()).rejects.toMatchObject({ code: fault, message, retryable: false })
  const asked = group.log.length
  await advance(60_000)
  expect(group.log).toHaveLength(asked)
})

test('stops where another program divides the slots', async () => {
  const { group, start, advance } = open()
  group.interfere('sync', { answer: Buffer.from('0000', 'hex') })
  const member = start()
  await advance(HEARTBEAT_MS)
  await expect(member.poll()).rejects.toMatchObject({ code: 'group-differs' })
  expect(group.members).toEqual([])
})

test('gives nothing to a member that speaks another protocol', async () => {
  const { member, group, advance } = await openJoined()
  group.addSilent(Buffer.from('strange'))
  await advance(HEARTBEAT_MS)
  expect(await member.poll()).toEqual({ generation: 2, slots: [0, 1, 2, 3] })
})

test('leaves at once, so that the others take its slots within a heartbeat', async () => {
  const { member, start, advance } = await openJoined()
  const second = start()
  await advance(HEARTBEAT_MS)
  await member.leave()
  await advance(HEARTBEAT_MS)
  expect(await second.poll()).toMatchObject({ generation: 3, slots: [0, 1, 2, 3] })
  await expect(member.poll()).rejects.toThrow('has left')
  await member.leave()
})

test('leaves on other connections while its join waits', async () => {
  const { member, group, start, advance } = await openJoined()
  group.interfere('heartbeat', ...times(100, { hang: true as const }))
  const second = start()
  await advance(0)
  expect(group.members).toHaveLength(2)
  await second.leave()
  expect(group.members).toEqual(['m1'])
  expect(await member.poll()).toMatchObject({ slots: [0, 1, 2, 3] })
})

test('leaves within a bound where no broker answers', async () => {
  const { member, group, problems, advance } = await openJoined()
  group.interfere('leave', { hang: true })
  group.interfere('commit', { hang: true })
  member.noteRead([{ topic: 't', partition: 0, offset: 1 }])
  let hasLeft = false
  const leaving = member.leave().then(() => void (hasLeft = true))
  await advance(1000)
  expect(hasLeft).toBe(false)
  await advance(7000)
  expect(hasLeft).toBe(true)
  await leaving
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('noting'),
    expect.stringContaining('leaving'),
  ])
})

test('tells of positions that it could not note, and goes on', async () => {
  const { member, group, problems, advance } = await openJoined()
  group.interfere('commit', lost)
  member.noteRead([{ topic: 't', partition: 0, offset: 1 }])
  await advance(1000)
  expect(problems).toMatchObject([{ code: 'log-unavailable' }])
  expect(group.log.filter((name) => name === 'commit')).toHaveLength(2)
  expect(await member.poll()).toMatchObject({ slots: [0, 1, 2, 3] })
})
