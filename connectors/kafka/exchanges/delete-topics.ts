// DeleteTopics, version 3: one answer for each topic, where kafkajs gives up at the first error.
import type { Exchange } from './exchange.ts'
import type { TopicAnswer } from './create-topics.ts'
import { afterThrottle } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

const NAME = 'DeleteTopics'

export function deleteTopicsExchange(
  names: readonly string[],
  timeoutMs: number,
): Exchange<readonly TopicAnswer[]> {
  return {
    name: NAME,
    key: 20,
    version: 3,
    encode: () => {
      const out = new WireWriter()
      return out
        .array(names, (name) => void out.string(name))
        .int32(timeoutMs)
        .take()
    },
    decode: (body) => {
      const from = afterThrottle(body, NAME)
      return from.array(() => {
        return { name: from.string() ?? '', error: from.int16(), message: undefined }
      })
    },
  }
}
