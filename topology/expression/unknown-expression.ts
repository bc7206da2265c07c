// An expression of unknown type: what stands for one that has a mistake, so that those after it are
// still checked.
import { UNKNOWN } from '../../schemas/type.ts'
import type { Span } from '../source.ts'
import type { Ast } from './ast.ts'
import type { Expression } from './expression.ts'

const NOTHING: Ast = { kind: 'null', start: 0, end: 0 }

export function unknownExpression(span: Span): Expression {
  return {
    text: '',
    canonical: '',
    ast: NOTHING,
    type: UNKNOWN,
    span,
    types: new Map([[NOTHING, UNKNOWN]]),
    parameters: new Map(),
    calls: new Map(),
    pureCalls: new Map(),
    reads: new Set(),
    siblings: new Set(),
    lookback: 0,
  }
}
