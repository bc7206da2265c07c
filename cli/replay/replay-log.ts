// The log of a replay, in its folder, made anew each time. Only a log that a replay made is removed
// for that: another may be somebody's only copy.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileProblem } from '../load-topology.ts'
import type { LogAccess } from '../log/log-access.ts'
import { openLog } from '../log/open-log.ts'
import { openRunLogs, type RunLogs } from '../run/run-logs.ts'

const MARK = 'made-by-replay'
const SAID = 'The next replay into the folder above removes this log and makes its own.\n'

/**
 * Opens an empty log in `DIR/log`.
 * @throws FileProblem if something else is there, EngineError `log-in-use`.
 */
export async function openReplayLog(out: string, workers: number): Promise<RunLogs> {
  const folder = join(out, 'log')
  if (existsSync(folder)) await removeLog(folder)
  const logs = await openRunLogs(embeddedIn(folder), workers)
  writeFileSync(join(folder, MARK), SAID)
  return logs
}

async function removeLog(folder: string): Promise<void> {
  if (!existsSync(join(folder, MARK))) {
    if (isEmptyFolder(folder)) return
    throw new FileProblem(
      `${folder} is there and was not made by a replay, so it is kept; name another --out`,
    )
  }
  // Refused while another process writes to it.
  const log = await openLog(embeddedIn(folder), 'write')
  await log.close()
  rmSync(folder, { recursive: true })
}

function embeddedIn(folder: string): LogAccess {
  const address = { kind: 'embedded', folder } as const
  return { name: `embedded:${folder}`, address, kafka: undefined }
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch {
    return false
  }
}
