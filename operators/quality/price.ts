// The price whose jumps are looked for: an expression, a price field, a quote's mid, or a close.
import { fieldOf, isNumber, type RecordType, type Value } from '../../schemas/type.ts'
import { compileExpression } from '../../topology/expression/compile.ts'
import type { Expression } from '../../topology/expression/expression.ts'

/** A function that reads a finite price, or throws; undefined where the input has none. */
export function priceReader(
  input: RecordType,
  price: Expression | undefined,
): ((value: Value) => number) | undefined {
  const read = reader(input, price)
  return (
    read &&
    ((value) => {
      const found = read(value)
      if (!Number.isFinite(found)) throw new Error('the price is not finite')
      return found
    })
  )
}

function reader(
  input: RecordType,
  price: Expression | undefined,
): ((value: Value) => number) | undefined {
  if (price) return compileExpression(price) as (value: Value) => number
  if (hasNumbers(input, 'price')) return (value) => value.price as number
  if (hasNumbers(input, 'bid', 'ask')) {
    return (value) => ((value.bid as number) + (value.ask as number)) / 2
  }
  if (hasNumbers(input, 'close')) return (value) => value.close as number
  return undefined
}

function hasNumbers(input: RecordType, ...names: readonly string[]): boolean {
  return names.every((name) => {
    const type = fieldOf(input, name)?.type
    return type !== undefined && isNumber(type)
  })
}
