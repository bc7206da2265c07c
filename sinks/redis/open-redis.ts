// A sink into Redis at work. Position and epoch of a partition are in a hash that no other sink
// shares; one script writes a batch and moves the position, if both are still as this process left
// them. Epochs only grow, so whoever claimed before can write nothing more.
import { type Place, sinkFault } from '../sink-fault.ts'
import type { Sink, SinkBatch, SinkOptions, SinkPartition } from '../sink.ts'
import { batchArguments } from './batch-arguments.ts'
import type { RedisConfig, RedisSettings } from './config.ts'
import { redisConnection } from './connection.ts'
import { templateFields } from './key-template.ts'
import { CLAIM, WRITE } from './scripts.ts'

export async function openRedis(options: SinkOptions<RedisConfig, RedisSettings>): Promise<Sink> {
  const { topology, name, topic, config, settings, clock } = options
  const place = { sink: name, connection: config.connection ?? name }
  const connection = redisConnection(settings, place)
  const argumentsOf = batchArguments(config, topic)
  const keyOf = (partition: number) =>
    `millrace:{${topology}.${name}}:${topic.topic}:${String(partition)}`

  const told = (partition: number) => `partition ${String(partition)} of topic "${topic.name}"`

  async function claim(partition: number): Promise<SinkPartition> {
    const answer = await connection.run(CLAIM, [keyOf(partition)], [])
    const [epoch, held] = answer as readonly [string, string | null]
    let position = held ?? ''
    async function write(batch: SinkBatch) {
      const { keys, args, refusals } = argumentsOf(batch, clock.present())
      if (refusals.length > 0) return refusals
      const next = String(batch.next)
      const outcome = await connection.run(
        WRITE,
        [keyOf(partition), ...keys],
        [epoch, position, next, ...args],
      )
      if (outcome === 'fenced') throw fenced(place, told(partition))
      if (outcome === 'lost') throw lost(place, told(partition))
      position = next
      return []
    }
    return { position: held === null ? undefined : Number(held), write }
  }

  async function positions(): Promise<ReadonlyMap<number, number>> {
    const partitions = Array.from({ length: topic.partitions }, (_, partition) => partition)
    const held = await Promise.all(
      partitions.map((partition) => connection.call('HGET', keyOf(partition), 'position')),
    )
    return new Map(
      partitions.flatMap((partition) => {
        const position = held[partition]
        return typeof position === 'string' ? [[partition, Number(position)] as const] : []
      }),
    )
  }

  await connection.open()
  return {
    identity: templateFields(config.key),
    claim,
    positions,
    count: () => Promise.resolve(undefined),
    close: connection.close,
  }
}

function fenced(place: Place, partition: string): Error {
  return sinkFault(place, 'sink-fenced', `another process writes ${partition}`)
}

function lost(place: Place, partition: string): Error {
  const what = `Redis has come back without what was last written of ${partition}`
  return sinkFault(place, 'sink-unavailable', `${what}; it is written again`)
}
