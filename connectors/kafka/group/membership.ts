// A member of a Kafka group. It joins, tells the broker that it lives, and joins again when others
// come or go, all in the background: a poll gives the assignment that is in force and asks nobody.
import type { Assignment, MemberAbout, Membership, Position } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { Coordinator, GroupPlace } from './coordinator.ts'
import { kindOf, otherProgram, otherShape, problemOf, stoppedBy } from './group-faults.ts'
import { leadGroup } from './lead.ts'
import { createOffsetNotes, type OffsetNotes } from './offset-notes.ts'
import { decodeVerdict, encodeMember, type GrantedSlots } from './protocol.ts'
import { type GroupClock, wait, within } from './waiting.ts'

export interface KafkaMembership extends Membership {
  /** For who watches the group's lag; written in the background, and lost without harm. */
  readonly noteRead: (positions: readonly Position[]) => void
}

export interface MembershipOptions {
  readonly group: string
  readonly slots: number
  readonly about: MemberAbout
  /** What the group reads, for who looks at it with Kafka's tools. */
  readonly topics: readonly string[]
  readonly heartbeatMs: number
  /** How long the coordinator may be away before a poll says so. */
  readonly patienceMs: number
  readonly coordinator: Coordinator
  /** The same on other connections, to leave while the first ones wait for a join. */
  readonly reconnect: () => Promise<Coordinator>
  readonly clock: GroupClock
  /** Told of what went wrong without consequence for the records, and how often in a row. */
  readonly onProblem: (problem: EngineError, failures: number) => void
}

const FIRST_PAUSE_MS = 50
const MOST_PAUSE_MS = 1000
/** For each of the steps of leaving. */
const LEAVE_MS = 2000
const NOTING = 'noting positions of'

export function startMembership(options: MembershipOptions): KafkaMembership {
  return new GroupMembership(options)
}

/**
 * While the coordinator does not answer, a member keeps its slots, also past its session. Most
 * often nobody else can be given them then (the broker restarts, and sessions begin anew when it is
 * back), and to let go would throw away warm state. If others were given them, their producers have
 * fenced this one, so its late work is refused, and the coordinator tells it so at the next answer.
 */
class GroupMembership implements KafkaMembership {
  readonly #options: MembershipOptions
  readonly #notes: OffsetNotes
  readonly #ending = new AbortController()
  readonly #ended: Promise<void>
  #leaving: Promise<void> | undefined
  /** Its id with the broker; empty before it has one. */
  #member = ''
  /** Undefined while it is not in, or joins again. */
  #place: GroupPlace | undefined
  #isJoining = false
  #assignment: Assignment = { generation: 0, slots: [] }
  #failingSince: number | undefined
  #stopped: Error | undefined

