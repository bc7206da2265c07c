// What the leader of a Kafka group does for all: from what the members say of themselves to what
// each of them gets. Pure.
import { divideSlots } from './assign.ts'
import type { JoinAnswer, MemberShare } from './group-exchanges.ts'
import { decodeMember, encodeVerdict } from './protocol.ts'

/**
 * One share for each member. The generation that stands in them is Kafka's own or, where members
 * remember a greater one (Kafka counts anew where it has forgotten the group), one more than that.
 */
export function leadGroup(
  members: JoinAnswer['members'],
  kafkaGeneration: number,
): readonly MemberShare[] {
  const told = members.map(({ id, metadata }) => ({ id, data: decodeMember(metadata) }))
  const { shape, shares, endpoints } = divideSlots(told)
  const known = told.map(({ data }) => data?.generation ?? 0)
  const generation = Math.max(kafkaGeneration, ...known.map((each) => each + 1))
  return members.map(({ id }) => {
    const slots = shares.get(id)
    const { shape: hash, slots: count } = shape
    const verdict =
      slots === undefined
        ? { refused: { shape: hash, slots: count } }
        : { granted: { generation, slots, endpoints } }
    return { member: id, assignment: encodeVerdict(verdict) }
  })
}
