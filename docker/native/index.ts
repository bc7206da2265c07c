// Every server that docker/native can run.
import { kafka } from './kafka.ts'
import { postgres } from './postgres.ts'
import { prometheus } from './prometheus.ts'
import { questdb } from './questdb.ts'
import { redis } from './redis.ts'
import { registry } from './registry.ts'
import type { Server } from './server.ts'

export const servers: readonly Server[] = [kafka, registry, questdb, postgres, redis, prometheus]