  constructor(options: MembershipOptions) {
    this.#options = options
    this.#notes = createOffsetNotes({
      clock: options.clock,
      commit: (positions) => this.#commit(positions),
      onFailure: (error, failures) => {
        if (!this.#isEnding) this.#tell(error, NOTING, failures)
      },
    })
    this.#ended = this.#live()
  }

  get #isEnding(): boolean {
    return this.#ending.signal.aborted
  }

  poll(): Promise<Assignment> {
    return new Promise((resolve) => resolve(this.#current()))
  }

  noteRead(positions: readonly Position[]): void {
    this.#notes.note(positions)
  }

  leave(): Promise<void> {
    return (this.#leaving ??= this.#leave())
  }

  #current(): Assignment {
    const { clock, patienceMs, group } = this.#options
    if (this.#leaving !== undefined) throw new Error('a member that has left its group polls')
    if (this.#stopped !== undefined) throw this.#stopped
    const failingMs = clock.now() - (this.#failingSince ?? Infinity)
    if (failingMs <= patienceMs || this.#failingSince === undefined) return this.#assignment
    throw new EngineError(
      'log-unavailable',
      `no broker has answered for group "${group}" for ${Math.round(failingMs / 1000)} s; ` +
        'see whether the brokers are up; it is tried again',
      { coordinates: { group }, retryable: true },
    )
  }

  /** Never rejects: what stops it is kept for who polls. */
  async #live(): Promise<void> {
    const { heartbeatMs } = this.#options
    let failures = 0
    while (!this.#isEnding && this.#stopped === undefined) {
      try {
        if (this.#place === undefined) await this.#join()
        else await this.#stay(this.#place, failures === 0 ? heartbeatMs : 0)
        this.#failingSince = undefined
        failures = 0
      } catch (error) {
        failures += 1
        await this.#recover(error, failures)
      }
    }
  }

  async #join(): Promise<void> {
    const { coordinator, about, slots, topics } = this.#options
    const { generation, slots: owned } = this.#assignment
    const data = { shape: about.shape, slots, endpoint: about.endpoint, owned, generation }
    this.#isJoining = true
    try {
      const joined = await coordinator.join(this.#member, encodeMember(data, topics))
      this.#member = joined.member
      if (!joined.isIn || this.#isEnding) return
      const place = { member: joined.member, generation: joined.generation }
      const isLeader = joined.leader === joined.member
      const shares = isLeader ? leadGroup(joined.members, joined.generation) : []
      this.#accept(await coordinator.sync(place, shares))
      this.#place = place
    } finally {
      this.#isJoining = false
    }
  }

  #accept(assignment: Buffer): void {
    const { group, slots, about } = this.#options
    const verdict = decodeVerdict(assignment)
    if (verdict === undefined) throw otherProgram(group)
    if (verdict.refused !== undefined) {
      throw otherShape(group, { shape: about.shape, slots }, verdict.refused)
    }
    this.#assignment = assignmentOf(verdict.granted)
  }

  async #stay(place: GroupPlace, pauseMs: number): Promise<void> {
    const { clock, coordinator } = this.#options
    await wait(clock, pauseMs, this.#ending.signal)
    if (!this.#isEnding) await coordinator.heartbeat(place)
  }

  async #recover(error: unknown, failures: number): Promise<void> {
    if (this.#isEnding) return
    const { clock, coordinator } = this.#options
    const kind = kindOf(error)
    if (kind === 'fatal') return this.#stop(error)
    if (kind === 'unreachable') {
      this.#failingSince ??= clock.now()
      // Whether a broker can be reached, the next request will show.
      await within(clock, LEAVE_MS, coordinator.forget())
    } else {
      this.#place = undefined
      this.#failingSince = undefined
      if (kind === 'expelled') this.#member = ''
      // At once, but not over and over.
      if (failures === 1) return
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), MOST_PAUSE_MS)
    await wait(clock, pauseMs, this.#ending.signal)
  }

  /** The others need not wait for its session to run out. */
  async #stop(error: unknown): Promise<void> {
    const { clock, coordinator, group } = this.#options
    this.#stopped = stoppedBy(error, group)
    const member = this.#member
    this.#place = undefined
    this.#member = ''
    if (member !== '') await within(clock, LEAVE_MS, coordinator.leave(member))
  }

  async #commit(positions: readonly Position[]): Promise<boolean> {
    if (this.#place === undefined) return false
    await this.#options.coordinator.commit(this.#place, positions)
    return true
  }

  async #leave(): Promise<void> {
    const { clock, coordinator } = this.#options
    const unwritten = await within(clock, LEAVE_MS, this.#notes.end())
    if (unwritten !== undefined) this.#tell(unwritten, NOTING, 1)
    this.#ending.abort()
    const problem = await within(clock, LEAVE_MS, this.#withdraw())
    if (problem !== undefined) this.#tell(problem, 'leaving', 1)
    await within(clock, LEAVE_MS, coordinator.close())
    await within(clock, LEAVE_MS, this.#ended)
  }

  async #withdraw(): Promise<void> {
    const { coordinator, reconnect } = this.#options
    const member = this.#member
    if (member === '') return
    if (!this.#isJoining) return coordinator.leave(member)
    // A broker answers the requests of one connection in turn, and the join may take long.
    const other = await reconnect()
    try {
      await other.leave(member)
    } finally {
      await other.close()
    }
  }

  #tell(error: unknown, doing: string, failures: number): void {
    const { group, onProblem } = this.#options
    const problem = problemOf(error, group, `${doing} group "${group}"`)
    if (problem instanceof EngineError) onProblem(problem, failures)
    else this.#stopped ??= problem
  }
}

function assignmentOf({ generation, slots, endpoints }: GrantedSlots): Assignment {
  const isTold = endpoints.some((endpoint) => endpoint !== undefined)
  return { generation, slots, ...(isTold && { endpoints }) }
}
