// The requests by which a member takes part in a Kafka group, in versions that brokers from 2.8 on
// know. The layouts are those of Kafka's protocol guide (JoinGroup 5, SyncGroup 3, Heartbeat 3,
// LeaveGroup 3, OffsetCommit 5). kafkajs joins a second time by itself, and hides the id that the
// first answer gave; who joins must know it, to leave.
import type { Position } from '../../connector.ts'
import { readByTopic, writeByTopic } from '../exchanges/by-topic.ts'
import type { Exchange } from '../exchanges/exchange.ts'
import { afterThrottle } from '../exchanges/wire-reader.ts'
import { WireWriter } from '../exchanges/wire-writer.ts'

/** A member as the broker knows it. */
export interface MemberPlace {
  readonly group: string
  readonly member: string
  /** Kafka's own, not that of our assignments. */
  readonly generation: number
}

export interface JoinRequest {
  readonly group: string
  /** Empty for a new member. */
  readonly member: string
  readonly sessionTimeoutMs: number
  /** How long the broker waits for the other members to join again. */
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocol: string
  readonly metadata: Buffer
}

export interface JoinAnswer {
  readonly error: number
  readonly generation: number
  readonly leader: string
  /** Also where the error says that it must be given. */
  readonly member: string
  /** All of them for the leader, none for the others. */
  readonly members: readonly { readonly id: string; readonly metadata: Buffer }[]
}

export interface SyncAnswer {
  readonly error: number
  readonly assignment: Buffer
}

export interface MemberShare {
  readonly member: string
  readonly assignment: Buffer
}

/** A member that is the same again after it was started anew; ours never are. */
const NO_INSTANCE = undefined

/** The broker answers when all members have joined, so it takes as long as that. */
export function joinExchange(request: JoinRequest, timeoutMs: number): Exchange<JoinAnswer> {
  return {
    ...{ name: 'JoinGroup', key: 11, version: 5, timeoutMs },
    encode: () => {
      const { group, member, sessionTimeoutMs, rebalanceTimeoutMs, protocolType } = request
      const out = new WireWriter().string(group).int32(sessionTimeoutMs).int32(rebalanceTimeoutMs)
      out.string(member).string(NO_INSTANCE).string(protocolType)
      out.array([request], ({ protocol, metadata }) => out.string(protocol).bytes(metadata))
      return out.take()
    },
    decode: (body) => {
      const from = afterThrottle(body, 'JoinGroup')
      const [error, generation] = [from.int16(), from.int32()]
      from.string() // the protocol that was chosen: we offer one
      const [leader, member] = [from.string() ?? '', from.string() ?? '']
      const members = from.array(() => {
        const id = from.string() ?? ''
        from.string()
        return { id, metadata: from.bytes() }
      })
      return { error, generation, leader, member, members }
    },
  }
}

/** `shares` are given by the leader alone. */
export function syncExchange(
  place: MemberPlace,
  shares: readonly MemberShare[],
  timeoutMs: number,
): Exchange<SyncAnswer> {
  return {
    ...{ name: 'SyncGroup', key: 14, version: 3, timeoutMs },
    encode: () => {
      const out = placed(place).string(NO_INSTANCE)
      out.array(shares, ({ member, assignment }) => out.string(member).bytes(assignment))
      return out.take()
    },
    decode: (body) => {
      const from = afterThrottle(body, 'SyncGroup')
      return { error: from.int16(), assignment: from.bytes() }
    },
  }
}

/** Gives the error code, as the two below do. */
export function heartbeatExchange(place: MemberPlace, timeoutMs: number): Exchange<number> {
  return {
    ...{ name: 'Heartbeat', key: 12, version: 3, timeoutMs },
    encode: () => placed(place).string(NO_INSTANCE).take(),
    decode: (body) => afterThrottle(body, 'Heartbeat').int16(),
  }
}

export function leaveExchange(group: string, member: string, timeoutMs: number): Exchange<number> {
  return {
    ...{ name: 'LeaveGroup', key: 13, version: 3, timeoutMs },
    encode: () => {
      const out = new WireWriter().string(group)
      return out.array([member], (id) => out.string(id).string(NO_INSTANCE)).take()
    },
    decode: (body) => {
      const from = afterThrottle(body, 'LeaveGroup')
      const error = from.int16()
      const errors = from.array(() => {
        from.string()
        from.string()
        return from.int16()
      })
      return firstError([error, ...errors])
    },
  }
}

/** The first error of any partition; the others are committed all the same. */
export function commitExchange(
  place: MemberPlace,
  positions: readonly Position[],
  timeoutMs: number,
): Exchange<number> {
  return {
    ...{ name: 'OffsetCommit', key: 8, version: 5, timeoutMs },
    encode: () => {
      const out = placed(place)
      writeByTopic(out, positions, ({ partition, offset }) => {
        out.int32(partition).int64(offset).string('')
      })
      return out.take()
    },
    decode: (body) => {
      const from = afterThrottle(body, 'OffsetCommit')
      const errors = readByTopic(from, () => {
        from.int32() // partition
        return from.int16()
      })
      return firstError(errors)
    },
  }
}

function placed({ group, member, generation }: MemberPlace): WireWriter {
  return new WireWriter().string(group).int32(generation).string(member)
}

function firstError(codes: readonly number[]): number {
  return codes.find((code) => code !== 0) ?? 0
}
