// Restores the partitions of a slot from the log, once its producer is open: marks the opening,
// reads at least that far, and builds the tasks as they were committed. Whoever stops the worker
// waits for one reading and not for all of them.
import type { Log, Producer } from '../../connectors/connector.ts'
import { StateLog } from '../state/committed-state.ts'
import { markOpening } from './mark-opening.ts'
import { openPartition, type OpenedPartition } from './open-partition.ts'
import type { SlotOptions } from './options.ts'
import { findStandingEnds } from './standing-ends.ts'

/** The worker was stopped while a slot was being restored: nothing was begun. */
export class OpeningStopped extends Error {
  override readonly name = 'OpeningStopped'
}

/** A task whose record or timer met a fate of `fail` stops when it has taken so many. */
export type StopBefore = ReadonlyMap<string, number>

export interface Restoring {
  readonly slot: number
  readonly producer: Producer
  readonly stopBefore: StopBefore
  readonly isStopping: () => boolean
}

/** @throws EngineError of the log, `log-damaged`, `topology-changed`; SlotTaken, OpeningStopped. */
export async function restoreSlot(
  options: SlotOptions,
  { slot, producer, stopBefore, isStopping }: Restoring,
): Promise<readonly OpenedPartition[]> {
  const { layout, pace } = options
  const log = readUntil(isStopping, options.log)
  const reading = { ...options, log }
  const own = layout.tasks.filter((task) => task.slot === slot)
  const marked = log.tables ? undefined : await markOpening({ layout, log, pace, slot, producer })
  const stateLog = new StateLog(log, layout.plan.topology)
  const endHolds = await findStandingEnds(reading)
  const partitions: OpenedPartition[] = []
  for (const partition of new Set(own.map((task) => task.partition))) {
    const place = { slot, partition, bounds: marked?.get(partition) }
    partitions.push(await openPartition(reading, stateLog, place))
  }
  for (const { task, layout: about } of partitions.flatMap(({ tasks }) => tasks)) {
    for (const channel of task.channels) channel.endHolds = endHolds
    task.stopBefore = stopBefore.get(about.id) ?? Number.POSITIVE_INFINITY
  }
  return partitions
}

/** The log, which reads no further once the worker is to stop. */
function readUntil(isStopping: () => boolean, log: Log): Log {
  const check = (): void => {
    if (isStopping()) throw new OpeningStopped('the worker is to stop')
  }
  return {
    ...log,
    bounds: async (partitions) => {
      check()
      return log.bounds(partitions)
    },
    fetch: async (positions, options) => {
      check()
      return log.fetch(positions, options)
    },
  }
}
