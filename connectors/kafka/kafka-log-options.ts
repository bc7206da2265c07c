// What opens a Kafka log. Plain data: it travels to worker threads.
import type { KafkaConnection } from './client.ts'
import type { RegistryOptions } from './registry/schema-registry.ts'

/** As Kafka's `compression.type` names them. */
export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

export interface KafkaLogOptions {
  readonly connection: KafkaConnection
  /** Undefined: topics of declared schemas cannot be read or written. */
  readonly registry?: RegistryOptions
  /** Of what is written; usually none. */
  readonly compression?: (typeof COMPRESSIONS)[number]
  /** After which the coordinator aborts a transaction, and how long one may take; usually 10 s. */
  readonly transactionTimeoutMs?: number
  /** After which a silent member has left its group; usually 10 s. */
  readonly sessionTimeoutMs?: number
}
