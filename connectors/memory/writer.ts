// Writers of the memory log: who holds a producer's name, and what transaction it has open. A name
// has one holder; opening it anew aborts what the earlier one left open.
import type { Append, PartitionId } from '../connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Partition } from './partition.ts'
import type { Transaction } from './segment.ts'

/** A name that was opened; it holds the name until another takes it. */
export interface Writer {
  readonly epoch: number
  /** @throws EngineError `fenced`; a plain Error if a transaction is open already. */
  readonly begin: () => void
  /**
   * Gives the offset behind the last record.
   * @throws EngineError `fenced`, `topic-missing`.
   */
  readonly append: (append: Append) => number
  /** @throws EngineError `fenced`. */
  readonly commit: () => void
  /** Does nothing where the name was lost: the transaction was aborted then. */
  readonly abort: () => void
}

interface Holder {
  readonly epoch: number
  open: { readonly id: Transaction; readonly partitions: Set<Partition> } | undefined
}

export interface Writers {
  readonly open: (name: string) => Writer
}

/** @param onDecided Told after every commit and abort: more can be read. */
export function createWriters(
  partitionOf: (id: PartitionId) => Partition,
  onDecided: () => void,
): Writers {
  const holders = new Map<string, Holder>()

  function settle(holder: Holder, decision: 'commit' | 'abort'): void {
    for (const partition of holder.open?.partitions ?? []) {
      partition.decide(holder.open?.id ?? holder, decision)
    }
    holder.open = undefined
    onDecided()
  }

  return {
    open: (name) => {
      const earlier = holders.get(name)
      if (earlier !== undefined) settle(earlier, 'abort')
      const holder: Holder = { epoch: (earlier?.epoch ?? -1) + 1, open: undefined }
      holders.set(name, holder)
      const checkHeld = (): void => {
        if (holders.get(name) !== holder) throw fenced(name, holder.epoch)
      }
      return {
        epoch: holder.epoch,
        begin: () => {
          checkHeld()
          if (holder.open !== undefined) {
            throw new Error(`producer "${name}" writes already, or must be opened anew`)
          }
          holder.open = { id: {}, partitions: new Set() }
        },
        append: ({ topic, partition: number, batch }) => {
          checkHeld()
          if (holder.open === undefined) throw new Error('an append outside a transaction')
          const partition = partitionOf({ topic, partition: number })
          if (batch.count > 0) {
            partition.append(batch, holder.open.id)
            holder.open.partitions.add(partition)
          }
          return partition.end
        },
        commit: () => {
          checkHeld()
          settle(holder, 'commit')
        },
        abort: () => settle(holder, 'abort'),
      }
    },
  }
}

function fenced(name: string, epoch: number): EngineError {
  return new EngineError(
    'fenced',
    `another has opened the producer "${name}"; stop, it goes on where this one ended`,
    { coordinates: { producer: name, epoch } },
  )
}
