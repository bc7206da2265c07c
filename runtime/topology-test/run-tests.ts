// Runs the tests of a topology, on the engine or on the reference interpreter, and says what
// differed.
import type { Operator } from '../../operators/operator.ts'
import type { RecordType } from '../../schemas/type.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import { type Diagnostic, type Report, reporter } from '../../topology/diagnostic.ts'
import type { Plan } from '../../topology/plan.ts'
import type { Catalogue } from '../../topology/signature.ts'
import type { Files, Source } from '../../topology/source.ts'
import type { RunResult } from '../reference/history.ts'
import { CycleUnsettled } from '../feedback.ts'
import { RecordFailed } from '../reference/ledger.ts'
import { StoppedByRecord } from '../task/dead-letters.ts'
import { compareCounts, compareStream } from './compare.ts'
import { historiesOf } from './histories.ts'
import { type NotPassed, notPassed } from './not-passed.ts'
import { readTests } from './read-tests.ts'
import { type EngineName, runHistories } from './run-histories.ts'
import { sayUnknown } from './say-unknown.ts'
import { slicePlan } from './slice-plan.ts'
import { streamTypes } from './stream-types.ts'
import type { TestCase } from './test-case.ts'

export interface TestOutcome {
  readonly it: string
  /** What differed from what was expected; empty: it passed. */
  readonly differences: readonly Diagnostic[]
  /** What did not pass, where it failed although the run went to its end. */
  readonly notPassed: readonly NotPassed[]
}

export interface TestRun {
  /** Mistakes in the topology or in the test file; if there are errors, no test has run. */
  readonly diagnostics: readonly Diagnostic[]
  readonly outcomes: readonly TestOutcome[]
}

export interface TestOptions {
  readonly topology: Source
  readonly tests: Source
  readonly catalogue: Catalogue
  readonly operators: ReadonlyMap<string, Operator>
  readonly files: Files
  /** What runs each test: the real tasks over a log in memory, or the reference interpreter. */
  readonly engine: EngineName
}

export async function runTests(options: TestOptions): Promise<TestRun> {
  const diagnostics: Diagnostic[] = []
  const cases = readTests(options.tests, (diagnostic) => void diagnostics.push(diagnostic))
  const { topology, catalogue, files } = options
  const usual = checkTopology(topology, catalogue, { files })
  if (usual.plan === undefined)
    return { diagnostics: [...diagnostics, ...usual.diagnostics], outcomes: [] }
  // Checking takes longer than running, and tests come with few sets of parameters.
  const checked = new Map([['{}', usual]])
  const outcomes: TestOutcome[] = []
  for (const each of cases) {
    const set = Object.fromEntries(each.parameters)
    const id = JSON.stringify(set)
    const own = checked.get(id) ?? checkTopology(topology, catalogue, { files, set })
    checked.set(id, own)
    outcomes.push(own.plan ? await runTest(each, own.plan, options) : unfit(each, own.diagnostics))
  }
  return { diagnostics, outcomes }
}

/** The outcome of a test whose parameters the topology refuses. */
function unfit({ it, span }: TestCase, mistakes: readonly Diagnostic[]): TestOutcome {
  const differences: Diagnostic[] = []
  const say = reporter('test-valid', (diagnostic) => void differences.push(diagnostic))
  for (const { severity, message, repair } of mistakes) {
    if (severity === 'error') say({ message, span, ...(repair !== undefined && { repair }) })
  }
  return { it, differences, notPassed: [] }
}

async function runTest(
  test: TestCase,
  whole: Plan,
  { operators, engine }: TestOptions,
): Promise<TestOutcome> {
  const differences: Diagnostic[] = []
  let result: RunResult | undefined
  const report: Report = (diagnostic) => void differences.push(diagnostic)
  const plan = planOf(test, whole, report)
  const types = streamTypes(plan)
  const inputs = historiesOf(test, plan, report)
  if (differences.length === 0) {
    const run = runHistories(engine, { plan, operators, inputs })
    result = await finished(run, test, report)
    if (result) compareAll(test, result, types, report)
  }
  const failed = differences.length > 0 ? result : undefined
  const stayed = failed ? notPassed(failed, namesIn(plan)) : []
  return { it: test.it, differences, notPassed: stayed }
}

/** Where records may stay: input topics, then steps. */
function namesIn({ topics, steps }: Plan): readonly string[] {
  const inputs = [...topics.values()].filter(({ isInput }) => isInput)
  return [...inputs.map(({ name }) => name), ...steps.map(({ id }) => id)]
}

function planOf(test: TestCase, plan: Plan, report: Report): Plan {
  if (test.steps.length === 0) return plan
  const known = new Set(plan.steps.map(({ id }) => id))
  for (const step of test.steps) {
    if (!known.has(step.value)) sayUnknown('step', step, known, report)
  }
  return slicePlan(plan, new Set(test.steps.map(({ value }) => value)))
}

/** What a test is told of a run that stops: its record's fate, or a cycle without end. */
const STOPS = [StoppedByRecord, RecordFailed, CycleUnsettled]

async function finished(
  run: Promise<RunResult>,
  test: TestCase,
  report: Report,
): Promise<RunResult | undefined> {
  try {
    return await run
  } catch (error) {
    if (!(error instanceof Error && STOPS.some((stop) => error instanceof stop))) throw error
    reporter('test-fails', report)({ message: `the run stops: ${error.message}`, span: test.span })
    return undefined
  }
}

function compareAll(
  test: TestCase,
  result: RunResult,
  types: ReadonlyMap<string, RecordType>,
  report: Report,
): void {
  for (const [name, { stream, rows }] of test.expect) {
    const record = types.get(name)
    if (record === undefined) {
      sayUnknown('stream', stream, new Set(types.keys()), report)
    } else {
      compareStream({ name, stream, rows, record, result, exact: test.exact }, report)
    }
  }
  compareCounts(test, result, report)
}
