// The text of a block's function. For every record, in the order of dependency: each stateful call
// whose arguments are ready saves what it may change, is updated, and says whether it is ready;
// each entry whose calls and siblings are ready is computed. A fault puts back what was saved.
import { isNumber, type Type, UNKNOWN, type Value } from '../../schemas/type.ts'
import type { Ast } from './ast.ts'
import { canonical } from './canonical.ts'
import { emit, emitFiniteCheck, emitProperty, emitField, type Site } from './emit.ts'
import type { Block, BlockEntry, Expression, StatefulCall } from './expression.ts'
import { NotFinite } from './faults.ts'
import type { Kernel } from './function.ts'
import { waitsOf, type WarmUp } from './readiness.ts'
import { type Bindings, createBindings, functionFrom } from './source-function.ts'

/**
 * Where a call's state is: in a key's array, and what of it is saved while a record is worked on.
 */
interface Layout {
  readonly kernel: Kernel
  readonly at: number
  readonly savedAt: number
}

interface EmittedBlock {
  readonly layouts: readonly Layout[]
  readonly size: number
  readonly evaluate: (record: Value, state: number[]) => Value | undefined
}

/** The emission of one block. Calls are numbered in the order of evaluation, equal ones once. */
interface Emission {
  readonly bindings: Bindings
  readonly warmUp: WarmUp
  readonly calls: Map<string, number>
  readonly layouts: Layout[]
  /** Numbers of the entries by name. */
  readonly entries: Map<string, number>
  readonly variables: string[]
  readonly lines: string[]
  size: number
  saved: number
}

/** Slots up to here are copied one by one, more by a loop. */
const UNROLLED = 8

export function emitBlock(block: Block, carry: readonly string[], warmUp: WarmUp): EmittedBlock {
  const emission: Emission = {
    bindings: createBindings(),
    warmUp,
    calls: new Map(),
    layouts: [],
    entries: new Map(),
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
  const declared = variables.length > 0 ? `let ${variables.join(', ')}\n` : ''
  const work = lines.join('\n')
  if (layouts.length === 0) return `return (record, state) => {\n${declared}${work}\n}`
  bindings.bindAs('$saved', new Float64Array(emission.saved))
  bindings.bindAs('$order', new Int32Array(layouts.length))
  bindings.bindAs('$layouts', layouts)
  bindings.bindAs('restore', restore)
  return `return (record, state) => {
    let $done = 0
    ${declared}
    try {
      ${work}
    } catch ($fault) {
      restore($layouts, $saved, $order, $done, state)
      throw $fault
    }
  }`
}

/** Puts back the header, and by it the one row, of every kernel updated so far. */
function restore(
  layouts: readonly Layout[],
  saved: Float64Array,
  order: Int32Array,
  done: number,
  state: number[],
): void {
  for (const index of order.subarray(0, done)) {
    const layout = layouts[index]
    if (layout === undefined) throw new Error(`no stateful call has the number ${index}`)
    const { kernel, at, savedAt } = layout
    const { header, ring, width } = kernel
    for (let slot = 0; slot < header; slot += 1) state[at + slot] = saved[savedAt + slot] ?? 0
    if (ring === 0) continue
    const row = at + header + (state[at] ?? 0) * width
    for (let slot = 0; slot < width; slot += 1) {
      state[row + slot] = saved[savedAt + header + slot] ?? 0
    }
  }
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
  layouts.push({ kernel, at: emission.size, savedAt: emission.saved })
  bindings.bindAs(`$u${number}`, kernel.update)
  bindings.bindAs(`$o${number}`, startResults(call.type))
  declare(emission, `$c${number}`, 'NaN')
  declare(emission, `$r${number}`, 'false')
  lines.push(tests.length > 0 ? `if (${tests.join(' && ')}) {` : '{')
  const names = call.series.map((each, index) => {
    const type = expression.types.get(each) ?? UNKNOWN
    const value = emit(site, each)
    const name = `$x${index}`
    lines.push(`const ${name} = ${type.kind === 'boolean' ? `+${value}` : value}`)
    lines.push(emitFiniteCheck(bindings, type, name, canonicalOf(expression, each)))
    return name
  })
  lines.push(...emitSave(emission.size, emission.saved, number, kernel))
  while (names.length < 3) names.push('0')
  const at = emission.size
  lines.push(`$c${number} = $u${number}(state, ${at}, $o${number}, ${names.join(', ')})`)
  lines.push(`$r${number} = $c${number} === $c${number}`)
  lines.push(...emitCallCheck(bindings, call, number), '}')
  calls.set(call.canonical, number)
  emission.size += kernel.header + kernel.ring * kernel.width
  emission.saved += kernel.header + (kernel.ring > 0 ? kernel.width : 0)
}

function canonicalOf(expression: Expression, node: Ast): string {
  return canonical({ ...expression, used: expression.siblings }, node)
}

function startResults(type: Type): number[] {
  return type.kind === 'record' ? type.fields.map(() => NaN) : []
}

function emitSave(at: number, savedAt: number, number: number, kernel: Kernel): readonly string[] {
  const { header, ring, width } = kernel
  const lines = [`$order[$done++] = ${number}`, ...emitCopy(`${savedAt}`, `${at}`, header)]
  if (ring === 0) return lines
  const row = `const $w = ${at + header} + state[${at}] * ${width}`
  return [...lines, row, ...emitCopy(`${savedAt + header}`, '$w', width)]
}

function emitCopy(to: string, from: string, count: number): readonly string[] {
  if (count > UNROLLED) {
    return [`for (let $i = 0; $i < ${count}; $i++) $saved[${to} + $i] = state[${from} + $i]`]
  }
  return Array.from(
    { length: count },
    (_, slot) => `$saved[${to} + ${slot}] = state[${from} + ${slot}]`,
  )
}

/** A kernel's NaN means not ready; anything else that is not finite is a fault. */
function emitCallCheck(bindings: Bindings, call: StatefulCall, number: number): readonly string[] {
  const fault = bindings.bindAs('NotFinite', NotFinite)
  const values =
    call.type.kind === 'record'
      ? call.type.fields.map((_, index) => `$o${number}[${index}]`)
      : [`$c${number}`]
  const test = values.map((value) => `!Number.isFinite(${value})`).join(' || ')
  const name = JSON.stringify(call.canonical)
  return [`if ($r${number} && (${test})) throw new ${fault}(${name})`]
}

function emitEntry(emission: Emission, { name, expression }: BlockEntry): void {
  const { bindings, entries, lines, warmUp } = emission
  const site = siteOf(emission, expression)
  const number = entries.size
  const ready = readyTest(emission, expression, expression.ast)
  const value = emit(site, expression.ast)
  const { type } = expression
  const variable = declare(emission, `$e${number}`, warmUp === 'hold' ? blank(type) : 'null')
  declare(emission, `$s${number}`, 'false')
  entries.set(name, number)
  lines.push(ready === '' ? '{' : `if (${ready}) {`)
  lines.push(`${variable} = ${type.kind === 'nullable' ? `(${value}) ?? null` : value}`)
  lines.push(emitFiniteCheck(bindings, type, variable, name), `$s${number} = true`, '}')
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
  const { entries, lines, warmUp } = emission
  const number = (name: string): number => numberOf(entries, name)
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
