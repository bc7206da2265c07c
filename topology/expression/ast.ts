// The syntax tree of an expression. Spans are offsets into the expression's own text; `locate` in
// ../expression-span.ts turns them into places in the topology file.

export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * What a number's suffix makes of it: a plain double, a duration in microseconds, or a price step.
 */
export type Unit = 'none' | 'duration' | 'tick' | 'pip'

export type BinaryOperator =
  '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%'

export type Ast = Range &
  (
    | { readonly kind: 'number'; readonly value: number; readonly unit: Unit }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
    | { readonly kind: 'list'; readonly items: readonly Ast[] }
    | { readonly kind: 'name'; readonly name: string }
    /** `object.name`; `nameRange` is the part behind the dot. */
    | {
        readonly kind: 'member'
        readonly object: Ast
        readonly name: string
        readonly nameRange: Range
      }
    | { readonly kind: 'index'; readonly object: Ast; readonly index: Ast }
    | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Ast }
    | {
        readonly kind: 'binary'
        readonly operator: BinaryOperator
        readonly left: Ast
        readonly right: Ast
      }
    /** `name(arguments)`; `nameRange` is the name alone. Conditionals are calls of `if`. */
    | {
        readonly kind: 'call'
        readonly name: string
        readonly nameRange: Range
        readonly arguments: readonly Ast[]
      }
  )
