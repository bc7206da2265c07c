// What a running topology tells of itself, for logs, metrics and progress. Nothing depends on it.
// Events are plain data without record values, so that they can pass between threads. An array or
// object in one may go on changing: who keeps it copies it before the call ends.
import type { Coordinates } from '../topology/engine-error.ts'
import type { SourceEventKind } from '../connectors/source.ts'
import type { Fate } from '../topology/declaration.ts'
import type { Counts } from './task/counts.ts'

export type RunEvent =
  /** The group has shared its slots anew. */
  | {
      readonly kind: 'assigned'
      /** Those of this worker. */
      readonly slots: readonly number[]
      /** By slot, of all workers: where its owner answers queries; undefined: it is unknown. */
      readonly endpoints: readonly (string | undefined)[]
    }
  /** Its tasks are being restored. */
  | { readonly kind: 'slot-opening'; readonly slot: number }
  /** Told a few times a second, of what takes longer than that. */
  | (Restoring & { readonly kind: 'restoring'; readonly slot: number })
  /** A copy of state on the disk is not used, and why: it is built anew, or done without. */
  | {
      readonly kind: 'local-state-dropped'
      /** Undefined: all copies of this process. */
      readonly slot?: number
      readonly partition?: number
      readonly message: string
    }
  | {
      readonly kind: 'slot-opened'
      readonly slot: number
      /** Of its producer: greater with every opening, by whichever worker. */
      readonly epoch: number
      /** How long the restore took. */
      readonly ms: number
      readonly tasks: readonly TaskStanding[]
    }
  | {
      readonly kind: 'slot-closed'
      readonly slot: number
      /** Of its last opening here; undefined if it never was open. */
      readonly epoch: number | undefined
      readonly reason: string
    }
  | {
      readonly kind: 'committed'
      readonly slot: number
      readonly epoch: number
      /** Items taken since the last commit, and how long the transaction took. */
      readonly items: number
      readonly ms: number
      /** Those that took something, or decided to go on without a topic. */
      readonly tasks: readonly CommittedTask[]
    }
  /** The log refused something that may pass; the slot is opened again after a pause. */
  | (Failure & { readonly kind: 'retrying'; readonly slot: number; readonly attempt: number })
  | {
      readonly kind: 'stalled'
      readonly task: string
      readonly waitsFor: string
      readonly standing: TaskStanding
    }
  | SinkEvent
  /** What becomes of a source's connection to the world. */
  | { readonly kind: SourceEventKind; readonly source: string; readonly message: string }
  /** The log is at fault, and it stops nothing: positions for those who watch lag, say. */
  | (Failure & { readonly kind: 'log-problem' })
  /** What ends the worker. */
  | (Failure & { readonly kind: 'failed'; readonly slot: number })

/** What becomes of a sink, and of the partitions that it writes in this process. */
export type SinkEvent =
  /** It is connected, and what it writes to is there. */
  | { readonly kind: 'sink-opened'; readonly sink: string; readonly ms: number }
  /** This process writes the partition from `position` on. */
  | (SinkStanding & {
      readonly kind: 'sink-claimed'
      /** The sink is new there, and records before `position` were deleted before it was. */
      readonly isLate: boolean
    })
  | (SinkStanding & {
      readonly kind: 'sink-written'
      readonly records: number
      /** How long the outside took. */
      readonly ms: number
    })
  /** Records of one batch that the outside never takes, for one reason. */
  | {
      readonly kind: 'sink-refused'
      readonly sink: string
      readonly fate: Fate
      readonly topic: string
      readonly partition: number
      /** Of the first of them. */
      readonly offset: number
      readonly records: number
      readonly reason: string
    }
  /** It cannot be reached, or has not answered, and was well before. */
  | (Failure & { readonly kind: 'sink-away'; readonly sink: string })
  /** The same, whenever it was tried; where no partition is known, it could not be opened. */
  | (Failure & {
      readonly kind: 'sink-retrying'
      readonly sink: string
      readonly attempt: number
      readonly standing: SinkStanding | undefined
    })
  /** Nothing of it fails any more; `ms` since something did. */
  | { readonly kind: 'sink-back'; readonly sink: string; readonly ms: number }
  /** This process writes the partition no more. */
  | {
      readonly kind: 'sink-released'
      readonly sink: string
      readonly partition: number
      readonly reason: string
    }
  /** This process writes nothing of it any more; undefined: as it was told to. */
  | {
      readonly kind: 'sink-ended'
      readonly sink: string
      readonly failure: Failure | undefined
      /** What a failure ends. */
      readonly ends: 'run' | 'sink'
    }

/** Where a sink stands in a partition. */
export interface SinkStanding {
  readonly sink: string
  readonly partition: number
  /** The offset of the first record that is not outside. */
  readonly position: number
  /** The last stable offset when it was last looked at. */
  readonly stable: number
}

/** How far the restore of a partition is. */
export interface Restoring {
  readonly partition: number
  /** Read so far, and about how many there are: a log may count markers too. */
  readonly records: number
  readonly of: number
  readonly bytes: number
  readonly perSecond: number
  readonly etaMs: number
}

export interface Failure {
  readonly code: string
  readonly message: string
  readonly coordinates: Coordinates
}

/** Where a task stands. */
export interface TaskStanding {
  readonly task: string
  /** The task's clock, microseconds; minus infinity before its first item. */
  readonly clock: number
  /** How far what was fetched goes: about the greatest clock of it, taken or not. */
  readonly fetchedClock: number
  /** Items fetched and not yet taken. */
  readonly waiting: number
  readonly sources: readonly SourceStanding[]
  readonly stores: readonly StoreStanding[]
  /** Totals over the task's life, in whichever process it ran. */
  readonly counts: Pick<Counts, 'steps' | 'inputs'>
  readonly hasFinished: boolean
}

export interface SourceStanding {
  readonly topic: string
  readonly partition: number
  /** The offset of the first record that was not taken. */
  readonly position: number
  /** The last stable offset when it was last fetched; undefined: not since the slot was opened. */
  readonly stable: number | undefined
}

export interface StoreStanding {
  readonly step: string
  readonly store: string
  /** About what its entries take in memory. */
  readonly bytes: number
}

export interface CommittedTask extends TaskStanding {
  readonly items: number
  /** Topics that the task went on without, once for each time. */
  readonly idleSkips: readonly string[]
}

export type Report = (event: RunEvent) => void

/** Tells each of them, in that order. */
export function reportToAll(...reports: readonly Report[]): Report {
  return (event) => {
    for (const report of reports) report(event)
  }
}
