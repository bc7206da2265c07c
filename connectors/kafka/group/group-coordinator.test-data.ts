// A Kafka group in memory, for tests of its members: joins wait for each other, heartbeats tell of
// rebalances, and answers are lost or replaced when a test says so.
import { KafkaFault, ownFault } from '../kafka-fault.ts'
import type { Coordinator, GroupPlace, Joined } from './coordinator.ts'
import type { MemberShare } from './group-exchanges.ts'

const [ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS] = [22, 25, 27]

interface Waiting<T> {
  readonly resolve: (answer: T) => void
  readonly reject: (error: Error) => void
}

interface Member {
  metadata: Buffer
  joining: Waiting<Joined> | undefined
  syncing: Waiting<Buffer> | undefined
}

type Request = 'join' | 'sync' | 'heartbeat' | 'commit' | 'leave'

/** What becomes of requests: `refuse` instead of doing them, `lose` the answer of what is done. */
export interface Interference {
  readonly refuse?: Error
  readonly lose?: true
  /** Answered instead of what it would be. */
  readonly answer?: unknown
  /** No answer ever comes. */
  readonly hang?: true
}

export class TestGroup {
  generation = 0
  readonly log: string[] = []
  readonly #members = new Map<string, Member>()
  readonly #interferences = new Map<Request, Interference[]>()
  #leader = ''
  #isPreparing = false
  #shares = new Map<string, Buffer>()
  #ids = 0
  /** Given to those who have yet to join with them. */
  readonly #newIds = new Set<string>()

  get members(): readonly string[] {
    return [...this.#members.keys()]
  }

  /** For the next requests of that kind, one after another. */
  interfere(request: Request, ...interferences: readonly Interference[]): void {
    this.#interferences.set(request, [...interferences])
  }

  /** As if a session had run out. */
  expel(id: string): void {
    this.#members.delete(id)
    this.#rebalance()
  }

  /** A member that another client holds, which joins once and then says nothing. */
  addSilent(metadata: Buffer): void {
    void this.#join(this.#newId(), metadata)
  }

  /** A connection: its requests are answered in turn, and none of them once it is closed. */
  connect(): Coordinator {
    const closed = new AbortController()
    const fault = (): Error => ownFault('CLOSED', 'closed')
    let earlier: Promise<unknown> = Promise.resolve()
    const sent = <T>(name: Request, act: () => T | Promise<T>): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        closed.signal.addEventListener('abort', () => reject(fault()))
        if (closed.signal.aborted) reject(fault())
        const answered = earlier.then(() => this.#interfered(name, act))
        earlier = Promise.allSettled([answered])
        answered.then(resolve, reject)
      })
    return {
      join: (id, metadata) => sent('join', () => this.#join(id, metadata)),
      sync: (place, shares) => sent('sync', () => this.#sync(place, shares)),
      heartbeat: (place) => sent('heartbeat', () => this.#check(place)),
      commit: (place) => sent('commit', () => this.#check(place)),
      leave: (id) => sent('leave', () => this.#leave(id)),
      forget: () => {
        this.log.push('forget')
        return Promise.resolve()
      },
      close: () => {
        closed.abort()
        return Promise.resolve()
      },
    }
  }

  async #interfered<T>(name: Request, act: () => T | Promise<T>): Promise<T> {
    const { refuse, lose, hang, answer: given } = this.#interferences.get(name)?.shift() ?? {}
    this.log.push(name)
    if (hang) await new Promise(() => undefined)
    if (refuse !== undefined) throw refuse
    const answer = await act()
    if (lose) throw ownFault('CONNECTION', 'the answer was lost')
    return given === undefined ? answer : (given as T)
  }

  #newId(): string {
    const id = `m${(this.#ids += 1)}`
    this.#newIds.add(id)
    return id
  }

  #join(id: string, metadata: Buffer): Promise<Joined> {
    const nobody = { generation: -1, leader: '', members: [] }
    if (id === '') return Promise.resolve({ ...nobody, member: this.#newId(), isIn: false })
    const known = this.#members.get(id)
    const isNew = this.#newIds.delete(id)
    if (known === undefined && !isNew) {
      return Promise.reject(new KafkaFault(UNKNOWN_MEMBER_ID, 'JoinGroup'))
    }
    if (known !== undefined && known.metadata.equals(metadata) && !this.#isPreparing) {
      return Promise.resolve(this.#joined(id))
    }
    return new Promise((resolve, reject) => {
      this.#members.set(id, { metadata, joining: { resolve, reject }, syncing: undefined })
      this.#rebalance()
    })
  }

  #rebalance(): void {
    this.#isPreparing = this.#members.size > 0
    const rebalancing = new KafkaFault(REBALANCE_IN_PROGRESS, 'SyncGroup')
    for (const member of this.#members.values()) {
      member.syncing?.reject(rebalancing)
      member.syncing = undefined
    }
    const all = [...this.#members.values()]
    if (!this.#isPreparing || all.some(({ joining }) => joining === undefined)) return
    this.#isPreparing = false
    this.generation += 1
    this.#shares = new Map()
    if (!this.#members.has(this.#leader)) this.#leader = this.members[0] ?? ''
    for (const [id, member] of this.#members) {
      member.joining?.resolve(this.#joined(id))
      member.joining = undefined
    }
  }

  #joined(member: string): Joined {
    const all = [...this.#members].map(([id, { metadata }]) => ({ id, metadata }))
    const members = member === this.#leader ? all : []
    const { generation } = this
    return { generation, leader: this.#leader, member, members, isIn: true }
  }

  #sync(place: GroupPlace, shares: readonly MemberShare[]): Promise<Buffer> {
    this.#check(place)
    if (place.member === this.#leader && shares.length > 0) {
      this.#shares = new Map(shares.map(({ member, assignment }) => [member, assignment]))
      for (const [id, { syncing }] of this.#members) syncing?.resolve(this.#shareOf(id))
    }
    if (this.#shares.size > 0) return Promise.resolve(this.#shareOf(place.member))
    return new Promise((resolve, reject) => {
      const member = this.#members.get(place.member)
      if (member !== undefined) member.syncing = { resolve, reject }
    })
  }

  #shareOf(id: string): Buffer {
    return this.#shares.get(id) ?? Buffer.alloc(0)
  }

  #check({ member, generation }: GroupPlace): void {
    if (!this.#members.has(member)) throw new KafkaFault(UNKNOWN_MEMBER_ID, 'test')
    if (this.#isPreparing) throw new KafkaFault(REBALANCE_IN_PROGRESS, 'test')
    if (generation !== this.generation) throw new KafkaFault(ILLEGAL_GENERATION, 'test')
  }

  #leave(id: string): void {
    if (!this.#members.delete(id)) throw new KafkaFault(UNKNOWN_MEMBER_ID, 'LeaveGroup')
    this.#rebalance()
  }
}
