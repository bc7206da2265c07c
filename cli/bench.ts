// millrace bench [SCENARIO]: runs a bench of the repository in a process of its own, so that
// nothing else shares its processor time and memory.
import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { suggest } from '../topology/suggest.ts'
import type { Io } from './io.ts'
import { FileProblem } from './load-topology.ts'

const FOLDER = fileURLToPath(new URL('../bench/', import.meta.url))
const USUAL = 'engine'

export function registerBench(program: Command, io: Io): void {
  program
    .command('bench')
    .summary('measure this machine')
    .description(
      `Runs a bench and prints its figures: ${scenarios().join(', ')}.\n` +
        'Each states at the head of its file, bench/SCENARIO.ts, what it claims. Other load on ' +
        'the machine shows in the figures: compare what ran side by side.',
    )
    .argument('[scenario]', 'which', USUAL)
    .option('--json', 'figures as JSON, where the scenario has them')
    .addHelpText('after', '\nExample:\n  millrace bench engine')
    .action(async (scenario: string, { json }: { readonly json?: true }) => {
      const known = scenarios()
      if (!known.includes(scenario)) {
        const close = suggest(scenario, known)
        const hint = close === undefined ? known.join(', ') : `did you mean "${close}"?`
        throw new FileProblem(`there is no scenario "${scenario}"; ${hint}`)
      }
      const code = await run(join(FOLDER, `${scenario}.ts`), json ? ['--json'] : [], io)
      if (code !== 0) io.fail(1)
    })
}

/** The files of bench/; a published package has none. */
function scenarios(): readonly string[] {
  if (!statSync(FOLDER, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .sort()
}

function run(file: string, args: readonly string[], io: Io): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (text: Buffer) => io.out(text.toString()))
    child.stderr.on('data', (text: Buffer) => io.err(text.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}
