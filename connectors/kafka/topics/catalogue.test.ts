import { expect, test } from 'vitest'
import { BatchBuilder } from '../../batch-builder.ts'
import { RECORD } from '../../record-batch.ts'
import type { Cluster, Exchange } from '../client.ts'
import type { FetchedPart } from '../exchanges/fetch.ts'
import { writeRecordBatch } from '../hardening/record-batch-writer.ts'
import { Catalogue, CATALOGUE } from './catalogue.ts'
import { Patience } from './patience.ts'

const none = (): Promise<never> => Promise.reject(new Error('nobody asks for that'))

function noted(topic: string): Buffer {
  const builder = new BatchBuilder()
  builder.add(RECORD, topic, Buffer.from('{"schema":"string","key":[],"delay":0}'), NaN, NaN)
  return writeRecordBatch(builder.take(), 0, 1, {
    ...{ producerId: -1n, producerEpoch: -1, baseSequence: -1, isTransactional: false },
    ...{ timestamp: 0, prefix: undefined, compression: 0 },
  })
}

/** Its end was told by one leader; the next one gives the record once it knows that it may. */
function newLeader(): Cluster {
  let fetches = 0
  const place = { topic: CATALOGUE, partition: 0, error: 0 }
  const answers: Readonly<Record<string, () => unknown>> = {
    Fetch: (): readonly FetchedPart[] => {
      fetches += 1
      const stable = fetches > 1 ? 1 : 0
      const records = fetches > 1 ? noted('ticks') : Buffer.alloc(0)
      return [{ ...place, highWatermark: stable, stable, first: 0, aborted: [], records }]
    },
  }
  const listed = (body: Buffer) => [{ ...place, offset: body.at(-1) === 0xff ? 1 : 0 }]
  return {
    send: <T>(_: number, { name, encode }: Exchange<T>) =>
      Promise.resolve((answers[name]?.() ?? listed(encode())) as T),
    broker: none,
    controller: none,
    leader: () => Promise.resolve(1),
    knownLeader: () => 1,
    partitions: () => Promise.resolve(1),
    refresh: () => Promise.resolve(),
    coordinator: none,
    forgetCoordinator: () => undefined,
    close: () => Promise.resolve(),
  }
}

test('leaves nothing out that a leader does not give yet', async () => {
  const cluster = newLeader()
  const catalogue = new Catalogue(cluster, new Patience(cluster, 1_000))
  expect([...(await catalogue.read()).keys()]).toEqual(['ticks'])
})
