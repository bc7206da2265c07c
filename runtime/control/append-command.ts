// A command as a record of the control topic.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { Producer } from '../../connectors/connector.ts'
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

/** Where a command stands. */
export interface AppendedCommand {
  readonly partition: number
  /** The offset behind it; undefined on a log that does not tell. */
  readonly next: number | undefined
}

/** @throws CommandProblem, or EngineError of the log. */
export async function appendCommand(
  producer: Producer,
  topic: PlannedTopic,
  command: Command,
): Promise<AppendedCommand> {
  const value = { ...command }
  const stamp = createStamp(topic)
  const codec = createCodec(topic.schema)
  const problem = codec.problem(value) ?? stamp.read(value, command.time, undefined)
  if (problem !== undefined) {
    throw new CommandProblem(`topic "${topic.name}" cannot hold a command: ${problem}`)
  }
  const { time, available } = stamp
  const key = keyReader(topic.record, topic.key)(value)
  const partition = topic.partitions === 1 ? 0 : partitionOf(keyBytes(key), topic.partitions)
  const builder = new BatchBuilder()
  builder.addValue(key, codec, value, time, available)
  const appends = [{ topic: topic.topic, partition, batch: builder.take() }]
  const [next] = await producer.transact({ appends, puts: [] })
  return { partition, next }
}
