// Compares what came with what was expected: listed fields only, unless the test is exact.
import { Decimal } from 'decimal.js'
import type { RecordType } from '../../schemas/type.ts'
import type { Spelt } from '../../topology/declaration.ts'
import { type Finding, type Report, reporter } from '../../topology/diagnostic.ts'
import { DEAD_LETTERS } from '../../topology/names.ts'
import type { MapNode } from '../../topology/tree.ts'
import type { DeadLetter, RunResult } from '../reference/history.ts'
import { keyOfNode, readFields } from './read-value.ts'
import type { Row, TestCase } from './test-case.ts'

interface Expectation {
  readonly name: string
  readonly stream: Spelt<string>
  readonly rows: readonly Row[]
  readonly record: RecordType
  readonly result: RunResult
  readonly exact: boolean
}

interface Came {
  readonly key?: string | undefined
  readonly time?: number | undefined
  readonly available?: number | undefined
  readonly value: unknown
}

export function compareStream(expectation: Expectation, report: Report): void {
  const say = reporter('test-fails', report)
  const { name, stream, rows, result } = expectation
  const came: readonly Came[] =
    name === DEAD_LETTERS ? result.deadLetters.map(letterRow) : (result.outputs.get(name) ?? [])
  for (const [index, row] of rows.entries()) {
    const actual = came[index]
    if (actual === undefined) {
      const message = `"${name}" gives ${came.length} records, this would be number ${index + 1}`
      say({ message, span: row.span, notes: [...listed(came), ...lost(result)] })
      return
    }
    compareRow(row, actual, expectation, say)
  }
  if (came.length > rows.length) {
    const message = `"${name}" gives ${came.length} records instead of ${rows.length}`
    say({ message, span: stream.span, notes: listed(came) })
  }
}

/** What is not known of a letter is null, as its type says. */
function letterRow(letter: DeadLetter): Came {
  const { key = null, time = null, available = null, original = null, value = null } = letter
  return { ...letter, value: { ...letter, key, time, available, original, value } }
}

/** What met a fate, step by step: the usual reason why records are missing. */
function lost({ steps }: RunResult): string[] {
  return [...steps].flatMap(([step, { fates }]) => {
    const counts = Object.entries(fates).filter(([, count]) => count > 0)
    const said = counts.map(([fate, count]) => `${count} ${fate}`)
    return said.length > 0 ? [`"${step}" refused: ${said.join(', ')}`] : []
  })
}

const SHOWN = 10

function listed(came: readonly Came[]): string[] {
  const shown = came.slice(0, SHOWN).map(({ key, value }) => `${key ?? '-'} ${show(value)}`)
  return came.length > SHOWN ? [...shown, `and ${came.length - SHOWN} more`] : shown
}

function compareRow(
  row: Row,
  came: Came,
  { record, exact }: Expectation,
  say: (finding: Finding) => void,
): void {
  if (row.key && keyOfNode(row.key) !== came.key) {
    const message = `the key is ${show(came.key)}, not ${show(keyOfNode(row.key))}`
    say({ message, span: row.key.span })
  }
  for (const name of ['time', 'available'] as const) {
    const expected = row[name]
    if (expected && expected.value !== came[name]) {
      const message = `"${name}" is ${show(came[name])}, not ${show(expected.value)}`
      say({ message, span: expected.span })
    }
  }
  if (row.value?.kind === 'map') {
    const expected = readFields(row.value, record, say)
    compareFields(row.value, expected, came.value, exact, say)
  } else if (row.value) {
    say({ message: 'an expected value is a map of fields', span: row.value.span })
  }
}

function compareFields(
  node: MapNode,
  expected: unknown,
  came: unknown,
  exact: boolean,
  say: (finding: Finding) => void,
): void {
  const actual = (came ?? {}) as Readonly<Record<string, unknown>>
  const wanted = expected as Readonly<Record<string, unknown>>
  for (const { key, value } of node.entries) {
    if (!Object.hasOwn(wanted, key.text) || wanted[key.text] === undefined) continue
    const field = actual[key.text]
    if (value.kind === 'map' && field !== null && typeof field === 'object') {
      compareFields(value, wanted[key.text], field, exact, say)
    } else if (!isEqual(wanted[key.text], field, exact)) {
      const message = `"${key.text}" is ${show(field)}, not ${show(wanted[key.text])}`
      say({ message, span: value.span })
    }
  }
  if (!exact) return
  const missing = Object.keys(actual).filter(
    (name) => !node.entries.some((e) => e.key.text === name),
  )
  if (missing.length > 0) {
    const message = `the record has fields that an exact test does not list: ${missing.join(', ')}`
    say({ message, span: node.span })
  }
}

/** Numbers may differ in their last digits, because people write 1.3 for 1.2999999999999998. */
const TOLERANCE = 1e-9

function isEqual(a: unknown, b: unknown, exact: boolean): boolean {
  if (typeof a === 'number' && typeof b === 'number' && !exact) {
    return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b))
  }
  if (a instanceof Decimal && b instanceof Decimal) return a.equals(b)
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, i) => isEqual(each, b[i], exact))
  }
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
    return Object.keys(left).every((name) => isEqual(left[name], right[name], exact))
  }
  return Object.is(a, b) || (a === 0 && b === 0)
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value)
}

export function compareCounts(test: TestCase, result: RunResult, report: Report): void {
  const say = reporter('test-fails', report)
  for (const [name, { counts }] of test.fates) {
    for (const [fate, expected] of counts) {
      const fates: Readonly<Record<string, number>> = result.steps.get(name)?.fates ?? {}
      const came = Object.hasOwn(fates, fate.value) ? fates[fate.value] : undefined
      if (came !== expected) {
        say({ message: `"${name}" has ${came ?? 'no'} ${fate.value} records`, span: fate.span })
      }
    }
  }
  for (const [name, expected] of test.held) {
    const held = [...(result.steps.get(name)?.held.values() ?? [])].reduce((a, b) => a + b, 0)
    if (held !== expected.value) {
      say({ message: `"${name}" holds ${held} records`, span: expected.span })
    }
  }
}
