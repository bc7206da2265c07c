// How a command reaches a run that has the log for itself: as a file in the folder `inbox` beside
// the log, which the run appends to the control topic and takes away. A file that is still there
// was not obeyed; one that is taken twice, because the run died in between, says the same again.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../connectors/connector.ts'
import {
  type Source,
  type SourceClock,
  type SourceReport,
  startSource,
} from '../../connectors/source.ts'
import {
  appendCommand,
  type Command,
  CommandProblem,
} from '../../runtime/control/append-command.ts'
import type { PlannedTopic } from '../../topology/plan.ts'

const LOOK_EVERY_MS = 100
const REFUSED = '.refused'
/** There while a run looks. */
const WATCHED = 'watched'
/** Nobody writes a command as long as this. */
const MOST_BYTES = 10_000

/** Where commands for a topology wait. Its name is a word, so it can be a folder's. */
export function inboxFolder(logFolder: string, topology: string): string {
  return join(logFolder, 'inbox', topology)
}

/** Whether a run looks into the inbox, or did when it was killed. */
export function isWatched(folder: string): boolean {
  return isThere(join(folder, WATCHED))
}

export interface Dropped {
  /** Whether the run has appended it. @throws CommandProblem where it was refused. */
  readonly isTaken: () => boolean
  /** Takes it back. False: it has been taken in the meantime. */
  readonly takeBack: () => boolean
}

/** Puts a command into the inbox in one move: nobody reads half of it. */
export function dropCommand(folder: string, command: Command): Dropped {
  mkdirSync(folder, { recursive: true })
  // By time, so that they are obeyed in the order in which they were given.
  const name = `${String(command.time).padStart(17, '0')}-${process.pid}`
  const [part, path] = [join(folder, `${name}.part`), join(folder, `${name}.json`)]
  writeFileSync(part, JSON.stringify(command))
  renameSync(part, path)
  return {
    isTaken: () => {
      if (isThere(path)) return false
      if (!isThere(`${path}${REFUSED}`)) return true
      rmSync(`${path}${REFUSED}`)
      throw new CommandProblem('the run has refused the command: its log says why')
    },
    takeBack: () => {
      const isWaiting = isThere(path)
      rmSync(path, { force: true })
      return isWaiting
    },
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

export interface InboxOptions {
  readonly folder: string
  readonly topic: PlannedTopic
  readonly log: Log
  readonly clock: Pick<SourceClock, 'pause'>
  readonly report: SourceReport
}

/** Appends what comes into the inbox. */
export function openInbox(options: InboxOptions): Source {
  return startSource((isStopping) => takeCommands(options, isStopping))
}

async function takeCommands(
  { folder, topic, log, clock, report }: InboxOptions,
  isStopping: () => boolean,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const watched = join(folder, WATCHED)
  const producer = await log.producer(`inbox-${topic.topic}`)
  try {
    writeFileSync(watched, '')
    while (!isStopping()) {
      for (const path of waitingIn(folder)) {
        const command = readCommand(path)
        const problem = await appended(() => appendCommand(producer, topic, command))
        if (problem === undefined) {
          rmSync(path)
        } else {
          report('source-refused', problem)
          renameSync(path, `${path}${REFUSED}`)
        }
      }
      await clock.pause(LOOK_EVERY_MS)
    }
  } finally {
    rmSync(watched, { force: true })
    await producer.close()
  }
}

function waitingIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.sort().map((name) => join(folder, name))
}

/** Whatever it holds: the topic's schema is the judge. */
function readCommand(path: string): Command {
  try {
    if (statSync(path).size > MOST_BYTES) return {} as Command
    return JSON.parse(readFileSync(path, 'utf8')) as Command
  } catch (error) {
    if (error instanceof SyntaxError) return {} as Command
    throw error
  }
}

/** Why it was not appended, if the command is at fault. */
async function appended(append: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await append()
    return undefined
  } catch (error) {
    if (error instanceof CommandProblem) return error.message
    throw error
  }
}
