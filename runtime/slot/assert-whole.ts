// Refuses to go on from a log that has lost some of what a slot committed: to begin again where
// outputs are there already, or with half of the state, would give another answer in silence.
import type { PartitionId } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { readPartition } from '../../connectors/read-partition.ts'
import { HEARTBEAT, keyAt, kindOf, type RecordBatch } from '../../connectors/record-batch.ts'
import { readCommits } from '../finish.ts'
import type { Layout } from '../layout.ts'
import { inDigits } from '../record-size.ts'
import type { Changelog } from '../state/changelog.ts'
import type { CommitRecords } from '../state/committed-state.ts'
import { decodeCommit } from '../task/commit-record.ts'
import { commitsTopic, deadLettersTopic, orderTopic, stateTopic } from '../topic-names.ts'
import type { SlotOptions } from './options.ts'

export interface FoundState {
  readonly partition: number
  readonly records: CommitRecords
  readonly changelog: Changelog
  /** Where the changelog ended before it was marked. */
  readonly stateEnd: number
  /** Rows of the order log. */
  readonly inserted: number
}

/** @throws EngineError `log-damaged`. */
export async function assertWhole(options: SlotOptions, found: FoundState): Promise<void> {
  const { topology } = options.layout.plan
  const { partition, records } = found
  if (records.size > 0) {
    const problem = changelogProblem(found, stateTopic(topology))
    if (problem !== undefined) throw damaged({ partition, ...problem })
    return
  }
  const left = await findLeft(options, found)
  if (left === undefined) return
  const what = `it holds no commit record, and "${left}" holds what was committed with one`
  throw damaged({ topic: commitsTopic(topology), partition, what })
}

interface Problem {
  readonly topic: string
  readonly what: string
}

function changelogProblem(found: FoundState, topic: string): Problem | undefined {
  const { records, changelog, stateEnd: endsAt } = found
  const { seen, isFromCopy } = changelog
  const { first } = seen.bounds
  if (first > 0 && !isFromCopy) {
    return { topic, what: `what stood before offset ${inDigits(first)} was deleted` }
  }
  const last = [...records.values()].at(-1)
  const standing = last && decodeCommit(last).changelog
  if (standing === undefined) return undefined
  const { stateEnd, values } = standing
  if (endsAt < stateEnd) {
    const known = `has been known up to ${inDigits(stateEnd)}`
    return { topic, what: `it ends at offset ${inDigits(endsAt)}, and ${known}` }
  }
  if (seen.from > stateEnd || seen.valuesSince === values) return undefined
  if (seen.valuesSince < values) {
    const what = `it lacks ${inDigits(values - seen.valuesSince)} entries of the last commit`
    return { topic, what }
  }
  return {
    topic: topic.replace(/state$/, 'commits'),
    what: `its last commit record is older than entries in "${topic}"`,
  }
}

/** A topic that holds what only a commit of the partition writes. */
async function findLeft(
  { log, layout }: SlotOptions,
  { partition, changelog, inserted }: FoundState,
): Promise<string | undefined> {
  const { topology } = layout.plan
  if (changelog.seen.records > 0) return stateTopic(topology)
  if (inserted > 0) return orderTopic(topology)
  const own = layout.tasks.filter((task) => task.partition === partition)
  const written: PartitionId[] = own.flatMap(({ destinations }) =>
    destinations.flatMap(({ as, topic }) => (as === 'captured' ? [{ topic, partition }] : [])),
  )
  for (const id of [{ topic: deadLettersTopic(topology), partition }, ...written]) {
    for (const bounds of await log.bounds([id])) {
      for await (const { batch, from } of readPartition(log, bounds)) {
        for (let row = from; row < batch.count; row += 1) {
          if (!isOfSink(layout, batch, row)) return id.topic
        }
      }
    }
  }
  const sent = new Set(
    own.flatMap(({ destinations }) =>
      destinations.flatMap(({ hasReaders, topic }) => (hasReaders ? [topic] : [])),
    ),
  )
  if (sent.size === 0) return undefined
  const commits = [...(await readCommits(layout, log)).values()]
  return [...sent].find((topic) =>
    commits.some(({ channels }) => hasTaken(channels, topic, partition)),
  )
}

/** Sinks put dead letters, and marks, beside those of tasks, and commit nothing. */
function isOfSink({ plan }: Layout, batch: RecordBatch, row: number): boolean {
  if (kindOf(batch, row) === HEARTBEAT) return true
  const step = keyAt(batch, row)
  return plan.sinks.some(({ name }) => name === step)
}

/** Whether records were taken of a topic that the task of this partition had sent. */
function hasTaken(
  channels: ReturnType<typeof decodeCommit>['channels'],
  topic: string,
  upstream: number,
): boolean {
  return Object.entries(channels).some(
    ([id, { sequence }]) =>
      sequence > 0 && id.startsWith(`${topic}/`) && id.endsWith(`/${upstream}`),
  )
}

function damaged({
  topic,
  partition,
  what,
}: Problem & { readonly partition: number }): EngineError {
  return new EngineError(
    'log-damaged',
    `topic "${topic}", partition ${partition}, is damaged: ${what}; restore the topic from a ` +
      'copy, or rewind the topology so that it takes its history again, or give it another name',
    { coordinates: { topic, partition } },
  )
}
