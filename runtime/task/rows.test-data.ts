// Batches of bare rows for tests of channels and sources: what kind, of which task, how available.
import type { StoredBatch } from '../../connectors/connector.ts'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { RECORD } from '../../connectors/record-batch.ts'
import type { ChannelLayout } from '../layout.ts'
import { Channel } from './channel.ts'
import type { ReadRow } from './read-row.ts'

export interface BareRow {
  readonly available: number
  readonly kind?: number
  readonly upstream?: number
  readonly sequence?: number
}

export function storedBatch(rows: readonly BareRow[], baseOffset = 0): StoredBatch {
  const builder = new BatchBuilder({ sent: true })
  for (const { kind = RECORD, available, upstream = -1, sequence = 0 } of rows) {
    builder.add(kind, kind === RECORD ? 'A' : undefined, null, available, available)
    builder.sentBy(upstream, sequence)
  }
  return { batch: builder.take(), from: 0, baseOffset, offsets: undefined }
}

const readBare: ReadRow = (batch, row) => {
  const available = batch.available[row] ?? NaN
  return { record: { key: 'A', value: null, time: available }, problem: undefined, available }
}

export function bareChannel(index: number, layout: Partial<ChannelLayout> = {}): Channel {
  const usual = { stream: 's', via: 'topic', topic: 't', partition: 0, upstream: -1 } as const
  return new Channel({ ...usual, idle: undefined, settles: false, ...layout }, index, readBare)
}
