// millrace api-key NAME: makes a key of the query API. The key is shown once, and kept nowhere: the
// environment holds its hash.
import type { Command } from 'commander'
import { Option } from 'commander'
import { newApiKey } from '../query/security/api-keys.ts'
import { type Role, ROLES } from '../query/security/caller.ts'
import type { Io } from './io.ts'

export function registerApiKey(program: Command, io: Io): void {
  program
    .command('api-key')
    .summary('make a key of the query API')
    .description(
      'Prints a new key, which its holder keeps, and the lines that the environment is to hold ' +
        'under `http: keys:`. A viewer reads; an operator also sends dead letters again; a ' +
        'trader also gives commands to the desk.',
    )
    .argument('<name>', 'who holds it, as the audit topic names them')
    .addOption(new Option('--role <role>', 'what they may').choices(ROLES).default('viewer'))
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  millrace api-key grafana --role viewer')
    .action((name: string, { role, json }: { readonly role: Role; readonly json?: true }) => {
      const { key, hash } = newApiKey()
      const line = `- { name: ${JSON.stringify(name)}, role: ${role}, hash: ${hash} }`
      if (json) io.out(`${JSON.stringify({ name, role, key, hash })}\n`)
      else io.out(`key, for ${name} alone: ${key}\n\nhttp:\n  keys:\n    ${line}\n`)
    })
}
