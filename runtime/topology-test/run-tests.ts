// Runs the tests of a topology on the reference interpreter and says what differed.
import { Decimal } from 'decimal.js'
import type { Operator } from '../../operators/operator.ts'
import type { RecordType, Value } from '../../schemas/type.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import { type Diagnostic, type Report, reporter } from '../../topology/diagnostic.ts'
import type { Plan, PlannedTopic } from '../../topology/plan.ts'
import type { Catalogue } from '../../topology/signature.ts'
import type { Files, Source } from '../../topology/source.ts'
import { suggest } from '../../topology/suggest.ts'
import type { HistoryItem, RunResult } from '../reference/history.ts'
import { runReference } from '../reference/interpreter.ts'
import { CycleUnsettled } from '../feedback.ts'
import { RecordFailed } from '../reference/ledger.ts'
import { compareCounts, compareStream } from './compare.ts'
import { streamTypes } from './stream-types.ts'
import { readFields } from './read-value.ts'
import { readTests } from './read-tests.ts'
import { slicePlan } from './slice-plan.ts'
import type { Row, Rows, TestCase } from './test-case.ts'

export interface TestOutcome {
  readonly it: string
  /** What differed from what was expected; empty: it passed. */
  readonly differences: readonly Diagnostic[]
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
}

export function runTests(options: TestOptions): TestRun {
  const diagnostics: Diagnostic[] = []
  const cases = readTests(options.tests, (diagnostic) => void diagnostics.push(diagnostic))
  const { topology, catalogue, files } = options
  const usual = checkTopology(topology, catalogue, { files })
  if (usual.plan === undefined) diagnostics.push(...usual.diagnostics)
  const outcomes =
    usual.plan === undefined
      ? []
      : cases.map((each) => {
          const set = Object.fromEntries(each.parameters)
          const own =
            each.parameters.size === 0 ? usual : checkTopology(topology, catalogue, { files, set })
          return own.plan
            ? runTest(each, own.plan, options.operators)
            : unfit(each, own.diagnostics)
        })
  return { diagnostics, outcomes }
}

/** The outcome of a test whose parameters the topology refuses. */
function unfit({ it, span }: TestCase, mistakes: readonly Diagnostic[]): TestOutcome {
  const differences: Diagnostic[] = []
  const say = reporter('test-valid', (diagnostic) => void differences.push(diagnostic))
  for (const { severity, message, repair } of mistakes) {
    if (severity === 'error') say({ message, span, ...(repair !== undefined && { repair }) })
  }
  return { it, differences }
}

function runTest(
  test: TestCase,
  whole: Plan,
  operators: ReadonlyMap<string, Operator>,
): TestOutcome {
  const differences: Diagnostic[] = []
  const report: Report = (diagnostic) => void differences.push(diagnostic)
  const plan = planOf(test, whole, report)
  const types = streamTypes(plan)
  const inputs = itemsOf(test, plan, report)
  if (differences.length === 0) {
    const result = runOrFail(test, report, () =>
      runReference({ plan, operators, inputs, capture: '*' }),
    )
    if (result) compareAll(test, result, types, report)
  }
  return { it: test.it, differences }
}

function planOf(test: TestCase, plan: Plan, report: Report): Plan {
  if (test.steps.length === 0) return plan
  const known = new Set(plan.steps.map(({ id }) => id))
  for (const { value, span } of test.steps) {
    if (!known.has(value)) sayUnknown('step', value, span, known, report)
  }
  return slicePlan(plan, new Set(test.steps.map(({ value }) => value)))
}

function sayUnknown(
  what: string,
  name: string,
  span: Diagnostic['span'],
  known: ReadonlySet<string>,
  report: Report,
): void {
  const close = suggest(name, known)
  reporter(
    'test-valid',
    report,
  )({
    message: `there is no ${what} "${name}"`,
    span,
    ...(close !== undefined && { repair: `did you mean "${close}"?` }),
    notes: [`${what}s: ${[...known].join(', ')}`],
  })
}

function runOrFail(test: TestCase, report: Report, run: () => RunResult): RunResult | undefined {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof RecordFailed || error instanceof CycleUnsettled)) throw error
    reporter('test-fails', report)({ message: `the run stops: ${error.message}`, span: test.span })
    return undefined
  }
}

/**
 * Everything that is fed, as histories of input topics: what is given, what is fed, then what
 * happens.
 */
function itemsOf(
  test: TestCase,
  plan: Plan,
  report: Report,
): ReadonlyMap<string, readonly HistoryItem[]> {
  const items = new Map<string, HistoryItem[]>()
  const inputs = new Set([...plan.topics.values()].filter((t) => t.isInput).map((t) => t.name))
  for (const name of inputs) items.set(name, [])
  for (const rows of [test.given, test.feed]) addRows(rows, plan, inputs, items, report)
  let clock = 0
  for (const list of items.values()) {
    for (const item of list) if (item.kind === 'record') clock = Math.max(clock, item.available)
  }
  for (const happening of test.then) {
    if (happening.kind === 'advance') clock += happening.by
    for (const list of items.values()) {
      // One microsecond on, so that the clock passes what is due at that very instant.
      const beat = { kind: 'heartbeat', available: clock + 1 } as const
      list.push(happening.kind === 'crash' ? { kind: 'crash' } : beat)
    }
  }
  return items
}

function addRows(
  all: Rows,
  plan: Plan,
  inputs: ReadonlySet<string>,
  items: Map<string, HistoryItem[]>,
  report: Report,
): void {
  for (const [name, { stream, rows }] of all) {
    const topic = plan.topics.get(name)
    if (topic === undefined || !inputs.has(name)) {
      sayUnknown('input', name, stream.span, inputs, report)
      continue
    }
    for (const [index, row] of rows.entries()) {
      items.get(name)?.push(recordOf(row, topic, `${name}[${index}]`, report))
    }
  }
}

function recordOf(row: Row, topic: PlannedTopic, place: string, report: Report): HistoryItem {
  const say = reporter('test-valid', report)
  const node = row.value
  const listed = node?.kind === 'map' ? readFields(node, topic.record, say) : undefined
  const value = listed && complete(listed, topic.record)
  const time = row.time?.value ?? timeOf(value, topic.time) ?? 0
  const available = row.available?.value ?? timeOf(value, topic.available) ?? time + topic.delay
  return { kind: 'record', value: value ?? null, time, available, place }
}

function timeOf(value: Value | undefined, field: string | undefined): number | undefined {
  const time = field === undefined ? undefined : value?.[field]
  return typeof time === 'number' ? time : undefined
}

/** Fields that a test does not list are null where they may be, else zero or empty. */
function complete(listed: Value, record: RecordType): Value {
  const value: Value = {}
  for (const { name, type } of record.fields) {
    value[name] = Object.hasOwn(listed, name) ? listed[name] : blank(type)
  }
  return value
}

function blank(type: RecordType['fields'][number]['type']): unknown {
  switch (type.kind) {
    case 'nullable':
      return null
    case 'string':
      return ''
    case 'boolean':
      return false
    case 'list':
      return []
    case 'map':
      return {}
    case 'record':
      return complete({}, type)
    case 'enum':
      return type.symbols[0]
    case 'decimal':
      return new Decimal(0)
    case 'bytes':
    case 'fixed':
      return new Uint8Array(type.kind === 'fixed' ? type.size : 0)
    default:
      return 0
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
      sayUnknown('stream', name, stream.span, new Set(types.keys()), report)
    } else {
      compareStream({ name, stream, rows, record, result, exact: test.exact }, report)
    }
  }
  compareCounts(test, result, report)
}
