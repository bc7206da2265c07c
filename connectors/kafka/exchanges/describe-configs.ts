// DescribeConfigs, version 2: the settings of topics, with those that a topic has from its broker.
// A topic that may not be described does not hide the others, as it does in kafkajs.
import type { Exchange } from './exchange.ts'
import { afterThrottle, type WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

export interface DescribedTopic {
  readonly name: string
  /** Kafka's error code; 0 for none. */
  readonly error: number
  readonly settings: ReadonlyMap<string, string>
}

const NAME = 'DescribeConfigs'
const TOPIC = 2

export function describeConfigsExchange(
  topics: readonly string[],
  settings: readonly string[],
): Exchange<readonly DescribedTopic[]> {
  return {
    name: NAME,
    key: 32,
    version: 2,
    encode: () => {
      const out = new WireWriter()
      const withSynonyms = 0
      return out
        .array(topics, (topic) => {
          out.int8(TOPIC).string(topic)
          out.array(settings, (setting) => void out.string(setting))
        })
        .int8(withSynonyms)
        .take()
    },
    decode: (body) => {
      const from = afterThrottle(body, NAME)
      return from.array(() => decodeTopic(from))
    },
  }
}

function decodeTopic(from: WireReader): DescribedTopic {
  const error = from.int16()
  from.string() // what the broker says of the error
  from.int8() // that it is a topic
  const name = from.string() ?? ''
  const settings = from.array(() => decodeSetting(from))
  return { name, error, settings: new Map(settings) }
}

function decodeSetting(from: WireReader): readonly [string, string] {
  const setting = from.string() ?? ''
  const value = from.string() ?? ''
  from.int8() // whether it is read-only
  from.int8() // where it comes from
  from.int8() // whether it is secret
  from.array(() => {
    from.string()
    from.string()
    from.int8()
  })
  return [setting, value]
}
