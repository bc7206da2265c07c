// A command as a record of the control topic.
import type { Producer } from '../../connectors/connector.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import { createStamp } from '../../connectors/file/stamp.ts'
import { createCodec } from '../../schemas/codec.ts'
import { keyBytes, keyReader, partitionOf } from '../../schemas/key.ts'
import type { PlannedTopic } from '../../topology/plan.ts'

export type Word = 'halt' | 'resume' | 'flatten' | 'reset'

/** The fields of schemas/trading/control.avsc. */
export interface Command {
  readonly command: Word
  readonly account: string
  readonly symbol: string | null
  /** Microseconds since 1970. */
  readonly time: number
  readonly by: string | null
}

/** A command that the control topic cannot hold. */
export class CommandProblem extends Error {
  override readonly name = 'CommandProblem'
}

/**
 * Returns the partition.
 * @throws CommandProblem, or EngineError of the log.
 */
export async function appendCommand(
  producer: Producer,
  topic: PlannedTopic,
  command: Command,
): Promise<number> {
  const value = { ...command }
  const stamp = createStamp(topic)
  const problem =
    createCodec(topic.schema).problem(value) ?? stamp.read(value, command.time, undefined)
  if (problem !== undefined) {
    throw new CommandProblem(`topic "${topic.name}" cannot hold a command: ${problem}`)
  }
  const { partitions } = topic
  const { time, available } = stamp
  const feeder = createFeeder({ producer, topic, partitions })
  await feeder.add([{ kind: 'record', value, time, available, place: '' }])
  await feeder.flush()
  const key = keyReader(topic.record, topic.key)(value)
  return partitions === 1 ? 0 : partitionOf(keyBytes(key), partitions)
}
