// millrace explain FILE: a topology as it will run, in words: order, types, keys, state.
import type { Command } from 'commander'
import { catalogue } from './catalogue.ts'
import { explain } from './explain/explanation.ts'
import { explanationText } from './explain/explanation-text.ts'
import type { Io } from './io.ts'
import { collectPairs, planOrFail } from './load-topology.ts'

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
    .option('--json', 'one JSON document; times in microseconds')
    .addHelpText('after', '\nExample:\n  millrace explain apps/forex/topology.yaml')
    .action((file: string, options: { set: Record<string, string>; json?: true }) => {
      const plan = planOrFail(file, io, { set: options.set })
      if (plan === undefined) return
      const explanation = explain(plan, catalogue)
      io.out(
        options.json
          ? `${JSON.stringify(explanation, null, 2)}\n`
          : explanationText(explanation, io.columns),
      )
    })
}
