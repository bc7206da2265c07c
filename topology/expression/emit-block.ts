// The text of a block's function. For every record, in the order of dependency: each stateful call
// whose arguments are ready and finite saves what it may change, is updated, and says whether it is
// ready; each entry whose calls and siblings are ready is computed. What is not finite counts as
// not ready and is noted; what is thrown puts back all that was saved. See docs/decisions/0007.
import { isNumber, type Type, UNKNOWN, type Value } from '../../schemas/type.ts'
import type { Ast } from './ast.ts'
import { canonical } from './canonical.ts'
import { emit, emitField, emitNotFinite, emitProperty, type Site } from './emit.ts'
import type { Block, BlockEntry, Expression, StatefulCall } from './expression.ts'
import { type Fault, NotConvertible, NotFinite } from './faults.ts'
import { childrenOf } from './parser.ts'
import { waitsOf, type WarmUp } from './readiness.ts'
import { type Bindings, createBindings, functionFrom } from './source-function.ts'
import { emitSave, type Layout, putAllBack, putBack, savedSize } from './undo.ts'

interface EmittedBlock {
  readonly layouts: readonly Layout[]
  readonly size: number
  readonly evaluate: (record: Value, state: number[]) => Value | undefined | Fault
}

/** The emission of one block. Calls are numbered in the order of evaluation, equal ones once. */
interface Emission {
  readonly bindings: Bindings
  readonly warmUp: WarmUp
  readonly calls: Map<string, number>
  readonly layouts: Layout[]
  /** Numbers of the entries by name. */
  readonly entries: Map<string, number>
  /** Names of the entries that depend on state. */
  readonly stateful: Set<string>
  /** What can turn out not to be finite, in the order of evaluation. */
  readonly faults: string[]
  readonly variables: string[]
  readonly lines: string[]
  size: number
  saved: number
}

export function emitBlock(block: Block, carry: readonly string[], warmUp: WarmUp): EmittedBlock {
  const emission: Emission = {
    bindings: createBindings(),
    warmUp,
    calls: new Map(),
    layouts: [],
    entries: new Map(),
    stateful: new Set(),
    faults: [],
    variables: [],
    lines: [],
    size: 0,
    saved: 0,
  }
  for (const entry of block.entries) {
    for (const call of entry.expression.calls.values()) emitUpdate(emission, entry.expression, call)
    emitEntry(emission, entry)
  }
  emitResult(emission, block, carry)
  const evaluate = functionFrom(emission.bindings, bodyOf(emission))
  return {
    layouts: emission.layouts,
    size: emission.size,
    evaluate: evaluate as EmittedBlock['evaluate'],
  }
}

function bodyOf(emission: Emission): string {
  const { bindings, layouts, lines, variables } = emission
  const declared = `let ${['$fault = 0', '$thrown = null', ...variables].join(', ')}\n`
  const work = lines.join('\n')
  if (layouts.length === 0) return `return (record, state) => {\n${declared}${work}\n}`
  bindings.bindAs('$saved', new Float64Array(emission.saved))
  bindings.bindAs('$order', new Int32Array(layouts.length))
  bindings.bindAs('$layouts', layouts)
  bindings.bindAs('putBack', putBack)
  bindings.bindAs('putAllBack', putAllBack)
  return `return (record, state) => {
    let $done = 0
    ${declared}
    try {
      ${work}
    } catch ($error) {
      putAllBack($layouts, $saved, $order, $done, state)
      throw $error
    }
  }`
}

function siteOf(emission: Emission, expression: Expression): Site {
  return {
    expression,
    bindings: emission.bindings,
    temporary: () => declare(emission, `$t${emission.variables.length}`),
    sibling: (name) => `$e${numberOf(emission.entries, name)}`,
    call: (call, result) => emitValue(emission, call, result),
    ready: (node) => readyTest(emission, expression, node),
  }
}

