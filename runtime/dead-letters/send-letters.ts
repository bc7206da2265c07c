// Sends the input records of dead letters again: a copy of each row at the end of its partition,
// and in the same transaction a note that it was sent.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { Append, Log, StoredBatch } from '../../connectors/connector.ts'
import { keyAt, kindOf, RECORD, valueAt } from '../../connectors/record-batch.ts'
import type { Plan } from '../../topology/plan.ts'
import { sentLettersTopic } from '../topic-names.ts'
import { type FoundRow, findRow } from './find-row.ts'
import { type Coordinates, coordinatesOf, isOfSink, type StoredLetter } from './stored-letters.ts'

/** What is to be sent for which letters, and what is not. */
export interface Sending {
  readonly records: readonly FoundRecord[]
  readonly refused: readonly Refused[]
}

export interface Refused {
  readonly number: string
  readonly reason: string
  /** Whether it would be sent if what was sent before did not matter. */
  readonly wasSent: boolean
}

interface FoundRecord extends FoundRow {
  readonly coordinates: Coordinates
  readonly topic: string
  readonly partition: number
  /** Letters that it is sent for: several steps may have refused it. */
  readonly numbers: readonly string[]
}

/** `sent`: by coordinates, what was sent before; empty to send that too. */
export async function planSending(
  log: Log,
  plan: Plan,
  letters: readonly StoredLetter[],
  sent: ReadonlyMap<Coordinates, string>,
): Promise<Sending> {
  const topics = await log.topics()
  const records = new Map<Coordinates, FoundRecord>()
  const refused: Refused[] = []
  for (const { number, letter } of letters) {
    const refuse = (reason: string, wasSent = false): void =>
      void refused.push({ number, reason, wasSent })
    const { topic, partition, offset } = letter
    const coordinates = coordinatesOf(letter)
    if (isOfSink(plan, letter)) {
      refuse(
        `sink "${letter.step}" could not take it, and to send it would only append it to its ` +
          'topic once more; mend what the reason names, then give the sink another name, and it ' +
          'writes the topic anew',
      )
      continue
    }
    if (coordinates === undefined || topic === null || partition === null || offset === null) {
      refuse(`it came of a ${letter.place}, and of no input record`)
      continue
    }
    const earlier = sent.get(coordinates)
    const known = records.get(coordinates)
    if (earlier !== undefined) {
      const whose = earlier.split(' ').includes(number)
        ? 'it'
        : `its record, for letter ${earlier},`
      refuse(`${whose} was sent before`, true)
    } else if (known !== undefined) {
      records.set(coordinates, { ...known, numbers: [...known.numbers, number] })
    } else if (!topics.has(topic)) {
      refuse(`the log has no topic "${topic}" any more`)
    } else {
      const found = await findRow(log, { topic, partition, offset })
      if (found === undefined) refuse(`${coordinates} is gone: retention has deleted it`)
      else records.set(coordinates, { coordinates, topic, partition, ...found, numbers: [number] })
    }
  }
  return { records: [...records.values()], refused }
}

/** Records in one transaction: each is on the log and noted as sent, or neither. */
const AT_ONCE = 1_000

/** Returns how many records were appended. */
export async function sendRecords(
  log: Log,
  topology: string,
  { records }: Pick<Sending, 'records'>,
): Promise<number> {
  if (records.length === 0) return 0
  const notes = sentLettersTopic(topology)
  await log.createTopics([{ name: notes, partitions: 1, keeps: 'latest' }])
  const producer = await log.producer(`${topology}.dead-letters`)
  for (let at = 0; at < records.length; at += AT_ONCE) {
    const some = records.slice(at, at + AT_ONCE)
    const note = new BatchBuilder()
    for (const { coordinates, numbers } of some) {
      note.add(RECORD, coordinates, Buffer.from(numbers.join(' ')), NaN, NaN)
    }
    const appends = [...copiesOf(some), { topic: notes, partition: 0, batch: note.take() }]
    await producer.transact({ appends, puts: [] })
  }
  await producer.close()
  return records.length
}

/** Of each partition in the order of the letters, which is that of the log. */
function copiesOf(records: readonly FoundRecord[]): readonly Append[] {
  const byPartition = Map.groupBy(records, ({ topic, partition }) => `${topic}/${partition}`)
  return [...byPartition.values()].flatMap((own) => {
    const [first] = own
    if (first === undefined) return []
    const builder = new BatchBuilder({ sources: true })
    for (const { stored, row } of own) copyRow(stored, row, builder)
    return [{ topic: first.topic, partition: first.partition, batch: builder.take() }]
  })
}

function copyRow({ batch }: StoredBatch, row: number, builder: BatchBuilder): void {
  const [time, available] = [batch.times[row] ?? NaN, batch.available[row] ?? NaN]
  builder.add(kindOf(batch, row), keyAt(batch, row), valueAt(batch, row), time, available)
  const file = batch.sources?.names[batch.sources.indexes[row] ?? -1]
  if (file !== undefined) builder.sourceAt(file, batch.sources?.offsets[row] ?? 0)
}
