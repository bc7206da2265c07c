// Evaluations per second of a compiled expression beside the same arithmetic written by hand and a
// closure tree: `node bench/expressions.ts`. Results are summed, so that the work cannot be
// optimised away; the records differ, so that it cannot be hoisted.
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { DOUBLE, type RecordType, type Value } from '../schemas/type.ts'
import { checkExpression } from '../topology/expression/check.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import type { Scope } from '../topology/expression/expression.ts'
import { pureFunctions } from '../topology/expression/functions/index.ts'
import type { ScalarNode } from '../topology/tree.ts'

const TEXT = 'close - 2 * atr'
const RECORDS = 1_000
const ROUNDS = 20_000
const RUNS = 5

/**
 * How the alternative of docs/decisions/0002 would do it: one closure for each node of the tree.
 */
type Closure = (record: Value) => number

const number =
  (value: number): Closure =>
  () =>
    value
const fieldNamed =
  (name: string): Closure =>
  (record) =>
    record[name] as number
const minus =
  (left: Closure, right: Closure): Closure =>
  (record) =>
    left(record) - right(record)
const times =
  (left: Closure, right: Closure): Closure =>
  (record) =>
    left(record) * right(record)

function compiled(): Closure {
  const fields = ['open', 'high', 'low', 'close', 'atr'].map((name) => ({ name, type: DOUBLE }))
  const input: RecordType = { kind: 'record', name: 'bench.Bar', fields }
  const scope: Scope = {
    input,
    inputName: 'stream "bars"',
    parameters: new Map(),
    pure: pureFunctions,
    stateful: new Map(),
  }
  const span = { source: { path: 'bench', text: TEXT }, start: 0, end: TEXT.length }
  const node: ScalarNode = {
    kind: 'scalar',
    value: TEXT,
    text: TEXT,
    style: 'plain',
    span,
    flow: false,
  }
  const expression = checkExpression(
    node,
    scope,
    ({ message }) => {
      throw new Error(message)
    },
    { expected: DOUBLE, stateful: false },
  )
  if (!expression) throw new Error(`"${TEXT}" did not pass its checks`)
  return compileExpression(expression) as Closure
}

function measure(evaluate: Closure, records: readonly Value[]): Result {
  let best = 0
  let sum = 0
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now()
    sum = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const record of records) sum += evaluate(record)
    }
    best = Math.max(best, (ROUNDS * records.length) / (performance.now() - start))
  }
  return { rate: best * 1_000, sum }
}

const records = Array.from({ length: RECORDS }, (_, index): Value => {
  const close = 100 + Math.sin(index) * 7
  return { open: close - 0.1, high: close + 1.3, low: close - 1.7, close, atr: 1.1 + index / 999 }
})
const byHand: Closure = (record) => (record.close as number) - 2 * (record.atr as number)
const tree = minus(fieldNamed('close'), times(number(2), fieldNamed('atr')))

const candidates: Readonly<Record<string, () => Closure>> = {
  'hand-written': () => byHand,
  compiled,
  'closure tree': () => tree,
}

interface Result {
  readonly rate: number
  readonly sum: number
}

/**
 * Each candidate has a process of its own, so that none suffers from what V8 learned of another.
 */
function measureApart(name: string): Result {
  const output = execFileSync(process.execPath, [import.meta.filename, name], { encoding: 'utf8' })
  return JSON.parse(output) as Result
}

function compare(): string {
  const base = measureApart('hand-written')
  const lines = Object.keys(candidates).map((name) => {
    const { rate, sum } = name === 'hand-written' ? base : measureApart(name)
    if (sum !== base.sum) throw new Error(`"${name}" gives another sum than the hand-written loop`)
    const ratio = (rate / base.rate).toFixed(2)
    return `${name.padEnd(14)}${(rate / 1e6).toFixed(0).padStart(6)} M/s   ${ratio} of hand-written`
  })
  const model = cpus()[0]?.model ?? 'unknown CPU'
  const machine = `${model}, Node ${process.version}, best of ${RUNS} runs`
  return `${TEXT} over ${RECORDS} records, ${machine}\n${lines.join('\n')}\n`
}

const candidate = candidates[process.argv[2] ?? '']
process.stdout.write(candidate ? JSON.stringify(measure(candidate(), records)) : compare())
