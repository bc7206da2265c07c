// What members of a Kafka group tell each other, within the conventional frames: a member's data is
// the user data of a consumer's subscription, its assignment that of a consumer's assignment, so
// that Kafka's tools can read the frames (version 0 of ConsumerProtocolSubscription and
// ConsumerProtocolAssignment). The user data is JSON with the version of its form; fields that are
// not known are ignored.
import { EngineError } from '../../../topology/engine-error.ts'
import { WireReader } from '../exchanges/wire-reader.ts'
import { WireWriter } from '../exchanges/wire-writer.ts'
import type { GroupShape, MemberData } from './assign.ts'

/** The name of the protocol; members of a Kafka group must have one in common. */
export const PROTOCOL = 'millrace'
/** The kind of group whose frames Kafka's tools decode. */
export const PROTOCOL_TYPE = 'consumer'

const FRAME_VERSION = 0
const FORM = 1

export interface GrantedSlots {
  /** The same for all members, and greater than any that one of them has known. */
  readonly generation: number
  readonly slots: readonly number[]
  /** By slot, of all members. */
  readonly endpoints: readonly (string | undefined)[]
}

/** What a member gets: its slots, or the shape of the group that it does not fit into. */
export type Verdict =
  | { readonly granted: GrantedSlots; readonly refused?: undefined }
  | { readonly refused: GroupShape; readonly granted?: undefined }

/** `topics`: what the group reads, for those who look at it with Kafka's tools. */
export function encodeMember(data: MemberData, topics: readonly string[]): Buffer {
  const { shape, slots, endpoint, owned, generation } = data
  const told = { millrace: FORM, shape, slots, endpoint, owned, generation }
  const out = new WireWriter().int16(FRAME_VERSION)
  out.array(topics, (topic) => out.string(topic))
  return out.bytes(Buffer.from(JSON.stringify(told))).take()
}

/** Undefined where another program wrote it. */
export function decodeMember(metadata: Buffer): MemberData | undefined {
  const told = fieldsOf(metadata, (from) => from.string())
  if (told === undefined) return undefined
  const { shape, slots, endpoint, owned, generation } = told
  if (typeof shape !== 'string' || !isCount(slots) || !isCount(generation)) return undefined
  if (!isCounts(owned)) return undefined
  return {
    shape,
    slots,
    endpoint: typeof endpoint === 'string' ? endpoint : undefined,
    owned,
    generation,
  }
}

export function encodeVerdict(verdict: Verdict): Buffer {
  const told =
    verdict.granted === undefined
      ? { millrace: FORM, refused: verdict.refused }
      : { millrace: FORM, ...shortened(verdict.granted) }
  // No partitions are listed: which ones a slot reads is the topology's affair.
  const partitions: readonly never[] = []
  const out = new WireWriter().int16(FRAME_VERSION).array(partitions, () => undefined)
  return out.bytes(Buffer.from(JSON.stringify(told))).take()
}

/** Undefined where another program wrote it. */
export function decodeVerdict(assignment: Buffer): Verdict | undefined {
  const told = fieldsOf(assignment, (from) => {
    from.string()
    from.array(() => from.int32())
  })
  if (told === undefined) return undefined
  if (isFields(told.refused)) {
    const { shape, slots } = told.refused
    return typeof shape === 'string' && isCount(slots) ? { refused: { shape, slots } } : undefined
  }
  const { generation, slots, endpoints, at } = told
  if (!isCount(generation) || !isCounts(slots)) return undefined
  const names = Array.isArray(endpoints) ? (endpoints as readonly unknown[]) : []
  const byName = isCounts(at) ? at : []
  const named = byName.map((index) => {
    const name = names[index - 1]
    return typeof name === 'string' ? name : undefined
  })
  return { granted: { generation, slots, endpoints: named } }
}

/** Every member gets the endpoints of all slots: each name once, and by slot its number from 1. */
function shortened({ generation, slots, endpoints }: GrantedSlots) {
  const names = [...new Set(endpoints.filter((name) => name !== undefined))]
  const at = endpoints.map((name) => (name === undefined ? 0 : names.indexOf(name) + 1))
  return { generation, slots, endpoints: names, at }
}

type Fields = Readonly<Record<string, unknown>>

/** The user data behind the frame's version and list. */
function fieldsOf(frame: Buffer, skipItem: (from: WireReader) => unknown): Fields | undefined {
  try {
    const from = new WireReader(frame, 'a member')
    from.int16()
    from.array(() => skipItem(from))
    const told: unknown = JSON.parse(from.bytes().toString())
    return isFields(told) && isCount(told.millrace) ? told : undefined
  } catch (error) {
    if (error instanceof EngineError || error instanceof SyntaxError) return undefined
    throw error
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount)
}
