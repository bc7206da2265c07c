// Where partitions begin and where their last stable offsets are, and the deletion of what lies
// before a position: one request of each kind to each leader.
import type { Bounds, PartitionId, Position } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { Cluster } from '../client.ts'
import { pause } from '../clock.ts'
import { deleteRecordsExchange } from '../exchanges/delete-records.ts'
import { listOffsetsExchange, type ListedOffset } from '../exchanges/list-offsets.ts'
import { OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC } from '../hardening/error-codes.ts'
import { checkCode, KafkaFault } from '../kafka-fault.ts'
import type { Patience } from './patience.ts'

const DELETE_WITHIN_MS = 10_000
/** So often brokers must say that there is no such topic. */
const LOOKS = 4
const LOOK_MS = 50
const nameOf = ({ topic, partition }: PartitionId): string => `"${topic}" ${partition}`

/**
 * In the order of `partitions`. Leaders are looked for anew: one that is remembered may stand
 * still, lead no more, and tell an old end when it wakes; whoever goes on from there repeats work.
 */
export function findBounds(
  cluster: Cluster,
  patience: Patience,
  partitions: readonly PartitionId[],
): Promise<readonly Bounds[]> {
  const distinct = [...new Map(partitions.map((each) => [nameOf(each), each])).values()]
  return patience.try(taskOf('looking for the bounds of', partitions), async () => {
    await cluster.refresh()
    const found = new Map<string, Bounds>()
    const asked = [...(await byLeader(cluster, distinct))].map(async ([node, parts]) => {
      // On one connection the first is answered first, so no bound lies before its start.
      const [first, stable] = await Promise.all([
        cluster.send(node, listOffsetsExchange(parts, 'first')),
        cluster.send(node, listOffsetsExchange(parts, 'stable')),
      ])
      for (const [index, { topic, partition }] of parts.entries()) {
        const bounds = { first: offsetIn(first[index]), stable: offsetIn(stable[index]) }
        found.set(nameOf({ topic, partition }), { topic, partition, ...bounds })
      }
    })
    await Promise.all(asked)
    return partitions.map((each) => {
      const bounds = found.get(nameOf(each))
      if (bounds === undefined) throw new Error(`no bounds of ${nameOf(each)}`)
      return bounds
    })
  })
}

function offsetIn(listed: ListedOffset | undefined): number {
  if (listed === undefined) throw new Error('a broker answers what was not asked')
  checkCode(listed.error, nameOf(listed))
  return listed.offset
}

/** What lies before each position is not given to anybody any more. */
export async function deleteBefore(
  cluster: Cluster,
  patience: Patience,
  positions: readonly Position[],
): Promise<void> {
  const furthest = new Map<string, Position>()
  for (const position of positions) {
    const known = furthest.get(nameOf(position))
    if (known === undefined || known.offset < position.offset) {
      furthest.set(nameOf(position), position)
    }
  }
  await patience.try(taskOf('deleting the start of', positions), async () => {
    const byNode = await byLeader(cluster, [...furthest.values()])
    const asked = [...byNode].map(async ([node, parts]) => {
      const answers = await cluster.send(node, deleteRecordsExchange(parts, DELETE_WITHIN_MS))
      for (const answer of answers) {
        // Somebody has deleted more already, or has cut the end off: there is nothing to delete.
        if (answer.error !== OFFSET_OUT_OF_RANGE) checkCode(answer.error, nameOf(answer))
      }
    })
    await Promise.all(asked)
  })
}

/** @throws EngineError `topic-missing`. */
async function byLeader<P extends PartitionId>(
  cluster: Cluster,
  parts: readonly P[],
): Promise<ReadonlyMap<number, readonly P[]>> {
  const leaders = await Promise.all(parts.map((part) => leaderOf(cluster, part)))
  const byNode = new Map<number, P[]>()
  for (const [index, part] of parts.entries()) {
    const node = leaders[index] ?? -1
    const others = byNode.get(node)
    if (others === undefined) byNode.set(node, [part])
    else others.push(part)
  }
  return byNode
}

async function leaderOf(cluster: Cluster, place: PartitionId, looks = LOOKS): Promise<number> {
  const { topic, partition } = place
  try {
    return await cluster.leader(topic, partition)
  } catch (error) {
    if (!(error instanceof KafkaFault) || error.code !== UNKNOWN_TOPIC) throw error
    // Of several brokers some hear later than others of a topic that was just made.
    if (looks > 1) {
      await pause(LOOK_MS)
      await cluster.refresh()
      return leaderOf(cluster, place, looks - 1)
    }
    const count = await cluster.partitions(topic)
    const what = count === undefined ? 'no topic' : `no partition ${partition} of`
    throw new EngineError('topic-missing', `the log has ${what} "${topic}"; create it first`, {
      coordinates: { topic, partition },
    })
  }
}

function taskOf(verb: string, parts: readonly PartitionId[]) {
  const topics = [...new Set(parts.map(({ topic }) => topic))]
  const more = topics.length > 1 ? ` and ${topics.length - 1} more topics` : ''
  const [topic = ''] = topics
  return { doing: `${verb} "${topic}"${more}`, coordinates: { topic } }
}
