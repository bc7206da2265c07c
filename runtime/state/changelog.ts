// The changelog of one partition, as the slot that writes it holds it: its entries as committed,
// from a local copy or from memory, and what the next commit record has to say of it.
import type { Bounds, Log, PartitionId, StoredBatch } from '../../connectors/connector.ts'
import { hasValue, keyAt, keyStart, valueAt } from '../../connectors/record-batch.ts'
import type { Change } from './changelog-batch.ts'
import type { ChangelogStanding } from './changelog-standing.ts'
import type { LocalCopy } from './local-copy.ts'
import { type ChangelogSeen, readChangelog } from './read-changelog.ts'
import { RestoredEntries } from './restored-entries.ts'
import type { CommittedState } from './task-store.ts'

export interface ChangelogOptions {
  readonly log: Log
  readonly id: PartitionId
  /** Up to where at least it is read; undefined: as the log tells now. */
  readonly bounds?: Bounds | undefined
  /** As the last commit of the partition says; undefined: there is none, or it does not say. */
  readonly last: ChangelogStanding | undefined
  /** A name for a history that begins here. */
  readonly newId: () => string
  readonly copy: LocalCopy | undefined
  /** Told why the copy is not used. */
  readonly onDropped: (message: string) => void
  readonly onRead: RestoreProgress
}

/** Told of every batch that is read: how many records so far, and about how many there are. */
export type RestoreProgress = (records: number, of: number, bytes: number) => void

export interface Changelog {
  readonly entries: CommittedState
  readonly seen: ChangelogSeen
  /** A local copy was gone on with: what it holds was not read. */
  readonly isFromCopy: boolean
  /** To be called once it is known that what was read belongs to the last commit. */
  readonly settle: () => void
  /** The slot is open, and was left with these commit records: who asks is answered from here. */
  readonly offer: (commits: Iterable<Change>) => void
  /** What the commit record says that goes with these changes; with their witness among them. */
  readonly standing: (changes: readonly Change[]) => ChangelogStanding
  /**
   * These changes are committed with these commit records, and end there; undefined: there were
   * none.
   */
  readonly committed: (
    changes: readonly Change[],
    end: number | undefined,
    commits: readonly Change[],
  ) => void
  /** Brings the copy up to the last commit; nobody is answered from it any more. */
  readonly close: () => void
}

export async function openChangelog(options: ChangelogOptions): Promise<Changelog> {
  const { last, newId, copy } = options
  const { entries, seen, isFromCopy } = await restore(options)
  const id = last?.id ?? newId()
  let end = Math.max(last?.stateEnd ?? 0, seen.end)
  let deletions = last?.deletions ?? seen.deletions
  let lastWritten = { stateEnd: last?.stateEnd ?? end, values: last?.values ?? 0 }
  const standingOfCopy = (position: number) => ({ id, position, deletions })
  return {
    entries,
    seen,
    isFromCopy,
    settle: () => copy?.apply([], standingOfCopy(seen.position)),
    offer: (commits) => copy?.offer(commits),
    standing: (changes) => {
      const { stateEnd, values } = lastWritten
      if (changes.length === 0) return { id, stateEnd, values, deletions }
      const deleted = countDeletions(changes)
      const written = { stateEnd: end, values: changes.length - deleted }
      return { id, ...written, deletions: deletions + deleted }
    },
    committed: (changes, after, commits) => {
      if (changes.length === 0) {
        copy?.note(commits)
        return
      }
      const deleted = countDeletions(changes)
      lastWritten = { stateEnd: end, values: changes.length - deleted }
      deletions += deleted
      end = Math.max(end, after ?? 0)
      copy?.add(changes, standingOfCopy(end), commits)
    },
    close: () => copy?.close(),
  }
}

function countDeletions(changes: readonly Change[]): number {
  let count = 0
  for (const [, value] of changes) if (value === null) count += 1
  return count
}

/** The entries, and what was read of the changelog for them. */
async function restore(options: ChangelogOptions) {
  const { log, id, last, copy, onDropped } = options
  const [bounds] = options.bounds ? [options.bounds] : await log.bounds([id])
  if (bounds === undefined) throw new Error(`no bounds of ${id.topic}/${id.partition}`)
  const since = last?.stateEnd ?? 0
  const read = (from: number, take: (stored: StoredBatch) => void): Promise<ChangelogSeen> =>
    readChangelog(log, {
      bounds,
      from,
      since,
      take: withProgress(options, from, bounds.stable, take),
    })
  if (copy === undefined) {
    const entries = new RestoredEntries()
    const seen = await read(bounds.first, (stored) => putRows(entries, stored))
    return { entries, seen, isFromCopy: false }
  }
  const known = copy.standing
  if (known !== undefined && known.id === last?.id) {
    const { position, deletions } = known
    if (bounds.first <= position && position <= bounds.stable) {
      const writing = writeBehind(copy)
      const seen = await read(position, writing.take)
      writing.finish({ ...known, position: seen.position, deletions: deletions + seen.deletions })
      // A deletion that compaction has taken out before it was read leaves an entry too many.
      if (last.deletions === deletions + seen.deletions) {
        return { entries: copy, seen, isFromCopy: true }
      }
      onDropped('the log no longer says what was deleted since it was written')
    } else {
      onDropped(`the log holds ${bounds.first} to ${bounds.stable} and not ${position}`)
    }
  } else if (known !== undefined) {
    onDropped('it is of another history')
  }
  copy.clear()
  const writing = writeBehind(copy)
  const seen = await read(bounds.first, writing.take)
  writing.finish(undefined)
  return { entries: copy, seen, isFromCopy: false }
}

function withProgress(
  { onRead }: ChangelogOptions,
  from: number,
  stable: number,
  take: (stored: StoredBatch) => void,
) {
  let [records, bytes] = [0, 0]
  return (stored: StoredBatch): void => {
    take(stored)
    const { batch } = stored
    records += batch.count - stored.from
    bytes += batch.bytes.length - keyStart(batch, stored.from)
    onRead(records, stable - from, bytes)
  }
}

function putRows(entries: RestoredEntries, { batch, from }: StoredBatch): void {
  const { bytes, keyEnds, valueEnds } = batch
  for (let row = from; row < batch.count; row += 1) {
    const valueEnd = hasValue(batch, row) ? valueEnds[row] : undefined
    entries.put(bytes, keyStart(batch, row), keyEnds[row] ?? 0, valueEnd)
  }
}

/** Rows that one transaction on the copy takes: many small ones would each write many pages. */
const ROWS_AT_ONCE = 100_000
const BYTES_AT_ONCE = 64_000_000

/** What is between is not yet a copy of any moment, so it has no standing before the end. */
function writeBehind(copy: LocalCopy) {
  let [rows, bytes] = [0, 0]
  let batches: StoredBatch[] = []
  const write = (standing: LocalCopy['standing']): void => {
    copy.apply(changesIn(batches), standing)
    batches = []
    rows = 0
    bytes = 0
  }
  return {
    take: (stored: StoredBatch): void => {
      batches.push(stored)
      rows += stored.batch.count
      bytes += stored.batch.bytes.length
      if (rows >= ROWS_AT_ONCE || bytes >= BYTES_AT_ONCE) write(undefined)
    },
    finish: write,
  }
}

function* changesIn(batches: readonly StoredBatch[]): Generator<Change> {
  for (const { batch, from } of batches) {
    for (let row = from; row < batch.count; row += 1) {
      yield [keyAt(batch, row) ?? '', valueAt(batch, row)]
    }
  }
}