function declare({ variables }: Emission, name: string, value?: string): string {
  variables.push(value === undefined ? name : `${name} = ${value}`)
  return name
}

function numberOf(numbers: ReadonlyMap<string, number>, name: string): number {
  const number = numbers.get(name)
  if (number === undefined) throw new Error(`"${name}" is used before it is computed`)
  return number
}

/** `$r0 && $s1`, or nothing when the node waits for nothing. */
function readyTest(emission: Emission, expression: Expression, node: Ast): string {
  const { calls, siblings } = waitsOf(expression, node, emission.warmUp)
  return [
    ...[...calls].map((call) => `$r${numberOf(emission.calls, call.canonical)}`),
    ...[...siblings].map((name) => `$s${numberOf(emission.entries, name)}`),
  ].join(' && ')
}

function emitValue(emission: Emission, call: StatefulCall, result?: number): string {
  const number = numberOf(emission.calls, call.canonical)
  if (result !== undefined) return `$o${number}[${result}]`
  if (call.type.kind === 'boolean') return `($c${number} !== 0)`
  if (call.type.kind !== 'record') return `$c${number}`
  const results = call.type.fields.map(({ name }, index) =>
    emitProperty(name, `$o${number}[${index}]`),
  )
  return `({ ${results.join(', ')} })`
}

function emitUpdate(emission: Emission, expression: Expression, call: StatefulCall): void {
  const { bindings, calls, layouts, lines } = emission
  if (calls.has(call.canonical)) return
  const site = siteOf(emission, expression)
  const tests = call.series.map((each) => readyTest(emission, expression, each)).filter(Boolean)
  const number = layouts.length
  const kernel = call.function.kernel(call.constants)
  const layout = { kernel, at: emission.size, savedAt: emission.saved }
  layouts.push(layout)
  bindings.bindAs(`$u${number}`, kernel.update)
  bindings.bindAs(`$o${number}`, startResults(call.type))
  declare(emission, `$c${number}`, 'NaN')
  declare(emission, `$r${number}`, 'false')
  const [work, checks]: [string[], string[]] = [[], []]
  const names = call.series.map((each, index) => {
    const [name, type] = [`$x${index}`, expression.types.get(each) ?? UNKNOWN]
    const value = emit(site, each)
    work.push(`const ${name} = ${type.kind === 'boolean' ? `+${value}` : value}`)
    const test = emitNotFinite(type, name)
    if (test) checks.push(`if (${test}) ${note(emission, canonicalOf(expression, each))} else`)
    return name
  })
  while (names.length < 3) names.push('0')
  work.push(...checks, '{', ...emitSave(layout, number))
  work.push(`$c${number} = $u${number}(state, ${layout.at}, $o${number}, ${names.join(', ')})`)
  work.push(`$r${number} = $c${number} === $c${number}`)
  work.push(emitCallCheck(emission, call, number), '}')
  lines.push(tests.length > 0 ? `if (${tests.join(' && ')}) {` : '{')
  lines.push(...emitCatch(emission, expression, call.series, work), '}')
  calls.set(call.canonical, number)
  emission.size += kernel.header + kernel.ring * kernel.width
  emission.saved += savedSize(kernel)
}

function canonicalOf(expression: Expression, node: Ast): string {
  return canonical({ ...expression, used: expression.siblings }, node)
}

function startResults(type: Type): number[] {
  return type.kind === 'record' ? type.fields.map(() => NaN) : []
}

/** A statement that remembers what is not finite; the first one names the record's fault. */
function note(emission: Emission, name: string): string {
  return `{ if ($fault === 0) $fault = ${emission.faults.push(name)} }`
}

/**
 * A kernel's NaN means not ready; anything else that is not finite is a fault, and the state that
 * gave it is not kept.
 */
