// What a run has committed, in the form of the reference interpreter's result: outputs, dead
// letters, counts, state. It holds all of it in memory.
import type { Log } from '../../connectors/connector.ts'
import type { Digest } from '../../schemas/digest.ts'
import { readCommits } from '../finish.ts'
import type { Layout } from '../layout.ts'
import type { DeadLetter, OutputRecord, RunResult } from '../reference/history.ts'
import { countResults } from './count-results.ts'
import { readDeadLetters } from './dead-letters.ts'
import { readState } from './read-state.ts'
import { writtenTopics } from './written-topics.ts'

export async function readResults(layout: Layout, log: Log): Promise<RunResult> {
  const outputs = new Map<string, readonly OutputRecord[]>()
  const digests = new Map<string, Digest>()
  for await (const { stream, isCaptured, digest, records } of writtenTopics(layout, log)) {
    if (!isCaptured) digests.set(stream, digest)
    outputs.set(stream, await gather(records()))
  }
  const { state, timers } = await readState(layout, log)
  const deadLetters: readonly DeadLetter[] = await gather(readDeadLetters(layout, log))
  const commits = await readCommits(layout, log)
  const counts = countResults(layout.plan, commits.values())
  return { outputs, digests, deadLetters, ...counts, outside: new Map(), state, timers }
}

async function gather<T>(portions: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const portion of portions) for (const each of portion) all.push(each)
  return all
}
