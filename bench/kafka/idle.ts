// Claim: a process with nothing to do takes at most 2 % of a core; one that runs 64 tasks takes at
// most 500 MB.
import { setTimeout as pause } from 'node:timers/promises'
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { RECORD } from '../../connectors/record-batch.ts'
import { createCodec } from '../../schemas/codec.ts'
import { millrace } from './contenders.ts'
import { startObserver } from './java-tools.ts'
import type { Place } from './place.ts'
import { cpuSeconds, peakMegabytes } from '../measure/process-usage.ts'

export interface IdleFigure {
  readonly tasks: number
  /** Of a core, while nothing comes. */
  readonly percent: number
  readonly seconds: number
  /** The most that was resident, the input's processing included. */
  readonly megabytes: number
}

/** After the last commit something may yet be done. */
const REST_MS = 5_000
const RECORDS_OF_PARTITION = 5_000
const SYMBOLS = 100

export async function measureIdle(
  place: Place,
  { tasks, seconds }: { readonly tasks: number; readonly seconds: number },
): Promise<IdleFigure> {
  const name = `idle-${tasks}-${process.pid}`
  const part = { workload: 'T1', name, input: `ticks-${name}`, commitMs: 100 } as const
  await feed(place, part.input, tasks)
  const { bootstrap } = place
  const observer = await startObserver({ bootstrap, group: name, input: part.input })
  const engine = millrace(1).start(place, part, tasks)
  try {
    await observer.ended()
    await pause(REST_MS)
    const before = cpuSeconds(engine.pid)
    await pause(seconds * 1000)
    const percent = ((cpuSeconds(engine.pid) - before) / seconds) * 100
    return { tasks, percent, seconds, megabytes: peakMegabytes(engine.pid) }
  } finally {
    await engine.stop()
    await observer.stop()
    await place.deleteTopics(name)
  }
}

/** Ticks on each partition, of symbols that need not be where a partitioner would put them. */
async function feed({ log, tick }: Place, topic: string, partitions: number): Promise<void> {
  const about = { schema: tick, key: ['symbol'], time: 'ts', delay: 0 }
  await log.createTopics([{ name: topic, partitions, keeps: 'all', about }])
  const codec = createCodec(tick)
  const producer = await log.producer(`feed-${topic}`)
  for (let partition = 0; partition < partitions; partition += 1) {
    const builder = new BatchBuilder()
    for (let index = 0; index < RECORDS_OF_PARTITION; index += 1) {
      const symbol = `P${partition}-${index % SYMBOLS}`
      const prices = { bid: 100 + (index % 7), ask: 101 + (index % 7), bidSize: 1, askSize: 1 }
      const value = codec.encode({ symbol, ts: index * 50_000, ...prices })
      builder.add(RECORD, symbol, value, NaN, NaN)
    }
    await producer.transact({ appends: [{ topic, partition, batch: builder.take() }], puts: [] })
  }
  await producer.close()
}
