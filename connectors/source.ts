// The contract of a live source: what brings the world into topics while a topology runs. Replays
// and tests open none. What it brings it stamps with when it was received; each second it promises
// by a heartbeat that nothing earlier follows.

export interface Source {
  /** Settles when it has stopped. Rejects with an EngineError of the log. */
  readonly done: Promise<void>
  /** Ends its connections, appends what has come, and waits until that is done. */
  readonly stop: () => Promise<void>
}

/** Starts work that asks in between whether it is to stop. */
export function startSource(work: (isStopping: () => boolean) => Promise<void>): Source {
  let isStopping = false
  const done = work(() => isStopping)
  return {
    done,
    stop: async () => {
      isStopping = true
      await done
    },
  }
}

/** The clock of a source, passed in. */
export interface SourceClock {
  /** Microseconds since 1970. */
  readonly present: () => number
  /** Milliseconds from some fixed moment, for waiting. */
  readonly now: () => number
  readonly pause: (ms: number) => Promise<void>
}

export type SourceEventKind =
  | 'source-opened'
  /** A connection broke, or a request failed; it is tried again. */
  | 'source-retrying'
  /** A snapshot has come, so the book is whole from there on. */
  | 'source-snapshot'
  /** The venue's own numbering says that something is missing. */
  | 'source-gap'
  /** A stream that was asked for brings nothing. */
  | 'source-silent'
  /** Something that was handed in cannot be taken. */
  | 'source-refused'
  | 'source-closed'

/** Told what becomes of the connection. Nothing depends on it; it names no record's values. */
export type SourceReport = (kind: SourceEventKind, message: string) => void
