// Runs a plan's tasks one after the other in this thread, without workers, wall clock or waiting:
// the real slots over a log, moved by hand. Tests and `millrace test` use it.
import type { Log } from '../connectors/connector.ts'
import type { Operator } from '../operators/operator.ts'
import { USUAL_FETCH, USUAL_STORE_BYTES } from './defaults.ts'
import type { Layout } from './layout.ts'
import type { Pace } from './pace.ts'
import type { SlotOptions } from './slot/options.ts'
import { Slot } from './slot/slot.ts'

export interface DriverOptions {
  readonly layout: Layout
  readonly operators: ReadonlyMap<string, Operator>
  readonly log: Log
}

export interface Driver {
  /**
   * Lets every task take all that it can take, and commits.
   * @throws StoppedByRecord where a record meets a fate of `fail`.
   */
  readonly run: () => Promise<void>
  /** Drops every task with all that it holds in memory, and restores it from the log. */
  readonly crash: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Time stands still, and nobody waits. */
const STILL: Pace = { now: () => 0, pause: () => Promise.resolve() }

/** A commit after every round that took something, and no waiting for more. */
const AT_ONCE = { everyMs: 0, records: Number.MAX_SAFE_INTEGER }

export async function openDriver({ layout, operators, log }: DriverOptions): Promise<Driver> {
  await log.createTopics(layout.topics)
  const options: SlotOptions = {
    layout,
    operators,
    log,
    pace: STILL,
    commit: AT_ONCE,
    fetchRecords: USUAL_FETCH,
    ends: undefined,
    storeBytes: USUAL_STORE_BYTES,
    report: () => undefined,
  }
  let slots = await openAll(options)
  const close = async (): Promise<void> => {
    for (const slot of slots) await slot.close()
  }
  return {
    close,
    run: async () => {
      // What one slot commits another may have to take, so it ends when a whole pass takes nothing.
      for (let taken = 1; taken > 0;) {
        taken = 0
        for (const slot of slots) taken += await slot.round()
      }
    },
    crash: async () => {
      await close()
      slots = await openAll(options)
    },
  }
}

async function openAll(options: SlotOptions): Promise<readonly Slot[]> {
  const ids = Array.from({ length: options.layout.slots }, (_, id) => id)
  const slots: Slot[] = []
  for (const id of ids) slots.push(await Slot.open(id, options, new Map()))
  return slots
}