function emitCallCheck(emission: Emission, call: StatefulCall, number: number): string {
  const values =
    call.type.kind === 'record'
      ? call.type.fields.map((_, index) => `$o${number}[${index}]`)
      : [`$c${number}`]
  const test = values.map((value) => `!Number.isFinite(${value})`).join(' || ')
  return `if ($r${number} && (${test})) {
    ${note(emission, call.canonical)}
    putBack($layouts, $saved, ${number}, state)
    $r${number} = false
  }`
}

function emitEntry(emission: Emission, { name, expression }: BlockEntry): void {
  const { entries, lines, stateful, warmUp } = emission
  const site = siteOf(emission, expression)
  const number = entries.size
  const ready = readyTest(emission, expression, expression.ast)
  const value = emit(site, expression.ast)
  const { ast, type } = expression
  const variable = declare(emission, `$e${number}`, warmUp === 'hold' ? blank(type) : 'null')
  declare(emission, `$s${number}`, 'false')
  const test = emitNotFinite(type, variable)
  const settle = test === undefined ? '' : `if (${test}) ${note(emission, name)} else `
  const work = [
    `${variable} = ${type.kind === 'nullable' ? `(${value}) ?? null` : value}`,
    `${settle}$s${number} = true`,
  ]
  lines.push(ready === '' ? '{' : `if (${ready}) {`)
  lines.push(...emitCatch(emission, expression, [ast], work), '}')
  if (isOfState(emission, expression, ast)) stateful.add(name)
  entries.set(name, number)
}

/**
 * Work on nodes that convert what depends on state: a conversion that fails there is noted too.
 * Were it thrown, the state would be put back, and the key's next record would fail on it again.
 */
function emitCatch(
  emission: Emission,
  expression: Expression,
  nodes: readonly Ast[],
  work: readonly string[],
): readonly string[] {
  const mayFail = (node: Ast): boolean =>
    isOfState(emission, expression, node) && mayThrow(expression, node)
  if (!nodes.some(mayFail)) return work
  const failure = emission.bindings.bindAs('NotConvertible', NotConvertible)
  return [
    'try {',
    ...work,
    `} catch ($error) {
      if (!($error instanceof ${failure})) throw $error
      if ($fault === 0) { $fault = -1; $thrown = $error }
    }`,
  ]
}

function isOfState({ stateful }: Emission, expression: Expression, node: Ast): boolean {
  const { calls, siblings } = waitsOf(expression, node, 'hold')
  return calls.size > 0 || [...siblings].some((name) => stateful.has(name))
}

/** Only functions of ours throw, and those are the ones that a pure function `uses`. */
function mayThrow(expression: Expression, node: Ast): boolean {
  if (expression.calls.has(node)) return false
  if (expression.pureCalls.get(node)?.uses !== undefined) return true
  return childrenOf(node).some((child) => mayThrow(expression, child))
}

/**
 * What a variable holds before its value, of the same representation, so that doubles stay
 * unboxed.
 */
function blank(type: Type): string {
  if (isNumber(type) || type.kind === 'time' || type.kind === 'duration') return 'NaN'
  return type.kind === 'boolean' ? 'false' : 'null'
}

function emitResult(emission: Emission, block: Block, carry: readonly string[]): void {
  const { bindings, entries, faults, lines, warmUp } = emission
  const number = (name: string): number => numberOf(entries, name)
  if (faults.length > 0) {
    const [fault, names] = [bindings.bindAs('NotFinite', NotFinite), bindings.bind(faults)]
    lines.push(`if ($fault !== 0) return $thrown ?? new ${fault}(${names}[$fault - 1])`)
  }
  const flags = block.names.map((name) => `$s${number(name)}`)
  if (warmUp === 'hold' && flags.length > 0) {
    lines.push(`if (!(${flags.join(' && ')})) return undefined`)
  }
  const kept = carry.filter((name) => !entries.has(name))
  const fields = [
    ...kept.map((name) => emitProperty(name, emitField('record', name))),
    ...block.names.map((name) => emitProperty(name, `$e${number(name)}`)),
  ]
  lines.push(`return { ${fields.join(', ')} }`)
}
