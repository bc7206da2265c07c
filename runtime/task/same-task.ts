// Whether a task can go on from where it committed: it has to read and to send what it did then, or
// something would be lost or twice.
import type { ChannelLayout, TaskLayout } from '../layout.ts'
import type { CommitRecord } from './commit-record.ts'
import { sentId } from './emissions.ts'

export function channelId({ topic, partition, upstream }: ChannelLayout): string {
  return `${topic}/${partition}/${upstream}`
}

/** Why the task cannot go on from the record, with the repair; undefined: it can. */
export function taskProblem(
  task: TaskLayout,
  record: CommitRecord,
  shapeHash: string,
): string | undefined {
  if (record.shapeHash === shapeHash) return undefined
  return channelsProblem(task, record) ?? readersProblem(task, record)
}

/** A task whose inputs changed cannot go on where it stood: something would be lost or twice. */
function channelsProblem({ id, sub, channels }: TaskLayout, record: CommitRecord) {
  const own = channels.map(channelId).sort()
  const known = Object.keys(record.channels).sort()
  // Sub-topologies are numbered: under the same number another may stand, which reads the same.
  const isSame = sub.steps.some((step) => step in record.steps)
  if (isSame && own.join() === known.join()) return undefined
  return (
    `task ${id} reads other streams than when it last committed; rewind the ` +
    'topology, or give it another name'
  )
}

/** What was sent before anybody read it is not numbered, or nowhere: a reader would miss it. */
function readersProblem({ id, destinations }: TaskLayout, { sent, taken }: CommitRecord) {
  if (taken === 0) return undefined
  const unread = destinations.find((each) => each.hasReaders && !(sentId(each) in sent))
  if (unread === undefined) return undefined
  const { as, stream } = unread
  return (
    `another task now reads ${as === 'topic' ? 'topic' : 'stream'} "${stream}", of which task ` +
    `${id} has kept nothing for it; rewind the topology, or give it another name`
  )
}
