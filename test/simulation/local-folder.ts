// A folder for local copies of state, for some seeds: workers share it as threads of a process do,
// and who is killed leaves its copy as it was.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalState, openLocalState } from '../../runtime/state/local-state.ts'
import type { Plan } from '../../topology/plan.ts'
import { createRandom } from './random.ts'

const SEEDS_WITH_COPIES = 0.4

export async function withLocalState<T>(
  seed: number,
  { topology }: Plan,
  run: (local: LocalState | undefined) => Promise<T>,
): Promise<T> {
  const random = createRandom(seed, 'local state')
  if (!random.chance(SEEDS_WITH_COPIES)) return run(undefined)
  const folder = mkdtempSync(join(tmpdir(), 'millrace-simulated-'))
  const gathered = random.pick([1, 5, 50, 1_000])
  const local = openLocalState({ folder, topology, gathered, onDropped: failing })
  try {
    return await run(local)
  } finally {
    await local.close()
    rmSync(folder, { recursive: true })
  }
}

/** A new folder that cannot be used says nothing of the engine. */
function failing(message: string): never {
  throw new Error(message)
}
