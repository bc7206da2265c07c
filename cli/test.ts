// millrace test PATH...: runs the tests that stand beside topologies.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { operators } from '../operators/index.ts'
import type { NotPassed } from '../runtime/topology-test/not-passed.ts'
import type { EngineName } from '../runtime/topology-test/run-histories.ts'
import { runTests, type TestOutcome, type TestRun } from '../runtime/topology-test/run-tests.ts'
import type { Diagnostic } from '../topology/diagnostic.ts'
import { printable } from '../topology/printable.ts'
import { diagnosticsToJson, renderDiagnostics } from '../topology/render.ts'
import { catalogue } from './catalogue.ts'
import type { Io } from './io.ts'
import { FileProblem, filesBeside, readSource } from './load-topology.ts'

const SUFFIX = '.test.yaml'

interface TestOptions {
  readonly engine: EngineName
  readonly json?: true
}

interface FileRun {
  readonly path: string
  readonly run: TestRun
}

export function registerTest(program: Command, io: Io): void {
  program
    .command('test')
    .summary('run the tests that stand beside topologies')
    .description(
      'Runs *.test.yaml: NAME.test.yaml holds tests of NAME.yaml beside it. ' +
        'A folder stands for all test files in it. Exits 1 if a test fails.',
    )
    .argument('<path...>', 'test files, or folders that hold some')
    .addOption(
      new Option('--engine <engine>', 'what runs them: the real tasks, or the reference')
        .choices(['engine', 'reference'])
        .default('engine'),
    )
    .option('--json', 'one JSON document with all outcomes')
    .addHelpText('after', '\nExample:\n  millrace test apps')
    .action(async (paths: string[], options: TestOptions) => {
      const runs: FileRun[] = []
      for (const path of paths.flatMap(testFiles)) {
        runs.push({ path, run: await runFile(path, options.engine) })
      }
      if (options.json) io.out(`${JSON.stringify(runs.map(toJson), null, 2)}\n`)
      else for (const { path, run } of runs) show(path, run, io)
      const failed = runs.filter(({ run }) => hasFailed(run))
      if (!options.json) io.out(`${closingLine(runs.map(({ run }) => run))}\n`)
      if (failed.length > 0) io.fail(1)
    })
}

/** The test files that a path stands for, in order of their names. */
function testFiles(path: string): string[] {
  const isFolder = statOf(path).isDirectory()
  if (!isFolder) {
    if (path.endsWith(SUFFIX)) return [path]
    throw new FileProblem(`${path} is no test file: its name does not end in ${SUFFIX}`)
  }
  const files = entriesOf(path)
    .filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('node_modules'))
    .toSorted()
  if (files.length === 0) throw new FileProblem(`there is no *${SUFFIX} in ${path}`)
  return files
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new FileProblem(`${folder} cannot be searched: ${why}; name its test files instead`)
  }
}

function statOf(path: string) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new FileProblem(`there is no file ${path}`)
  return stat
}

async function runFile(path: string, engine: EngineName): Promise<TestRun> {
  const diagnostics: Diagnostic[] = []
  const tests = readSource(path, diagnostics)
  const beside = `${path.slice(0, -SUFFIX.length)}.yaml`
  const topology = readSource(beside, diagnostics)
  if (tests === undefined || topology === undefined) return { diagnostics, outcomes: [] }
  const files = filesBeside(beside)
  const run = await runTests({ topology, tests, catalogue, operators, files, engine })
  return { ...run, diagnostics: [...diagnostics, ...run.diagnostics] }
}

function hasFailed({ diagnostics, outcomes }: TestRun): boolean {
  return diagnostics.some(isError) || outcomes.some(({ differences }) => differences.length > 0)
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

function show(path: string, { diagnostics, outcomes }: TestRun, io: Io): void {
  io.out(`${path}\n`)
  const colour = io.isTerminal
  if (diagnostics.length > 0) io.out(`${renderDiagnostics(diagnostics, { colour })}\n`)
  for (const { it, differences, notPassed } of outcomes) {
    io.out(`  ${differences.length === 0 ? 'ok  ' : 'FAIL'} it ${it}\n`)
    if (differences.length === 0) continue
    io.out(`${renderDiagnostics(differences, { colour })}\n`)
    if (notPassed.length > 0) io.out(`\n${notPassedText(notPassed)}`)
  }
}

/** `gated  held: 2 no-equity`, a line for each reason. */
function notPassedText(notPassed: readonly NotPassed[]): string {
  const width = Math.max(...notPassed.map(({ step }) => step.length))
  const lines = notPassed.map(({ step, what, records, reason = '(its fate keeps no reason)' }) => {
    return `  ${step.padEnd(width)}  ${what}: ${records} ${printable(reason)}\n`
  })
  return `what did not pass:\n${lines.join('')}\n`
}

function closingLine(runs: readonly TestRun[]): string {
  const outcomes = runs.flatMap((run) => run.outcomes)
  const failed = outcomes.filter(({ differences }) => differences.length > 0).length
  const unread = runs.filter(({ diagnostics }) => diagnostics.some(isError)).length
  return `${outcomes.length - failed} passed, ${failed + unread} failed`
}

function toJson({ path, run }: FileRun) {
  return {
    path,
    diagnostics: diagnosticsToJson(run.diagnostics),
    tests: run.outcomes.map(({ it, differences, notPassed }: TestOutcome) => ({
      it,
      passed: differences.length === 0,
      differences: diagnosticsToJson(differences),
      notPassed,
    })),
  }
}
