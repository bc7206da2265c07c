// The command line: assembles the commands, and turns what goes wrong into an exit code and one
// clear line. 0 done; 1 the answer is no, or the user's mistake; 2 the world's fault; 70 ours.
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { EngineError } from '../topology/engine-error.ts'
import { InputProblem } from '../connectors/file/input-problem.ts'
import { CycleUnsettled } from '../runtime/feedback.ts'
import { RecordFailed } from '../runtime/reference/ledger.ts'
import { StoppedByRecord } from '../runtime/task/dead-letters.ts'
import { registerApiKey } from './api-key.ts'
import { registerBench } from './bench.ts'
import { registerCheck } from './check.ts'
import { registerControl } from './control.ts'
import { registerDeadLetters } from './dead-letters.ts'
import { registerExplain } from './explain.ts'
import { registerFeed } from './feed.ts'
import { registerGraph } from './graph.ts'
import { type Io, processIo } from './io.ts'
import { FileProblem } from './load-topology.ts'
import { registerNew } from './new.ts'
import { registerOperators } from './operators.ts'
import { registerReplay } from './replay.ts'
import { registerRewind } from './rewind.ts'
import { registerRun } from './run.ts'
import { registerSchema } from './schema.ts'
import { registerSweep } from './sweep.ts'
import { registerServe } from './serve.ts'
import { registerSinks } from './sinks.ts'
import { registerTap } from './tap.ts'
import { registerTest } from './test.ts'
import { registerVerify } from './verify.ts'

const VERSION = (createRequire(import.meta.url)('../package.json') as { version: string }).version

export function makeProgram(io: Io): Command {
  const program = new Command('millrace')
    .description('Stream processing for quants: topologies in YAML, checked, replayed, run.')
    .version(VERSION)
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .exitOverride()
    .showHelpAfterError('(see --help)')
  const commands = [
    registerCheck,
    registerExplain,
    registerGraph,
    registerSchema,
    registerTest,
    registerReplay,
    registerVerify,
    registerSweep,
    registerRun,
    registerApiKey,
    registerServe,
    registerFeed,
    registerTap,
    registerControl,
    registerDeadLetters,
    registerRewind,
    registerSinks,
    registerBench,
    registerOperators,
    registerNew,
  ]
  for (const register of commands) register(program, io)
  for (const command of program.commands) command.copyInheritedSettings(program)
  return program
}

/** Runs one command line; never throws. */
export async function main(args: readonly string[], io: Io): Promise<void> {
  try {
    await makeProgram(io).parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode !== 0) io.fail(1)
      return
    }
    if (isUsersMistake(error)) {
      io.err(`error: ${error.message}\n`)
      io.fail(1)
    } else if (error instanceof EngineError) {
      io.err(`error[${error.code}]: ${error.message}\n`)
      io.fail(2)
    } else {
      const shown = error instanceof Error ? (error.stack ?? error.message) : String(error)
      io.err('This is a fault of Millrace, not of yours. Please report it with these lines:\n')
      io.err(`${shown}\n`)
      io.fail(70)
    }
  }
}

/** A record that a sink cannot take ends a run as one that a step cannot take does. */
const USERS_CODES: ReadonlySet<string> = new Set(['no-registry', 'sink-stopped-by-record'])

function isUsersMistake(error: unknown): error is Error {
  if (error instanceof EngineError) return USERS_CODES.has(error.code)
  return [FileProblem, InputProblem, RecordFailed, StoppedByRecord, CycleUnsettled].some(
    (mistake) => error instanceof mistake,
  )
}

/** Runs the process's own command line. */
export async function start(): Promise<void> {
  await main(process.argv.slice(2), processIo())
}

if (import.meta.main) await start()
