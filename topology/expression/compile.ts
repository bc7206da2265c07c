// A checked expression to a function of the record, for whoever has no state: filters, rules, keys.
// Blocks and expressions with stateful functions are compiled by block.ts.
import type { Value } from '../../schemas/type.ts'
import { emit, emitNotFinite } from './emit.ts'
import type { Expression } from './expression.ts'
import { NotFinite } from './faults.ts'
import { createBindings, functionFrom } from './source-function.ts'

/**
 * Returns a function from a record to the expression's value. It throws `NotFinite` for a number
 * that is infinite or NaN, and `NotConvertible` for a text that is no number.
 */
export function compileExpression(expression: Expression): (record: Value) => unknown {
  const bindings = createBindings()
  const temporaries: string[] = []
  const value = emit(
    {
      expression,
      bindings,
      temporary: () => `$t${temporaries.push('') - 1}`,
      sibling: (name) => {
        throw new Error(`sibling "${name}" outside a block`)
      },
      call: ({ canonical }) => {
        throw new Error(`stateful call "${canonical}" outside a block`)
      },
      ready: () => '',
    },
    expression.ast,
  )
  const { type } = expression
  const declared = ['$value', ...temporaries.map((_, index) => `$t${index}`)].join(', ')
  const whole = type.kind === 'nullable' ? `(${value}) ?? null` : value
  const test = emitNotFinite(type, '$value')
  const fault = bindings.bindAs('NotFinite', NotFinite)
  const check = test ? `if (${test}) throw new ${fault}(${JSON.stringify(expression.text)})` : ''
  const body = `return (record) => {
    let ${declared}
    $value = ${whole}
    ${check}
    return $value
  }`
  return functionFrom(bindings, body) as (record: Value) => unknown
}
