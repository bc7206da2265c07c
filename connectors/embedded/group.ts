// Members of a group on an embedded log. Only one process writes, so its groups live in memory; of
// several threads each takes the slots that are its own by number, without asking the others.
import type { Assignment, Membership } from '../connector.ts'

export interface Share {
  readonly worker: number
  readonly workers: number
}

interface Group {
  readonly slots: readonly number[]
  readonly members: Set<Membership>
  generation: number
}

export type Join = (group: string, slots: number) => Membership

export function createGroups({ worker, workers }: Share): Join {
  const groups = new Map<string, Group>()
  return (name, slots) => {
    const own = Array.from({ length: slots }, (_, slot) => slot).filter(
      (slot) => slot % workers === worker,
    )
    const known = groups.get(name)
    const group = known ?? { slots: own, members: new Set<Membership>(), generation: 0 }
    if (group.slots.join() !== own.join()) {
      throw new Error(`group "${name}" is joined with another number of slots than ${slots}`)
    }
    groups.set(name, group)
    const member: Membership = {
      poll: () => Promise.resolve(assigned(group, member)),
      leave: () => {
        if (group.members.delete(member)) group.generation += 1
        return Promise.resolve()
      },
    }
    group.members.add(member)
    group.generation += 1
    return member
  }
}

function assigned({ slots, members, generation }: Group, member: Membership): Assignment {
  const rank = [...members].indexOf(member)
  if (rank < 0) throw new Error('a member that has left its group polls')
  return { generation, slots: slots.filter((_, index) => index % members.size === rank) }
}
