// millrace new NAME: a folder with a small strategy that checks, tests and replays.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command } from 'commander'
import { EngineError } from '../topology/engine-error.ts'
import { makeFolder } from '../connectors/make-folder.ts'
import { catalogue } from './catalogue.ts'
import type { Io } from './io.ts'
import { FileProblem } from './load-topology.ts'
import { sampleQuotes } from './new/sample-quotes.ts'
import { topologySchema } from './schema/topology-schema.ts'

const TEMPLATES = join(import.meta.dirname, 'new', 'template')
/** What a topology may be called. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/

export function registerNew(program: Command, io: Io): void {
  program
    .command('new')
    .summary('start a topology of your own')
    .description(
      'Makes a folder with a small strategy, its test, an hour of quotes and a README with the ' +
        'next commands. Overwrites nothing.',
    )
    .argument('<name>', 'what the topology is called')
    .option('--dir <folder>', 'the folder to make; by default the name, in the current one')
    .option('--json', 'the files as one JSON document')
    .addHelpText('after', '\nExample:\n  millrace new momentum --dir apps/momentum')
    .action((name: string, { dir = name, json }: { dir?: string; json?: true }) => {
      if (!NAME.test(name)) {
        throw new FileProblem(
          `"${name}" cannot name a topology: write letters, digits, "_" and "-", a letter first`,
        )
      }
      const files = writeProject(dir, projectFiles(name))
      if (json) {
        io.out(`${JSON.stringify({ topology: name, files }, null, 2)}\n`)
        return
      }
      io.out(`${files.map((file) => `wrote ${file}\n`).join('')}\n${nextCommands(dir)}`)
    })
}

function nextCommands(dir: string): string {
  const topology = join(dir, 'topology.yaml')
  const quotes = join(dir, 'quotes.csv')
  return [
    'Next:',
    `  npx millrace check ${topology}`,
    `  npx millrace test ${dir}`,
    `  npx millrace replay ${topology} --input quotes=${quotes} --out ${join(dir, 'out')}`,
    '',
  ].join('\n')
}

/** Text by file name. */
export function projectFiles(name: string): ReadonlyMap<string, string> {
  const template = (file: string): [string, string] => [
    file,
    readFileSync(join(TEMPLATES, file), 'utf8').replaceAll('NAME', name),
  ]
  return new Map([
    template('topology.yaml'),
    template('topology.test.yaml'),
    ['quotes.csv', sampleQuotes()],
    ['topology.schema.json', `${JSON.stringify(topologySchema(catalogue), null, 2)}\n`],
    template('README.md'),
  ])
}

/** The paths of the files, all of them new. */
function writeProject(folder: string, files: ReadonlyMap<string, string>): readonly string[] {
  refuseTaken(folder)
  try {
    makeFolder(folder)
    return [...files].map(([file, text]) => {
      const path = join(folder, file)
      writeFileSync(path, text, { flag: 'wx' })
      return path
    })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('folder-written', `cannot write the folder ${folder}: ${why}`, {
      coordinates: { folder },
      cause,
    })
  }
}

function refuseTaken(folder: string): void {
  if (!existsSync(folder)) return
  if (!statSync(folder).isDirectory()) throw new FileProblem(`${folder} is there and is no folder`)
  if (readdirSync(folder).length > 0) {
    throw new FileProblem(`the folder ${folder} is there and not empty: nothing was written`)
  }
}
