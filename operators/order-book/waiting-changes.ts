// The changes that wait for a snapshot. They always form one chain without a gap: what stands
// before a gap can never be applied, because a snapshot old enough for it would not reach behind.
import { nullable, LONG, type RecordType, TIME, type Type } from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { Turn, WindowStore } from '../operator.ts'
import { type DepthChange, follows } from './depth-change.ts'

/** It stands at its last update id. */
export type Waiting = Pick<DepthChange, 'first' | 'previous' | 'time' | 'bids' | 'asks'>

export function waitingRecord(name: string, levels: Type): RecordType {
  return inferredRecord(name, [
    { name: 'first', type: LONG },
    { name: 'previous', type: nullable(LONG) },
    { name: 'time', type: TIME },
    { name: 'bids', type: levels },
    { name: 'asks', type: levels },
  ])
}

export interface WaitingChanges {
  readonly lastUpdate: (key: string) => number | undefined
  /** Adds one that is newer than all, where `count` wait; returns how many do then. */
  readonly add: (key: string, change: DepthChange, count: number, turn: Turn) => number
  /** Those that go beyond an update id, in order; undefined where the first leaves a gap to it. */
  readonly after: (key: string, lastUpdate: number) => readonly Ready[] | undefined
  readonly clear: (key: string) => void
}

export type Ready = readonly [lastUpdate: number, change: Readonly<Waiting>]

/** Holds what has to go without ever having been applied, so that it is counted. */
export function waitingChanges(store: WindowStore<Waiting>, most: number): WaitingChanges {
  const clear = (key: string): void => {
    for (const [at] of [...store.entries(key)]) store.delete(key, at)
  }
  return {
    clear,
    lastUpdate: (key) => store.last(key)?.[0],
    add: (key, change, count, turn) => {
      const { first, last, previous, time, bids, asks } = change
      const before = store.last(key)?.[0]
      const isGap =
        before !== undefined && !follows(change, { lastUpdate: before, isSnapshot: false })
      const [oldest] = store.entries(key)
      if (isGap) {
        clear(key)
        for (let gone = 0; gone < count; gone += 1) turn.hold('waited in vain: a gap follows it')
      } else if (count === most && oldest !== undefined) {
        store.delete(key, oldest[0])
        turn.hold('waited in vain: no snapshot came before `buffer` was full')
      }
      store.edit(key, last, () => ({ first, previous, time, bids, asks }))
      return isGap ? 1 : Math.min(count + 1, most)
    },
    after: (key, lastUpdate) => {
      const ready = [...store.entries(key, lastUpdate + 1)]
      const [first] = ready
      const isSound = first === undefined || follows(first[1], { lastUpdate, isSnapshot: true })
      return isSound ? ready : undefined
    },
  }
}
