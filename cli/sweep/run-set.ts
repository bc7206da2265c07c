// Runs one parameter set over history that is encoded already: the engine's tasks on a memory log
// of their own, moved by hand, then what they committed.
import { BatchBuilder } from '../../connectors/batch-builder.ts'
import type { Log } from '../../connectors/connector.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { END } from '../../connectors/record-batch.ts'
import { operators } from '../../operators/index.ts'
import { openDriver } from '../../runtime/driver.ts'
import { readCommits } from '../../runtime/finish.ts'
import { makeLayout } from '../../runtime/layout.ts'
import { committedRows } from '../../runtime/results/committed-rows.ts'
import { countResults } from '../../runtime/results/count-results.ts'
import { StoppedByRecord } from '../../runtime/task/dead-letters.ts'
import { appendInputs, type EncodedInputs } from '../../runtime/verify/encoded-inputs.ts'
import { createCodec } from '../../schemas/codec.ts'
import { createDigest } from '../../schemas/digest.ts'
import type { Plan } from '../../topology/plan.ts'
import { type Objective, tallyOf } from './objective.ts'

/** What a set came to; plain data. */
export type SetResult = SetAnswer | { readonly stopped: string }

export interface SetAnswer {
  /** Null where nothing was written that it could be told from. */
  readonly objective: number | null
  /** By written topic. */
  readonly topics: Readonly<Record<string, { readonly records: number; readonly digest: string }>>
  /** Records that met these fates, of all steps. */
  readonly fates: { readonly bad: number; readonly late: number; readonly duplicate: number }
}

export async function runSet(
  plan: Plan,
  inputs: EncodedInputs,
  objective: Objective,
): Promise<SetResult> {
  const log = createMemoryBroker().connect()
  const layout = makeLayout(plan)
  await log.createTopics(layout.topics)
  await appendWithEnds(log, inputs)
  const driver = await openDriver({ layout, operators, log })
  try {
    await driver.run()
    const { steps } = countResults(plan, (await readCommits(layout, log)).values())
    const fates = { bad: 0, late: 0, duplicate: 0 }
    for (const { fates: own } of steps.values()) {
      fates.bad += own.bad
      fates.late += own.late
      fates.duplicate += own.duplicate
    }
    return { ...(await readWritten(plan, log, objective)), fates }
  } catch (error) {
    if (error instanceof StoppedByRecord) return { stopped: error.message }
    throw error
  } finally {
    await driver.close()
  }
}

/** Every input ends at the greatest clock of all, as in a replay. */
async function appendWithEnds(log: Log, inputs: EncodedInputs): Promise<void> {
  const { clock } = await appendInputs(log, inputs)
  const producer = await log.producer('sweep.ends')
  const appends = inputs.map(({ topic, partition }) => {
    const builder = new BatchBuilder()
    builder.add(END, undefined, null, NaN, clock)
    return { topic, partition, batch: builder.take() }
  })
  await producer.transact({ appends, puts: [] })
}

async function readWritten(
  plan: Plan,
  log: Log,
  objective: Objective,
): Promise<Pick<SetAnswer, 'objective' | 'topics'>> {
  const topics: Record<string, { readonly records: number; readonly digest: string }> = {}
  const tally = tallyOf(objective)
  for (const { name, topic, partitions, schema, isInput } of plan.topics.values()) {
    if (isInput) continue
    const codec = createCodec(schema)
    const digest = createDigest()
    for await (const { key = '', value, time } of committedRows(log, topic, partitions)) {
      if (value === null) continue
      digest.add(key, value, time)
      if (name === objective.topic) tally.add(key, codec.decode(value))
    }
    topics[name] = { records: digest.records, digest: digest.toString() }
  }
  return { objective: tally.result(), topics }
}
