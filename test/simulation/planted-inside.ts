// Faults that are planted inside the engine, by putting another method in the place of its own for
// as long as a test lasts.
import { EngineError } from '../../topology/engine-error.ts'
import type { Append } from '../../connectors/connector.ts'
import { Slot } from '../../runtime/slot/slot.ts'
import type { SlotOptions } from '../../runtime/slot/options.ts'
import { BucketStore } from '../../runtime/state/bucket-store.ts'
import { EntryStore } from '../../runtime/state/entry-store.ts'
import { LocalCopy } from '../../runtime/state/local-copy.ts'
import type { TaskStore } from '../../runtime/state/task-store.ts'
import { Channel } from '../../runtime/task/channel.ts'
import { DeadLetters, StoppedByRecord } from '../../runtime/task/dead-letters.ts'
import { Emissions } from '../../runtime/task/emissions.ts'
import { Outgoing } from '../../runtime/task/outgoing.ts'
import { Source } from '../../runtime/task/source.ts'
import { Timers } from '../../runtime/task/timers.ts'

/** Puts the fault in; what it returns takes it out again. */
export type Plant = () => () => void

/** By what is wrong. */
export const plantedInside: ReadonlyMap<string, Plant> = new Map<string, Plant>([
  ['a progress marker stands before its records', markersFirst],
  [
    'a merge does not wait',
    () =>
      change(Channel.prototype, 'bound', (bound) => {
        return function (this: Channel) {
          const clock = bound.call(this)
          return this.hasHead ? clock : Number.POSITIVE_INFINITY
        }
      }),
  ],
  ['positions count what was fetched', positionsOfFetched],
  ['timers are not restored', () => change(Timers.prototype, 'restore', () => () => undefined)],
  [
    'the clock of a channel is not restored',
    () => restoringChannels((state) => ({ ...state, clock: Number.NEGATIVE_INFINITY })),
  ],
  [
    'the number of the next record that a channel brings is not restored',
    () => restoringChannels((state) => ({ ...state, sequence: 0 })),
  ],
  [
    'the number of the next record that a task sends is not restored',
    () => change(Emissions.prototype, 'restore', () => () => undefined),
  ],
  ['an entry that was touched once is not written', onceTouchedIsLost],
  ['entries outlive an abort', entriesOutlive],
  [
    'an end is never taken back',
    () =>
      change(Channel.prototype, 'advance', (advance) => {
        return function (this: Channel) {
          const { hasEnded } = this
          advance.call(this)
          this.hasEnded ||= hasEnded
        }
      }),
  ],
  ['a decision about a task is not repeated', forgettingDecisions],
  ['a local copy says that it has come further than it has', aheadOfItself],
  [
    'a record that fails is passed over',
    () =>
      change(DeadLetters.prototype, 'settle', (settle) => {
        return function (this: DeadLetters, ...about: Parameters<typeof settle>) {
          try {
            settle.apply(this, about)
          } catch (error) {
            if (!(error instanceof StoppedByRecord)) throw error
          }
        }
      }),
  ],
])

/** Replaces a method of a prototype, or of a class itself. */
function change<Owner, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  make: (original: Owner[Name]) => Owner[Name],
): () => void {
  const original = owner[name]
  owner[name] = make(original)
  return () => {
    owner[name] = original
  }
}

function markersFirst(): () => void {
  const records = new WeakMap<Outgoing, readonly Append[]>()
  const undoMark = change(Outgoing.prototype, 'markProgress', (markProgress) => {
    return function (this: Outgoing, clock: number, hasEnded: boolean) {
      records.set(this, this.takeAppends())
      markProgress.call(this, clock, hasEnded)
    }
  })
  const undoTake = change(Outgoing.prototype, 'takeAppends', (takeAppends) => {
    return function (this: Outgoing) {
      const behind = records.get(this) ?? []
      records.delete(this)
      return [...takeAppends.call(this), ...behind]
    }
  })
  return () => {
    undoMark()
    undoTake()
  }
}

