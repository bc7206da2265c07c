// millrace check FILE: everything that is wrong with a topology, at once.
import type { Command } from 'commander'
import { diagnosticsToJson, renderDiagnostics } from '../topology/render.ts'
import type { Io } from './io.ts'
import { collectPairs, loadTopology } from './load-topology.ts'

export function registerCheck(program: Command, io: Io): void {
  program
    .command('check')
    .summary('check a topology and show everything that is wrong with it')
    .description(
      'Checks a topology: syntax, names, types, schemas, expressions. Shows all mistakes at ' +
        'once. Exits 0 if there are no errors, 1 if there are.',
    )
    .argument('<file>', 'the topology')
    .option('--set <name=value>', 'set a parameter (repeatable)', collectPairs, {})
    .option('--json', 'one JSON document with all diagnostics')
    .addHelpText('after', '\nExample:\n  millrace check apps/forex/topology.yaml')
    .action((file: string, options: { set: Record<string, string>; json?: true }) => {
      const { diagnostics, plan } = loadTopology(file, { set: options.set })
      if (options.json) {
        io.out(`${JSON.stringify({ diagnostics: diagnosticsToJson(diagnostics) }, null, 2)}\n`)
      } else if (diagnostics.length > 0) {
        io.out(`${renderDiagnostics(diagnostics, { colour: io.isTerminal })}\n`)
      }
      if (plan === undefined) {
        io.fail(1)
      } else if (!options.json) {
        const { steps, topics, subTopologies } = plan
        const counts = [
          plural(steps.length, 'step', 'steps'),
          plural(topics.size, 'topic', 'topics'),
          plural(subTopologies.length, 'sub-topology', 'sub-topologies'),
        ].join(', ')
        io.out(`${file}: ${plan.topology} is sound (${counts})\n`)
      }
    })
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
