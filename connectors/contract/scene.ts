// What a case of the contract suite works with: connections to one log, names of its own, and ways
// to write, to read until records have arrived, and to expect a fault.
import { expect } from 'vitest'
import type { Log, LogFault, TopicSpec } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { append, type Row, rowsOf, type StoredRow } from './row.ts'

/** A log that was opened for one test, empty or with what other tests left under other names. */
export interface OpenedLog {
  /** Another connection to the same data; a log with one writer may give the same again. */
  readonly connect: () => Promise<Log>
  /** For logs whose members do their part while nobody polls: waits a little between two polls. */
  readonly pause?: () => Promise<void>
  /** Closes what `connect` gave, too. */
  readonly close: () => Promise<void>
}

export interface Scene {
  readonly connect: () => Promise<Log>
  /** A name for a topic, a producer or a group that no other test uses. */
  readonly named: (word: string) => string
  /** Between two polls. */
  readonly pause: () => Promise<void>
}

/** Tests by name; a name completes "it ...". */
export type LogCases = Readonly<Record<string, (scene: Scene) => Promise<void>>>

export async function createTopic(
  scene: Scene,
  log: Log,
  spec: Partial<TopicSpec> = {},
): Promise<string> {
  const name = scene.named('topic')
  await log.createTopics([{ name, partitions: 1, keeps: 'all', ...spec }])
  return name
}

/** Commits each list of rows to partition 0 in a transaction of its own. */
export async function write(
  scene: Scene,
  log: Log,
  topic: string,
  ...commits: readonly (readonly Row[])[]
): Promise<void> {
  const producer = await log.producer(scene.named('writer'))
  for (const rows of commits) {
    await producer.transact({ appends: [append(topic, 0, rows)], puts: [] })
  }
  await producer.close()
}

export interface ReadOptions {
  readonly partition?: number
  readonly from?: number
  readonly maxRecords?: number
}

const FRUITLESS_FETCHES = 200

/**
 * Reads on until `count` records have come: a commit may become readable a little after it is
 * acknowledged. Holds what is true of every fetch.
 */
export async function read(
  log: Log,
  topic: string,
  count: number,
  { partition = 0, from = 0, maxRecords = 100_000 }: ReadOptions = {},
): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = []
  let offset = from
  for (let fruitless = 0; rows.length < count; fruitless += 1) {
    if (fruitless === FRUITLESS_FETCHES) {
      throw new Error(`${rows.length} of ${count} records came, then no more`)
    }
    const [fetched, ...others] = await log.fetch([{ topic, partition, offset }], {
      maxRecords,
      waitMs: 100,
    })
    if (fetched === undefined) throw new Error('a fetch without an answer for its position')
    expect(others).toEqual([])
    expect(fetched).toMatchObject({ topic, partition })
    for (const each of rowsOf(fetched)) {
      if (each.offset < offset) throw new Error('offsets do not increase')
      offset = each.offset + 1
      rows.push(each)
    }
    expect(fetched.next).toBeGreaterThanOrEqual(offset)
    expect(fetched.stable).toBeGreaterThanOrEqual(fetched.next)
    if (fetched.next > offset || fetched.batches.length > 0) fruitless = 0
    offset = fetched.next
  }
  return rows
}

/** Expects the call to fail with an EngineError of one of these codes. */
export async function faultOf(
  promise: Promise<unknown>,
  ...codes: readonly LogFault[]
): Promise<void> {
  const code = await outcomeOf(promise)
  expect(codes).toContain(code)
}

/** How a call ended: `done`, or the code of its EngineError. */
export async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'done'
  } catch (error) {
    if (error instanceof EngineError) return error.code
    throw error
  }
}

export async function boundsOf(
  log: Log,
  topic: string,
): Promise<{ readonly first: number; readonly stable: number }> {
  const [bounds, ...others] = await log.bounds([{ topic, partition: 0 }])
  if (bounds === undefined) throw new Error('no bounds for the partition asked for')
  expect(others).toEqual([])
  expect(bounds).toMatchObject({ topic, partition: 0 })
  return bounds
}
