// The least position that an answer must rest on: `market.trades/0@1200` is reached when the record
// before offset 1200 has been taken and committed. Who has just written a record reads so what
// follows from it.
import type { CommitRecord } from '../../runtime/task/commit-record.ts'
import { Problem } from '../problem.ts'

export interface WantedPosition {
  /** `topic/partition`, as commit records name it. */
  readonly source: string
  readonly offset: number
}

const FORM = /^([A-Za-z0-9._-]+\/\d{1,9})@(\d{1,15})$/

/** Several are parted by commas. @throws Problem `position-malformed`. */
export function readPositions(text: string | undefined): readonly WantedPosition[] {
  if (text === undefined) return []
  return text.split(',').map((each) => {
    const [, source = '', offset = ''] = FORM.exec(each.trim()) ?? []
    if (source !== '') return { source, offset: Number(offset) }
    throw new Problem('position-malformed', 'write it as market.trades/0@1200')
  })
}

/** Whether those that a task reads are reached; what it does not read is no matter to it. */
export function isReached(
  wanted: readonly WantedPosition[],
  commit: CommitRecord | undefined,
): boolean {
  return wanted.every(({ source, offset }) => {
    const position = commit?.positions[source]
    return commit !== undefined && (position === undefined || position >= offset)
  })
}
