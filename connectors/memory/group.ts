// A group of members that share slots. Every slot belongs to one living member; who stays keeps
// as many of its slots as an even share allows.
import type { Assignment } from '../connector.ts'

/** By identity: an owner may be a member more than once. */
export interface Member {
  readonly owner: string
}

export class Group {
  readonly slots: number
  #generation = 0
  /** In the order in which they joined. */
  readonly #members = new Map<Member, readonly number[]>()

  constructor(slots: number) {
    this.slots = slots
  }

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  join(member: Member): void {
    this.#members.set(member, [])
    this.#rebalance()
  }

  leave(member: Member): void {
    if (this.#members.delete(member)) this.#rebalance()
  }

  /** Removes all members of an owner. */
  expire(owner: string): void {
    const expired = [...this.#members.keys()].filter((member) => member.owner === owner)
    for (const member of expired) this.leave(member)
  }

  /** Who was expired joins again. */
  poll(member: Member): Assignment {
    if (!this.#members.has(member)) this.join(member)
    return { generation: this.#generation, slots: this.#members.get(member) ?? [] }
  }

  #rebalance(): void {
    this.#generation += 1
    // Who holds most may keep one more, so that the fewest slots move.
    const members = [...this.#members].toSorted(([, a], [, b]) => b.length - a.length)
    const share = Math.floor(this.slots / members.length)
    const larger = this.slots % members.length
    const kept = members.map(([member, held], index) => {
      const quota = share + (index < larger ? 1 : 0)
      return { member, quota, slots: held.slice(0, quota) }
    })
    const taken = new Set(kept.flatMap(({ slots }) => slots))
    const free = Array.from({ length: this.slots }, (_, slot) => slot).filter(
      (slot) => !taken.has(slot),
    )
    for (const { member, quota, slots } of kept) {
      const more = free.splice(0, quota - slots.length)
      this.#members.set(
        member,
        [...slots, ...more].toSorted((a, b) => a - b),
      )
    }
  }
}
