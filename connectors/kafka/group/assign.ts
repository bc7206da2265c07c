// Who of a group owns which slots. Pure: the leader of a Kafka group computes it from what the
// members say of themselves, and the same members give the same answer in whatever order they come.
// Every slot goes to exactly one member, evenly, and the fewest slots move.

/** What the members of a group must agree on. */
export interface GroupShape {
  readonly shape: string
  readonly slots: number
}

/** What a member says of itself when it joins. */
export interface MemberData extends GroupShape {
  readonly endpoint: string | undefined
  /** The slots of the last assignment that it knows, and that assignment's generation. */
  readonly owned: readonly number[]
  readonly generation: number
}

export interface GroupMember {
  readonly id: string
  /** Undefined where another program wrote it. */
  readonly data: MemberData | undefined
}

export interface SlotDivision {
  readonly shape: GroupShape
  /** By member, of those that fit the group's shape. */
  readonly shares: ReadonlyMap<string, readonly number[]>
  /** The members that do not. */
  readonly refused: readonly string[]
  /** By slot: where its owner answers queries. */
  readonly endpoints: readonly (string | undefined)[]
}

interface Fitting {
  readonly id: string
  readonly data: MemberData
}

/** Divides the slots of the group's shape among the members that have it. */
export function divideSlots(members: readonly GroupMember[]): SlotDivision {
  const known = members
    .flatMap(({ id, data }): Fitting[] => (data === undefined ? [] : [{ id, data }]))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const shape = shapeOf(known)
  const fitting = known.filter(({ data }) => isSame(data, shape))
  const shares = shareOut(fitting, shape.slots)
  const endpoints: (string | undefined)[] = Array.from({ length: shape.slots })
  for (const { id, data } of fitting) {
    for (const slot of shares.get(id) ?? []) endpoints[slot] = data.endpoint
  }
  const refused = members.filter(({ id }) => !shares.has(id)).map(({ id }) => id)
  return { shape, shares, refused: refused.toSorted(), endpoints }
}

/**
 * That of the members that own slots already, by the newest assignment; else that of most; else of
 * the first.
 */
function shapeOf(members: readonly Fitting[]): GroupShape {
  const votes = (of: GroupShape) => members.filter(({ data }) => isSame(data, of)).length
  const [strongest] = members.toSorted((a, b) => seniority(b) - seniority(a) || votesOf(b, a))
  return strongest?.data ?? { shape: '', slots: 0 }

  function votesOf(one: Fitting, other: Fitting): number {
    return votes(one.data) - votes(other.data)
  }
}

function seniority({ data }: Fitting): number {
  return data.owned.length === 0 ? -1 : data.generation
}

function isSame(one: GroupShape, other: GroupShape): boolean {
  return one.shape === other.shape && one.slots === other.slots
}

function shareOut(
  members: readonly Fitting[],
  slots: number,
): ReadonlyMap<string, readonly number[]> {
  const owners = ownersOf(members, slots)
  const held = members.map(({ id }) => ({
    id,
    slots: owners.flatMap((owner, slot) => (owner?.id === id ? [slot] : [])),
  }))
  const share = Math.floor(slots / members.length)
  const larger = slots % members.length
  // Who holds most may have the one slot more, so that the fewest move.
  const kept = held
    .toSorted((a, b) => b.slots.length - a.slots.length)
    .map(({ id, slots: all }, index) => {
      const quota = share + (index < larger ? 1 : 0)
      return { id, quota, slots: all.slice(0, quota) }
    })
  const taken = new Set(kept.flatMap((each) => each.slots))
  const free = owners.flatMap((_, slot) => (taken.has(slot) ? [] : [slot]))
  return new Map(
    kept.map(({ id, quota, slots: own }) => {
      const more = free.splice(0, quota - own.length)
      return [id, [...own, ...more].toSorted((a, b) => a - b)]
    }),
  )
}

/** By slot. Two may claim one if an assignment did not reach all: the newer one counts. */
function ownersOf(members: readonly Fitting[], slots: number): readonly (Fitting | undefined)[] {
  const owners = Array.from<Fitting | undefined>({ length: slots }).fill(undefined)
  for (const member of members) {
    for (const slot of member.data.owned) {
      if (!(slot in owners)) continue
      const rival = owners[slot]?.data.generation ?? -Infinity
      if (member.data.generation > rival) owners[slot] = member
    }
  }
  return owners
}
