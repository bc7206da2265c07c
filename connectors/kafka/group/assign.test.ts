import fc from 'fast-check'
import { expect, test } from 'vitest'
import { divideSlots, type GroupMember, type MemberData } from './assign.ts'

const none: MemberData = { shape: 's', slots: 4, endpoint: undefined, owned: [], generation: 0 }
const member = (id: string, data: Partial<MemberData> = {}): GroupMember => ({
  id,
  data: { ...none, ...data },
})
const sharesOf = (members: readonly GroupMember[]) =>
  Object.fromEntries(divideSlots(members).shares)

/** Members of one shape, with claims that need not fit each other. */
const groups = fc.integer({ min: 0, max: 24 }).chain((slots) =>
  fc
    .array(
      fc.record({
        owned: fc.uniqueArray(fc.integer({ min: 0, max: 26 }), { maxLength: 12 }),
        generation: fc.integer({ min: 0, max: 5 }),
      }),
      { minLength: 1, maxLength: 9 },
    )
    .map((all) => all.map((data, index) => member(`m${index}`, { slots, ...data }))),
)

test('gives every slot to exactly one member, evenly', () => {
  fc.assert(
    fc.property(groups, (members) => {
      const { shares, shape, refused } = divideSlots(members)
      const all = [...shares.values()]
      expect(all.flat().toSorted((a, b) => a - b)).toEqual([...Array(shape.slots).keys()])
      const sizes = all.map(({ length }) => length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      expect(shares.size).toBe(members.length)
      expect(refused).toEqual([])
    }),
  )
})

test('leaves as many slots with their owners as an even division allows', () => {
  fc.assert(
    fc.property(groups, (members) => {
      const { shares, shape } = divideSlots(members)
      const share = Math.floor(shape.slots / members.length)
      const larger = shape.slots % members.length
      const held = members.map((each) => ({ id: each.id, slots: claimsOf(each, members, shape) }))
      const kept = held.flatMap(({ id, slots }) => slots.filter((s) => shares.get(id)?.includes(s)))
      const withOneMore = held.filter(({ slots }) => slots.length > share).length
      const most = held.reduce((sum, { slots }) => sum + Math.min(slots.length, share), 0)
      expect(kept).toHaveLength(most + Math.min(withOneMore, larger))
    }),
  )
})

/** The slots that no other member claims with a newer generation, or with the same and first. */
function claimsOf(
  one: GroupMember,
  members: readonly GroupMember[],
  { slots }: { readonly slots: number },
): readonly number[] {
  const generation = one.data?.generation ?? -1
  return (one.data?.owned ?? []).filter((slot) => {
    const rivals = members.filter(({ id, data }) => id !== one.id && data?.owned.includes(slot))
    const isBeaten = rivals.some(({ id, data }) => {
      const theirs = data?.generation ?? -1
      return theirs > generation || (theirs === generation && id < one.id)
    })
    return slot < slots && !isBeaten
  })
}

test('divides alike in whatever order the members come', () => {
  fc.assert(
    fc.property(groups, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }), (members, order) => {
      const shuffled = members
        .map((each, index) => ({ each, at: order[index] ?? 0 }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ each }) => each)
      expect(sharesOf(shuffled)).toEqual(sharesOf(members))
    }),
  )
})

test('moves nothing when the same members come again with what they were given', () => {
  fc.assert(
    fc.property(groups, (members) => {
      const shares = sharesOf(members)
      const again = members.map(({ id, data }) =>
        member(id, { ...data, owned: shares[id] ?? [], generation: 9 }),
      )
      expect(sharesOf(again)).toEqual(shares)
    }),
  )
})

test('takes from those who have most when a member comes', () => {
  const old = { generation: 3 }
  expect(
    sharesOf([
      member('a', { ...old, owned: [0, 1] }),
      member('b', { ...old, owned: [2, 3] }),
      member('c'),
    ]),
  ).toEqual({ a: [0, 1], b: [2], c: [3] })
})

test('believes the newer of two who claim a slot', () => {
  const members = [
    member('a', { owned: [0, 1, 2, 3], generation: 4 }),
    member('b', { owned: [2, 3], generation: 5 }),
  ]
  expect(sharesOf(members)).toEqual({ a: [0, 1], b: [2, 3] })
})

test('refuses members of another shape than those who own slots, however many they are', () => {
  const members = [
    member('a', { shape: 'new' }),
    member('b', { shape: 'old', owned: [0], generation: 2, slots: 2 }),
    member('c', { shape: 'new' }),
    member('d', { shape: 'older', owned: [1], generation: 1 }),
  ]
  const { shape, shares, refused } = divideSlots(members)
  expect(shape).toMatchObject({ shape: 'old', slots: 2 })
  expect(Object.fromEntries(shares)).toEqual({ b: [0, 1] })
  expect(refused).toEqual(['a', 'c', 'd'])
})

test('goes by most members where none owns slots, and by the first id where that is even', () => {
  const [x, y, z] = [member('x', { slots: 5 }), member('y', { slots: 6 }), member('z')]
  expect(divideSlots([x, y, z]).refused).toEqual(['y', 'z'])
  expect(divideSlots([x, y, z, member('zz', { slots: 6 })]).refused).toEqual(['x', 'z'])
})

test('refuses who speaks another protocol, and gives nothing if all do', () => {
  const stranger: GroupMember = { id: 'a', data: undefined }
  expect(divideSlots([stranger, member('b')])).toMatchObject({ refused: ['a'] })
  expect(divideSlots([stranger])).toMatchObject({ refused: ['a'], endpoints: [] })
})

test('says where the owner of each slot answers', () => {
  const members = [member('a', { endpoint: 'http://a' }), member('b')]
  expect(divideSlots(members).endpoints).toEqual(['http://a', 'http://a', undefined, undefined])
})
