// One connection to a memory log: the port of connectors/connector.ts. Like Kafka it has no tables,
// and a transaction that nobody decides on stays open until its producer's name is opened anew.
import type {
  Fetched,
  FetchOptions,
  Log,
  Membership,
  Position,
  Producer,
  Writes,
} from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { attended, type Connection, reach } from './connection.ts'
import { Group } from './group.ts'
import { leavesOpen } from './log-point.ts'
import type { MemoryData } from './memory-data.ts'
import type { Writer } from './writer.ts'

export function connectLog(data: MemoryData, connection: Connection): Log {
  const visit = attended(connection)
  return {
    name: 'memory',
    createTopics: (specs) => visit('createTopics', () => data.create(specs)),
    topics: () =>
      visit('topics', () => new Map([...data.topics].map(([at, { spec }]) => [at, spec]))),
    deleteTopic: (topic) => visit('deleteTopic', () => void data.topics.delete(topic)),
    bounds: (partitions) =>
      visit('bounds', () =>
        partitions.map(({ topic, partition }) => {
          const { first, stable } = data.partitionOf({ topic, partition })
          return { topic, partition, first, stable }
        }),
      ),
    fetch: (positions, options) =>
      visit('fetch', () => fetchFrom(data, positions, options, connection.pause)),
    deleteBefore: (positions) =>
      visit('deleteBefore', () => {
        for (const each of positions) data.partitionOf(each).deleteBefore(each.offset)
      }),
    producer: (name) => visit('producer', () => openProducer(data, name, connection), name),
    join: (group, slots) =>
      visit('join', () => joinGroup(data, connection, { group, slots }), group),
    tables: undefined,
    close: () => {
      connection.isClosed = true
      return Promise.resolve()
    },
  }
}

async function fetchFrom(
  data: MemoryData,
  positions: readonly Position[],
  { maxRecords, waitMs }: FetchOptions,
  pause: Connection['pause'],
): Promise<readonly Fetched[]> {
  const readAll = (): readonly Fetched[] =>
    positions.map((position) => readFrom(data, position, maxRecords))
  let fetched = readAll()
  if (waitMs === 0 || hasNew(fetched, positions)) return fetched
  if (pause === undefined) {
    await new Promise(setImmediate)
    return readAll()
  }
  const over = pause(waitMs).then(() => 'over' as const)
  for (let woken = ''; woken !== 'over' && !hasNew(fetched, positions); fetched = readAll()) {
    woken = await Promise.race([over, data.decided()])
  }
  return fetched
}

function readFrom(data: MemoryData, { topic, partition, offset }: Position, most: number): Fetched {
  const from = data.partitionOf({ topic, partition })
  if (offset < from.first || offset > from.end) {
    throw new EngineError(
      'offset-gone',
      `"${topic}" ${partition} holds ${from.first} to ${from.end}, but not ${offset}; ` +
        'rewind to what is kept',
      { coordinates: { topic, partition, offset } },
    )
  }
  return { topic, partition, ...from.read(offset, most), stable: from.stable }
}

function hasNew(fetched: readonly Fetched[], positions: readonly Position[]): boolean {
  return fetched.some(({ next }, index) => next > (positions[index]?.offset ?? 0))
}

function openProducer(data: MemoryData, name: string, connection: Connection): Producer {
  const writer = data.writers.open(name)
  let isClosed = false
  return {
    name,
    epoch: writer.epoch,
    transact: async (writes) => {
      if (isClosed || connection.isClosed) throw new Error(`the producer "${name}" is closed`)
      return transact(writer, writes, connection, name)
    },
    close: () => {
      isClosed = true
      return Promise.resolve()
    },
  }
}

async function transact(
  writer: Writer,
  { appends, puts }: Writes,
  connection: Connection,
  name: string,
): Promise<readonly number[]> {
  const { at } = connection
  const ends: number[] = []
  if (puts.length > 0) throw new Error('the memory log has no tables to put entries into')
  if (at !== undefined) await reach(connection, 'transact', 'before', name)
  writer.begin()
  try {
    for (const append of appends) {
      ends.push(writer.append(append))
      if (at !== undefined) await reach(connection, 'transact', 'middle', name)
    }
    if (at !== undefined) await reach(connection, 'transact', 'middle', name)
    writer.commit()
  } catch (fault) {
    if (!leavesOpen(fault)) writer.abort()
    throw fault
  }
  if (at !== undefined) await reach(connection, 'transact', 'after', name)
  return ends
}

function joinGroup(
  data: MemoryData,
  connection: Connection,
  { group: name, slots }: { readonly group: string; readonly slots: number },
): Membership {
  const known = data.groups.get(name)
  // An expired member comes back to the group that it knows, so an empty one lives on.
  const isOther = known?.isEmpty === true && known.slots !== slots
  const group = known === undefined || isOther ? new Group(slots) : known
  if (group.slots !== slots) {
    throw new Error(`group "${name}" shares ${group.slots} slots, not ${slots}`)
  }
  data.groups.set(name, group)
  const member = { owner: connection.owner }
  group.join(member)
  const visit = attended(connection)
  let hasLeft = false
  return {
    poll: () =>
      visit(
        'poll',
        () => {
          if (hasLeft) throw new Error(`a member that has left the group "${name}" polls`)
          return group.poll(member)
        },
        name,
      ),
    leave: () => {
      hasLeft = true
      return visit('leave', () => group.leave(member), name)
    },
  }
}
