// What the author and the environment say of a sink into Parquet files.
import type { ConfigOf } from '../../topology/config.ts'
import { duration, number, struct } from '../../topology/config.ts'
import type { SettingsOf } from '../sink.ts'
import { connection } from '../sink.ts'

export const config = struct({
  connection,
  rows: number({
    summary:
      'A file holds so many records of a partition at most, and fewer where the topic has more ' +
      'than four partitions: 400000 are held in all. A day’s end begins another.',
    min: 1,
    max: 10_000_000,
    integer: true,
    default: 100_000,
  }),
  every: duration({
    summary: 'A record waits so long for others before the file is written.',
    min: 1_000,
    default: 60_000_000,
  }),
})

export const settings = {
  folder: {
    kind: 'path',
    summary: 'The folder in which each topic has one. Made if it is not there.',
  },
} as const

export type ParquetConfig = ConfigOf<typeof config>
export type ParquetSettings = SettingsOf<typeof settings>
