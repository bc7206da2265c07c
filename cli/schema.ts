// millrace schema: the JSON Schema of topology files, for editors.
import type { Command } from 'commander'
import type { Catalogue } from '../topology/signature.ts'
import { catalogue } from './catalogue.ts'
import type { Io } from './io.ts'
import { topologySchema } from './schema/topology-schema.ts'

export function registerSchema(program: Command, io: Io): void {
  program
    .command('schema')
    .summary('print the JSON Schema of topology files')
    .description(
      'Prints the JSON Schema (draft 7) of topology files, by which an editor completes, ' +
        'underlines and explains them as they are written.',
    )
    .option('--json', 'it is JSON anyway')
    .addHelpText(
      'after',
      '\nExample:\n  millrace schema > topology.schema.json\n' +
        '\nThen, as the first line of a topology, for VS Code with its YAML extension and other ' +
        'editors that use yaml-language-server:\n' +
        '  # yaml-language-server: $schema=topology.schema.json',
    )
    .action(() => io.out(schemaText(catalogue)))
}

export function schemaText(from: Catalogue): string {
  return `${JSON.stringify(topologySchema(from), null, 2)}\n`
}
