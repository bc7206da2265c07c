// The contract of a log as tests: every driver runs the same, from a test file of its own. It asks
// for nothing but what connectors/connector.ts says: offsets may have gaps, and a commit may become
// readable a little after it is acknowledged.
import { describe, test } from 'vitest'
import { groupCases } from './groups.ts'
import { readingCases } from './reading.ts'
import { recordCases } from './records.ts'
import type { LogCases, OpenedLog } from './scene.ts'
import { tableCases } from './tables.ts'
import { topicCases } from './topics.ts'
import { transactionCases } from './transactions.ts'

const parts: Readonly<Record<string, LogCases>> = {
  topics: topicCases,
  records: recordCases,
  reading: readingCases,
  transactions: transactionCases,
  tables: tableCases,
  groups: groupCases,
}

/** A server may outlive a run of the tests: names of an earlier one are not met again. */
const run = process.pid.toString(36)
let names = 0

/**
 * Declares the contract's tests for one driver; `open` is called once for each.
 *
 * @example
 * describeLog('the memory log', () => {
 *   const broker = createMemoryBroker()
 *   return Promise.resolve({ connect: () => Promise.resolve(broker.connect()), close })
 * })
 */
export function describeLog(name: string, open: () => Promise<OpenedLog>): void {
  describe.each(Object.entries(parts))(`${name}: %s`, (_, cases) => {
    test.each(Object.entries(cases))('%s', async (_, act) => {
      const opened = await open()
      const named = (word: string): string => `${word}-${run}-${(names += 1)}`
      try {
        const pause = opened.pause ?? nextTurn
        await act({ connect: () => opened.connect(), named, pause })
      } finally {
        await opened.close()
      }
    })
  })
}

async function nextTurn(): Promise<void> {
  await new Promise(setImmediate)
}
