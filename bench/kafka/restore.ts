// Claim: a slot restores 500,000 small entries a second and core from its changelog on Kafka.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import { RECORD } from '../../connectors/record-batch.ts'
import { openChangelog } from '../../runtime/state/changelog.ts'
import type { Place } from './place.ts'

export interface RestoreFigure {
  readonly entries: number
  /** Of this process: reading, decoding and keeping them. */
  readonly perCpuSecond: number
  readonly perSecond: number
}

const ROWS_OF_BATCH = 5_000
const VALUE = Buffer.alloc(24, 7)
const MICROS = 1_000_000
/** Prime to every count of entries that is no multiple of it: spreads them over their keys. */
const SPREAD = 2_654_435_761

export async function measureRestore(
  { log }: Place,
  { entries, repeats }: { readonly entries: number; readonly repeats: number },
): Promise<readonly RestoreFigure[]> {
  const id = { topic: `restore-${process.pid}.state`, partition: 0 }
  await log.createTopics([{ name: id.topic, partitions: 1, keeps: 'latest' }])
  const producer = await log.producer(`fill-${id.topic}`)
  for (let from = 0; from < entries; from += ROWS_OF_BATCH) {
    const builder = new BatchBuilder()
    for (let n = from; n < Math.min(entries, from + ROWS_OF_BATCH); n += 1) {
      const key = (n * SPREAD) % entries
      builder.add(RECORD, `entry/0123456789abcdef/total/K${key}`, VALUE, NaN, NaN)
    }
    await producer.transact({ appends: [{ ...id, batch: builder.take() }], puts: [] })
  }
  await producer.close()
  const figures: RestoreFigure[] = []
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const [cpu, began] = [process.cpuUsage(), performance.now()]
    const changelog = await openChangelog({
      log,
      id,
      last: undefined,
      newId: () => 'bench',
      copy: undefined,
      onDropped: (why) => {
        throw new Error(why)
      },
      onRead: () => undefined,
    })
    changelog.settle()
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    if (changelog.entries.read('entry/0123456789abcdef/total/K1') === undefined) {
      throw new Error('an entry is missing')
    }
    changelog.close()
    figures.push({
      entries,
      perCpuSecond: (entries * MICROS) / (user + system),
      perSecond: entries / seconds,
    })
  }
  await log.deleteTopic(id.topic)
  return figures
}
