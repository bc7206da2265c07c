// The sink that keeps the newest values of a topic in Redis, each under a key of its own with a
// time to live, and publishes them. Value and position are written by one script.
import { parseDuration } from '../../topology/duration.ts'
import type { SinkInference } from '../../topology/signature.ts'
import { sinkKind } from '../sink.ts'
import { config, type RedisConfig, settings } from './config.ts'
import { templateProblems } from './key-template.ts'

export const redis = sinkKind({
  name: 'redis',
  summary: 'Keeps the newest value of each key in Redis, for as long as it is fresh.',
  config,
  settings,
  target: (inference) => `keys ${JSON.stringify(inference.config.key)}`,
  check,
  example: `
topology: desk
topics:
  positions:
    topic: trading.positions
    schema: trading/Position
    key: [account, symbol]
    table: latest
fate: { bad: dead-letter, late: skip, duplicate: skip }
sinks:
  hot_positions:
    from: positions
    redis:
      connection: cache
      key: "position_size:{account}:{symbol}"
      ttl: 300s
      publish: "positions:{account}"
`,
  open: async (options) => (await import('./open-redis.ts')).openRedis(options),
})

function check({ config, topic, input, spanOf, say }: SinkInference<RedisConfig>): void {
  const about = { ...topic, record: input.record, key: input.key }
  for (const problem of templateProblems(config.key, about, 'key')) {
    say({ ...problem, span: spanOf('key') })
  }
  if (config.publish !== undefined) {
    for (const problem of templateProblems(config.publish, about, 'channel')) {
      say({ ...problem, span: spanOf('publish') })
    }
  }
  if (config.ttl === 'none') return
  const reading = parseDuration(config.ttl)
  const shown = JSON.stringify(config.ttl)
  if ('problem' in reading) {
    const { problem, repair } = reading
    say({ message: `ttl ${shown} ${problem}`, repair, span: spanOf('ttl') })
  } else if (reading.micros < 1_000) {
    const repair = 'write 1ms or more, or none to keep values'
    say({ message: `ttl ${shown} is too short`, repair, span: spanOf('ttl') })
  }
}
