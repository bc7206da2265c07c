// millrace explain FILE: a topology as it will run, in words: order, types, keys, state.
import { type Command, Option } from 'commander'
import { compareWithLog, type LogComparison } from '../runtime/compare-with-log.ts'
import { makeLayout } from '../runtime/layout.ts'
import { catalogue } from './catalogue.ts'
import { explain } from './explain/explanation.ts'
import { comparisonText } from './explain/comparison-text.ts'
import { explanationText } from './explain/explanation-text.ts'
import type { Io } from './io.ts'
import { collectPairs, planOrFail } from './load-topology.ts'
import {
  environmentOption,
  logAccessOrFail,
  type LogOptions,
  registryOption,
} from './log/log-access.ts'
import { LASTING_FORMS } from './log/log-address.ts'
import { openLastingLog } from './log/open-log.ts'
import type { Plan } from '../topology/plan.ts'

interface ExplainOptions extends Omit<LogOptions, 'log'> {
  readonly set: Readonly<Record<string, string>>
  readonly against?: string
  readonly json?: true
}

export function registerExplain(program: Command, io: Io): void {
  program
    .command('explain')
    .summary('say what a topology does, step by step')
    .description(
      'Says what a topology does as it will run: its topics, what each sub-topology merges and ' +
        'in which order, and per step its inputs, configuration, types, key, lateness and state.',
    )
    .argument('<file>', 'the topology')
    .option('--set <name=value>', 'set a parameter (repeatable)', collectPairs, {})
    .addOption(
      new Option('--against <log>', `also: what becomes of it on a log: ${LASTING_FORMS},...`),
    )
    .addOption(registryOption())
    .addOption(environmentOption())
    .option('--json', 'one JSON document; times in microseconds')
    .addHelpText(
      'after',
      '\nExamples:\n  millrace explain apps/forex/topology.yaml\n' +
        '  millrace explain apps/forex/topology.yaml --against embedded:data/log',
    )
    .action(async (file: string, options: ExplainOptions) => {
      const plan = planOrFail(file, io, { set: options.set })
      if (plan === undefined) return
      const explanation = explain(plan, catalogue)
      const against = await compared(plan, options, io)
      if (options.against !== undefined && against === undefined) return
      io.out(
        options.json
          ? `${JSON.stringify({ ...explanation, ...(against && { against }) }, null, 2)}\n`
          : `${explanationText(explanation, io.columns)}${against ? comparisonText(against) : ''}`,
      )
      if (against !== undefined && against.incompatible.length > 0) io.fail(1)
    })
}

async function compared(
  plan: Plan,
  { against, registry, env }: ExplainOptions,
  io: Io,
): Promise<LogComparison | undefined> {
  if (against === undefined) return undefined
  const named = { ...(registry !== undefined && { registry }), ...(env !== undefined && { env }) }
  const access = logAccessOrFail({ ...named, log: against }, io)
  if (access === undefined) return undefined
  const log = await openLastingLog(access, 'read', 'a comparison')
  try {
    return await compareWithLog(makeLayout(plan), log)
  } finally {
    await log.close()
  }
}
