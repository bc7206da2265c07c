// The list of kinds of sinks: adding one takes a folder, its tests, and a line here. Every command
// loads it, so that a kind loads its client only when it is opened.
import { parquet } from './parquet/parquet.ts'
import { postgres } from './postgres/postgres.ts'
import { questdb } from './questdb/questdb.ts'
import { redis } from './redis/redis.ts'
import type { SinkKind } from './sink.ts'

const ALL = [parquet, postgres, questdb, redis]

/**
 * Every kind by its YAML word. The types of config and settings differ; a plan's config and a
 * connection's settings were read by the kind's own specs.
 */
export const sinks: ReadonlyMap<string, SinkKind> = new Map(
  ALL.map((each) => [each.name, each as unknown as SinkKind]),
)
