// CreateTopics, version 4: unlike kafkajs's version 3 it leaves the number of replicas to the
// cluster, and one topic that cannot be made does not hide what became of the others.
import type { Exchange } from './exchange.ts'
import { afterThrottle } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface NewTopic {
  readonly name: string
  readonly partitions: number
  readonly settings: ReadonlyMap<string, string>
}

export interface TopicAnswer {
  readonly name: string
  /** Kafka's error code; 0 for none. */
  readonly error: number
  /** What the broker says of it. */
  readonly message: string | undefined
}

const NAME = 'CreateTopics'
/** As many replicas as the cluster makes of topics that say nothing. */
const USUAL_REPLICATION = -1

/** `timeoutMs`: how long the controller may wait until the topics are there. */
export function createTopicsExchange(
  topics: readonly NewTopic[],
  timeoutMs: number,
): Exchange<readonly TopicAnswer[]> {
  return {
    name: NAME,
    key: 19,
    version: 4,
    encode: () => encode(topics, timeoutMs),
    decode: (body) => {
      const from = afterThrottle(body, NAME)
      return from.array(() => {
        return { name: from.string() ?? '', error: from.int16(), message: from.string() }
      })
    },
  }
}

function encode(topics: readonly NewTopic[], timeoutMs: number): Buffer {
  const out = new WireWriter()
  const assignments: readonly never[] = []
  out.array(topics, ({ name, partitions, settings }) => {
    out.string(name).int32(partitions).int16(USUAL_REPLICATION)
    out.array(assignments, () => undefined)
    out.array([...settings], ([setting, value]) => void out.string(setting).string(value))
  })
  const onlyValidates = 0
  return out.int32(timeoutMs).int8(onlyValidates).take()
}
