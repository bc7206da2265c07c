// `--log memory | embedded:DIR`: opens the log that the user names. A name that is none is the
// user's mistake, and the message says what to write instead.
import type { Log } from '../connectors/connector.ts'
import { openEmbeddedLog } from '../connectors/embedded/embedded-log.ts'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { quoted } from '../topology/printable.ts'
import { suggest } from '../topology/suggest.ts'
import { FileProblem } from './load-topology.ts'

/** `write` makes the log where there is none, and is for one process at a time. */
export type LogMode = 'write' | 'read'

const FORMS = 'embedded:DIR'

/**
 * Opens `memory` or `embedded:DIR`.
 * @throws FileProblem for another name, EngineError for a log that cannot be opened.
 */
export async function openLog(name: string, mode: LogMode): Promise<Log> {
  if (name === 'memory') return createMemoryBroker().connect()
  return openEmbeddedLog(folderOf(name), { mode })
}

/** Opens a log for a command that makes sense only with one that outlives it. */
export async function openLastingLog(name: string, mode: LogMode, command: string): Promise<Log> {
  if (name === 'memory') {
    throw new FileProblem(
      `the memory log ends with its process, so ${command} has nothing to do with one; ` +
        `name a log that stays: --log ${FORMS}`,
    )
  }
  return openLog(name, mode)
}

/** Opens a log for writing that must be there already: a mistyped name makes no new one. */
export async function openExistingLog(name: string, command: string): Promise<Log> {
  await (await openLastingLog(name, 'read', command)).close()
  return openLastingLog(name, 'write', command)
}

/** The folder of `embedded:DIR`. @throws FileProblem for another name. */
export function folderOf(name: string): string {
  const at = name.indexOf(':')
  // One letter before the colon is a drive.
  const kind = at > 1 ? name.slice(0, at) : ''
  const rest = name.slice(at + 1)
  if (kind === 'embedded' && rest.trim() !== '') return rest
  throw new FileProblem(`--log ${quoted(name)} ${mistakeIn(name, kind, rest)}`)
}

function mistakeIn(name: string, kind: string, rest: string): string {
  if (kind === 'kafka') {
    return `is a Kafka log, which this version does not have yet; it has memory and ${FORMS}`
  }
  if (kind === 'embedded' || name === 'embedded') return `names no folder; write ${FORMS}`
  if (kind === '') {
    const isMemory = suggest(name, ['memory']) !== undefined
    return `is no log; did you mean ${isMemory ? '"memory"' : quoted(`embedded:${name}`)}?`
  }
  const near = suggest(kind, ['embedded', 'memory', 'kafka'])
  const repair = near === 'embedded' ? `did you mean ${quoted(`embedded:${rest}`)}?` : undefined
  return `is of no known kind; ${repair ?? `write memory or ${FORMS}`}`
}
