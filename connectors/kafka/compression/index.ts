// The ways to compress that Kafka knows, by the number in a batch's attributes. It cures that
// kafkajs 2.2.4 throws on snappy, lz4 and zstd.
import type { Compression } from './compression.ts'
import { gzip } from './gzip.ts'
import { lz4 } from './lz4.ts'
import { snappy } from './snappy.ts'
import { zstd } from './zstd.ts'

/** In the order of their numbers, from 1 on. */
export const compressions: readonly Compression[] = [gzip, snappy, lz4, zstd]

/** Undefined where there is no such way; 0, which means none, is none either. */
export function compressionOf(id: number): Compression | undefined {
  return compressions[id - 1]
}
