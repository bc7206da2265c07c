// What is done to one request of a run, and the names of the requests.

/** Kafka's protocol, https://kafka.apache.org/protocol: the keys of its requests. */
export const rpcs = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  OffsetCommit: 8,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  LeaveGroup: 13,
  SyncGroup: 14,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  EndTxn: 26,
} as const

export type Rpc = keyof typeof rpcs

const byKey = new Map<number, Rpc>(
  Object.entries(rpcs).map(([name, key]): [number, Rpc] => [key, name as Rpc]),
)

export function rpcOf(key: number): Rpc | undefined {
  return byKey.get(key)
}

export type Deed =
  /** It never comes to the broker. */
  | 'lose-request'
  /** The broker does it, and its answer never comes to the client. */
  | 'lose-response'
  /** It comes to the broker when the client has given it up. */
  | 'delay'

export interface Fault {
  readonly rpc: Rpc
  /** Of the requests of that kind, counted from 1, over all connections. */
  readonly nth: number
  readonly deed: Deed
  /**
   * What becomes of the connection of something lost: it breaks, or nothing comes along it any
   * more. What is delayed comes late over one that hangs.
   */
  readonly connection: 'closes' | 'hangs'
  /** How many more requests of its kind pass between its being given up and it; usually 0. */
  readonly lateBy?: number
}

export function faultText({ rpc, nth, deed, connection, lateBy = 0 }: Fault): string {
  const request = `${rpc} ${nth}`
  if (deed === 'delay') return `${request} delayed until it was given up, and by ${lateBy} more`
  const what = deed === 'lose-request' ? 'request' : 'answer'
  return `${request}: ${what} lost, the connection ${connection}`
}
