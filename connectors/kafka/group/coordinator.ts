// The broker that coordinates a group, as its member sees it: requests that are sent to whichever
// broker that is at the time. What goes wrong is a KafkaFault; nothing is tried again here.
import type { Position } from '../../connector.ts'
import type { Cluster } from '../client.ts'
import type { Exchange } from '../exchanges/exchange.ts'
import { checkCode } from '../kafka-fault.ts'
import {
  commitExchange,
  heartbeatExchange,
  type JoinAnswer,
  joinExchange,
  leaveExchange,
  type MemberShare,
  syncExchange,
} from './group-exchanges.ts'
import { PROTOCOL, PROTOCOL_TYPE } from './protocol.ts'

/** A member in one generation of the group, as Kafka counts them. */
export interface GroupPlace {
  readonly member: string
  readonly generation: number
}

/** The id to join with, and the members that are in if it was taken for one. */
export type Joined = Omit<JoinAnswer, 'error'> & { readonly isIn: boolean }

export interface Coordinator {
  /**
   * Ends when the broker has all members together, which takes up to its rebalance timeout. A new
   * member (`''`) gets an id first, and is not in before it joins with that.
   */
  readonly join: (member: string, metadata: Buffer) => Promise<Joined>
  /** Gives the member's own assignment; ends when the leader has given all of them. */
  readonly sync: (place: GroupPlace, shares: readonly MemberShare[]) => Promise<Buffer>
  readonly heartbeat: (place: GroupPlace) => Promise<void>
  readonly commit: (place: GroupPlace, positions: readonly Position[]) => Promise<void>
  readonly leave: (member: string) => Promise<void>
  /** It does not answer, or is the coordinator no more: the next request looks for it. */
  readonly forget: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface CoordinatorOptions {
  readonly connect: () => Promise<Cluster>
  readonly group: string
  readonly sessionTimeoutMs: number
}

const MEMBER_ID_REQUIRED = 79
/** On top of the time that a request may take by design. */
const NETWORK_MS = 5000

/** Connections of its own: who waits in a join holds up all that comes behind it. */
export async function connectCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const { group, sessionTimeoutMs } = options
  const cluster = await options.connect()
  const waitMs = 2 * sessionTimeoutMs + NETWORK_MS
  const send = async <T>(exchange: Exchange<T>): Promise<T> =>
    cluster.send(await cluster.coordinator('group', group), exchange)
  const check = (code: number, what: string): void => checkCode(code, `${what} of group "${group}"`)
  return {
    async join(member, metadata) {
      const timeouts = { sessionTimeoutMs, rebalanceTimeoutMs: sessionTimeoutMs }
      const protocol = { protocolType: PROTOCOL_TYPE, protocol: PROTOCOL, metadata }
      const request = { group, member, ...timeouts, ...protocol }
      const { error, ...answer } = await send(joinExchange(request, waitMs))
      const isIn = !(error === MEMBER_ID_REQUIRED && member === '')
      if (isIn) check(error, 'JoinGroup')
      return { ...answer, isIn }
    },
    async sync(place, shares) {
      const answer = await send(syncExchange({ group, ...place }, shares, waitMs))
      check(answer.error, 'SyncGroup')
      return answer.assignment
    },
    async heartbeat(place) {
      check(await send(heartbeatExchange({ group, ...place }, sessionTimeoutMs)), 'Heartbeat')
    },
    async commit(place, positions) {
      const exchange = commitExchange({ group, ...place }, positions, sessionTimeoutMs)
      check(await send(exchange), 'OffsetCommit')
    },
    async leave(member) {
      check(await send(leaveExchange(group, member, NETWORK_MS)), 'LeaveGroup')
    },
    async forget() {
      cluster.forgetCoordinator('group', group)
      await cluster.refresh()
    },
    close: () => cluster.close(),
  }
}