function positionsOfFetched(): () => void {
  const original = Object.getOwnPropertyDescriptor(Source.prototype, 'position')
  if (original === undefined) throw new Error('a source has no position')
  Object.defineProperty(Source.prototype, 'position', {
    configurable: true,
    get(this: Source) {
      return this.next
    },
  })
  return () => void Object.defineProperty(Source.prototype, 'position', original)
}

type ChannelState = Parameters<Channel['restore']>[0]

function restoringChannels(damage: (state: ChannelState) => ChannelState): () => void {
  return change(Channel.prototype, 'restore', (restore) => {
    return function (this: Channel, state: ChannelState) {
      restore.call(this, damage(state))
    }
  })
}

/** Those that stand before records that were not come to: a live run has only others. */
function forgettingDecisions(): () => void {
  return change(Channel.prototype, 'raise', (raise) => {
    return function (this: Channel, number: number, clock: number) {
      if (number <= this.sequence) raise.call(this, number, clock)
    }
  })
}

/** What changed is written from the second commit on that it changed in. */
function onceTouchedIsLost(): () => void {
  const touched = new WeakMap<object, Set<string>>()
  return change(EntryStore.prototype, 'takeChanges', (takeChanges) => {
    return function (this: EntryStore, take: Parameters<typeof takeChanges>[0]) {
      const known = touched.get(this) ?? new Set()
      touched.set(this, known)
      takeChanges.call(this, (name, bytes) => {
        if (known.has(name)) take(name, bytes)
        known.add(name)
      })
    }
  })
}

/** Changes that gather are lost with the process, and the copy says that they are there. */
function aheadOfItself(): () => void {
  return change(LocalCopy.prototype, 'add', (add) => {
    return function (this: LocalCopy, ...about: Parameters<typeof add>) {
      this.apply([], about[1])
      add.apply(this, about)
    }
  })
}

/** A slot whose transaction was aborted leaves its entries to the one that is opened after it. */
function entriesOutlive(): () => void {
  const aborted = new WeakMap<SlotOptions, Map<number, Slot>>()
  const owners = new WeakMap<Slot, SlotOptions>()
  const undoOpen = change(Slot, 'open', (open) => {
    return async function (this: typeof Slot, ...about: Parameters<typeof open>) {
      const slot = await open.apply(this, about)
      const [id, options] = about
      owners.set(slot, options)
      const before = aborted.get(options)?.get(id)
      aborted.get(options)?.delete(id)
      if (before !== undefined) handOver(before, slot)
      return slot
    }
  })
  const undoCommit = change(Slot.prototype, 'commit', (commit) => {
    return async function (this: Slot) {
      try {
        await commit.call(this)
      } catch (error) {
        const options = owners.get(this)
        if (options && error instanceof EngineError && error.code === 'aborted') {
          const own = aborted.get(options) ?? new Map<number, Slot>()
          aborted.set(options, own.set(this.id, this))
        }
        throw error
      }
    }
  })
  return () => {
    undoOpen()
    undoCommit()
  }
}

function handOver(before: Slot, after: Slot): void {
  const stores = storesOf(before)
  for (const [name, store] of storesOf(after)) {
    const old = stores.get(name)
    if (old === undefined) continue
    Object.assign(store.face, old.face)
    Object.assign(store, { takeChanges: old.takeChanges.bind(old) })
  }
}

function storesOf({ tasks }: Slot): ReadonlyMap<string, TaskStore> {
  const all = tasks.flatMap(({ layout, steps }) =>
    steps.flatMap(({ planned, stores }) =>
      [...stores].map(([name, store]) => [`${layout.id} ${planned.id} ${name}`, store] as const),
    ),
  )
  return new Map(all.filter(([, store]) => !(store instanceof BucketStore)))
}
