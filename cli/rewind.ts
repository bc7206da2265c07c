// millrace rewind FILE --log LOG: sets a topology back, so that the next run takes its history
// again.
import type { Command } from 'commander'
import type { Log } from '../connectors/connector.ts'
import { type Layout, makeLayout } from '../runtime/layout.ts'
import { rewind, type Rewound, writtenTopics } from '../runtime/rewind.ts'
import { commitsTopic } from '../runtime/topic-names.ts'
import { quoted } from '../topology/printable.ts'
import { type Environment, environmentOrFail } from './environment.ts'
import type { Io } from './io.ts'
import { FileProblem, planOrFail } from './load-topology.ts'
import {
  environmentOption,
  logAccessOrFail,
  logOption,
  type LogOptions,
  registryOption,
} from './log/log-access.ts'
import { openExistingLog } from './log/open-log.ts'
import { outdatedSinks } from './rewind/outdated-sinks.ts'
import { timeOption } from './time-option.ts'

interface RewindCommand extends LogOptions {
  readonly to?: number
  readonly clearOutputs?: true
  readonly keepOutputs?: true
  readonly clearDeadLetters?: true
  readonly json?: true
}

export function registerRewind(program: Command, io: Io): void {
  program
    .command('rewind')
    .summary('set a topology back, to run its history again')
    .description(
      'Drops state, timers and what is between tasks, and sets positions back: to the beginning ' +
        'of the inputs, or with --to TIME to the first record of each partition that was ' +
        'available then or later. State starts empty either way, so after --to TIME the answer ' +
        'is that of a history that begins there. The inputs stay, with what was sent again.\n\n' +
        'Topics that the topology writes need a word. --clear-outputs empties them, and the next ' +
        'run writes them anew; whoever else reads them has to be rewound too. A sink that has ' +
        'written one of them is named, and nothing is done: say --env, so that it is asked. With ' +
        '--keep-outputs they stay, and the next run appends all that it writes again.\n\n' +
        'Dead letters stay, and the next run adds its own; --clear-dead-letters drops them. ' +
        'Decisions to go on without a silent topic stay too, so the next run decides the same.',
    )
    .argument('<file>', 'the topology')
    .addOption(logOption('where it ran; nothing may be running there'))
    .addOption(registryOption())
    .addOption(environmentOption())
    .option('--to <time>', 'earliest, or a time such as 2024-01-31T12:00:00Z', (text) =>
      text === 'earliest' ? undefined : timeOption('--to')(text),
    )
    .option('--clear-outputs', 'empty the topics that it writes')
    .option('--keep-outputs', 'keep them, and let the next run append to them')
    .option('--clear-dead-letters', 'drop its dead letters')
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  millrace rewind topology.yaml --log embedded:data/log --clear-outputs',
    )
    .action(async (file: string, options: RewindCommand) => {
      if (options.clearOutputs && options.keepOutputs) {
        throw new FileProblem('say --clear-outputs or --keep-outputs, not both')
      }
      const environment = environmentOrFail(options.env, io)
      if (environment === undefined) return
      const plan = planOrFail(file, io, { set: environment.set })
      if (plan === undefined) return
      const access = logAccessOrFail(options, io)
      if (access === undefined) return
      const log = await openExistingLog(access, 'rewind')
      try {
        await rewindOn(log, { layout: makeLayout(plan), environment }, options, io)
      } finally {
        await log.close()
      }
    })
}

interface Rewinding {
  readonly layout: Layout
  readonly environment: Environment
}

async function rewindOn(
  log: Log,
  { layout, environment }: Rewinding,
  options: RewindCommand,
  io: Io,
): Promise<void> {
  const { to, clearOutputs = false, keepOutputs, clearDeadLetters = false, json } = options
  await requireInputs(log, layout)
  const filled = await filledOutputs(log, layout)
  if (filled.length > 0 && !clearOutputs && !keepOutputs) {
    throw new FileProblem(
      `${filled.join(', ')} hold what was written before, and the next run would write it again; ` +
        'add --clear-outputs to empty them first, or --keep-outputs to have it twice',
    )
  }
  const isNamed = options.env !== undefined
  const emptied = clearOutputs ? writtenTopics(layout).map(({ topic }) => topic) : []
  const sinks = await outdatedSinks({ layout, environment, isNamed, topics: emptied }, io)
  if (sinks === undefined) return
  if (sinks.written.length > 0) {
    throw new FileProblem(
      `${sinks.written.join(', ')}, and would take the topic that is written anew for the one ` +
        'that it knows, and pass over records; empty what it writes to and give it another ' +
        'name, and rewind then',
    )
  }
  const rewound = await rewind({ layout, log, to, clearOutputs, clearDeadLetters })
  const { topology } = layout.plan
  const positions = Object.fromEntries(rewound.positions)
  const about = { topology, log: log.name, entries: rewound.entries, positions }
  io.out(
    json
      ? `${JSON.stringify({ ...about, clearOutputs, clearDeadLetters }, null, 2)}\n`
      : rewoundText(topology, rewound, clearOutputs ? [] : filled, options),
  )
  for (const { name, topic } of sinks.unknown) {
    io.err(
      `sink ${quoted(name)} reads ${quoted(topic)}, and no environment says where it writes: if ` +
        'it has written, empty that and give the sink another name before the next run\n',
    )
  }
}

function rewoundText(
  topology: string,
  { entries, positions }: Rewound,
  kept: readonly string[],
  { to, clearDeadLetters }: RewindCommand,
): string {
  const lines = [
    `${topology} is rewound; ${entries.toLocaleString('en')} entries of state are gone`,
    ...[...positions].map(([source, offset]) => `  ${source} is read from ${offset} on`),
  ]
  if (to !== undefined) lines.push('state starts empty there, as if nothing had come before')
  if (kept.length > 0) lines.push(`${kept.join(', ')}: the next run appends to what is there`)
  if (!clearDeadLetters) lines.push('dead letters stay, and the next run adds its own')
  return `${lines.join('\n')}\n`
}

/** A topology that never ran there, or a wrong log: nothing is made of it, or emptied for it. */
async function requireInputs(log: Log, { plan }: Layout): Promise<void> {
  const known = await log.topics()
  const missing = [...plan.topics.values()].find((each) => each.isInput && !known.has(each.topic))
  const absent = missing?.topic ?? commitsTopic(plan.topology)
  if (known.has(absent)) return
  throw new FileProblem(
    `${log.name} has no topic "${absent}", so "${plan.topology}" has not run there`,
  )
}

async function filledOutputs(log: Log, layout: Layout): Promise<readonly string[]> {
  const known = await log.topics()
  const filled: string[] = []
  for (const { topic } of writtenTopics(layout)) {
    const spec = known.get(topic)
    if (spec === undefined) continue
    const ids = Array.from({ length: spec.partitions }, (_, partition) => ({ topic, partition }))
    const bounds = await log.bounds(ids)
    if (bounds.some(({ first, stable }) => stable > first)) filled.push(`"${topic}"`)
  }
  return filled
}
