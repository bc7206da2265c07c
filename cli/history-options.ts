// What says which history a command runs: `--input`, `--from`, `--to` and `--set`, or the file that
// `--env` names. What the command line says wins; its inputs take the place of the file's.
import type { Command } from 'commander'
import { environmentOrFail } from './environment.ts'
import type { Io } from './io.ts'
import { collectPairs, FileProblem } from './load-topology.ts'
import type { LogSettings } from './log/log-settings.ts'
import { isInputWord } from './replay/input-words.ts'
import { timeOption } from './time-option.ts'

/** As commander gives them. */
export interface HistoryOptions {
  readonly input?: readonly string[]
  readonly env?: string
  readonly from?: number
  readonly to?: number
  readonly set: Readonly<Record<string, string>>
  readonly registry?: string
}

export interface History {
  /** The topology. */
  readonly file: string
  /** In the order given, with paths from the working folder. */
  readonly input: readonly string[]
  readonly from?: number
  readonly to?: number
  readonly set: Readonly<Record<string, string>>
  /** How logs that are inputs are logged in to. */
  readonly logs: LogSettings
  /** Of their schemas, where it is not the one of `logs`. */
  readonly registry?: string
}

/** `word` is the command's. */
export function addHistoryOptions(command: Command, word: string): Command {
  return command
    .argument('[file]', 'the topology')
    .option(
      '--input <topic=path...>',
      'history of a topic: .csv, .jsonl or .avro, also .gz or .br; several files follow each ' +
        'other. binance:PATH is a capture, which fills the topics of its schemas; ' +
        'topic=binance:PATH fills that one; topic=kafka:HOST:PORT or topic=embedded:DIR reads ' +
        'the topic as it stands on a log',
      (pair: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), pair],
    )
    .option(
      '--env <file>',
      `inputs, from, to and set in a file; ${word} opens none of the connections it names`,
    )
    .option('--from <time>', 'only what was available at or after this time', timeOption('--from'))
    .option('--to <time>', 'only what was available before this time', timeOption('--to'))
    .option('--set <name=value>', 'set a parameter (repeatable)', collectPairs, {})
}

/** The words of a command line that name the same history, but for its range. */
export function historyWords({ input, set }: History, env: string | undefined): string {
  const named = env === undefined ? input.map((each) => `--input ${each}`) : [`--env ${env}`]
  return [...named, ...Object.entries(set).map(([name, value]) => `--set ${name}=${value}`)].join(
    ' ',
  )
}

/**
 * Undefined after mistakes in the file of `--env` have been shown.
 * @throws FileProblem where the topology or its history is missing.
 */
export function historyOrFail(
  first: string | undefined,
  given: HistoryOptions,
  io: Io,
  word: string,
): History | undefined {
  // `--input a=x b=y` takes all that follows, so the topology may have ended up there.
  const words = given.input ?? []
  const file = first ?? words.find((each) => !isInputWord(each))
  if (file === undefined) throw new FileProblem(`name the topology to ${word}`)
  const environment = environmentOrFail(given.env, io)
  if (environment === undefined) return undefined
  const own = words.filter((each) => each !== file)
  const input = own.length > 0 ? own : environment.inputs
  if (input.length === 0) {
    throw new FileProblem(
      `say what history to ${word}: --input TOPIC=PATH, or --env FILE with "inputs"`,
    )
  }
  const { from = environment.from, to = environment.to } = given
  if (from !== undefined && to !== undefined && from >= to) {
    const start = given.from === undefined ? '"from" of --env' : '--from'
    const end = given.to === undefined ? '"to" of --env' : '--to'
    throw new FileProblem(`${start} is not before ${end}, so there is nothing to ${word}`)
  }
  return {
    file,
    input,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    set: { ...environment.set, ...given.set },
    logs: environment.logs,
    ...(given.registry !== undefined && { registry: given.registry }),
  }
}
