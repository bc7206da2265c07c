// A write is safe once it is in a table's write-ahead log, and can be read once it was applied. Who
// counts or compares waits for that.
import { type Place, sinkFault } from '../sink-fault.ts'
import type { SinkClock } from '../sink.ts'
import { folded, sqlName, sqlText } from './names.ts'
import type { Server } from './server.ts'

const WITHIN_MS = 30_000
const LOOK_AGAIN_MS = 5

export interface Waiting {
  readonly place: Place
  readonly clock: SinkClock
}

interface Progress {
  /** Transactions in the table's log. */
  readonly written: number
  readonly applied: number
}

async function progress(server: Server, table: string, place: Place): Promise<Progress> {
  const [row] = await server.query(
    'SELECT suspended, sequencerTxn, writerTxn, errorMessage FROM wal_tables()' +
      ` WHERE lower(name) = ${sqlText(folded(table))}`,
  )
  const [isSuspended, written, applied, why] = row ?? [false, 0, 0, '']
  if (isSuspended === true) {
    const said = why === '' || why === null ? '' : ` (${String(why)})`
    const repair = `mend that, then run ALTER TABLE ${sqlName(table)} RESUME WAL`
    const what = `table "${table}" is suspended: QuestDB applies no writes to it${said}; ${repair}`
    throw sinkFault(place, 'sink-refused', what, { coordinates: { table } })
  }
  return { written: Number(written), applied: Number(applied) }
}

/** @throws EngineError if QuestDB has given up applying what is written to the table. */
export async function checkApplies(server: Server, table: string, place: Place): Promise<void> {
  await progress(server, table, place)
}

/** Returns when what was written before the call can be read. */
export async function untilApplied(
  server: Server,
  table: string,
  { place, clock }: Waiting,
): Promise<void> {
  const deadline = clock.now() + WITHIN_MS
  const { written } = await progress(server, table, place)
  for (;;) {
    const { applied } = await progress(server, table, place)
    if (applied >= written) return
    if (clock.now() > deadline) {
      const left = written - applied
      const what = `table "${table}" has ${left} transactions to apply still; try again later`
      throw sinkFault(place, 'sink-unavailable', what, { coordinates: { table } })
    }
    await clock.pause(LOOK_AGAIN_MS)
  }
}
