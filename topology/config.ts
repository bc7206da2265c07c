// How an operator describes its configuration, once: types, checks, JSON Schema, hovers and docs
// all come from it. `read-config.ts` turns a YAML node into the typed value and reports what does
// not fit.
import type { Type } from '../schemas/type.ts'
import type { Block, Expression } from './expression/expression.ts'

interface About {
  /** One sentence, shown in docs, hovers and `operators NAME`. */
  readonly summary: string
  /** May be left out; the value is then undefined, or `default` where there is one. */
  readonly optional?: true
}

/** `T` is phantom: the TypeScript type of the value that the spec reads. */
export interface Spec<T = unknown> extends About {
  readonly reads?: T
  readonly shape: Shape
  readonly default?: unknown
}

export type Shape =
  | { readonly kind: 'duration'; readonly min?: number; readonly max?: number }
  | {
      readonly kind: 'number'
      readonly min?: number
      readonly max?: number
      readonly integer?: true
    }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'text' }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  /** A field of the step's input. */
  | { readonly kind: 'field' }
  /**
   * A stream that is looked up. `feedback`: it may come from what this step leads to, in the same
   * task; the operator then takes it whatever its type.
   */
  | { readonly kind: 'stream'; readonly feedback?: true }
  /**
   * An expression over the input's fields whose type must agree with `type` (`any`: whatever it
   * is).
   */
  | {
      readonly kind: 'expression'
      readonly type: Type | 'any'
      readonly stateful?: true
      readonly sees?: Seen
    }
  /**
   * A map of name to expression. `siblings`: they may refer to each other; the order follows
   * dependency. `names`: the names are fixed, each with its type. `given`: entries that the
   * operator adds, as expression text over the author's names; a name that the author left out
   * reads as its `otherwise`. `shadow`: names may equal the input's fields, because the block makes
   * a new record.
   */
  | {
      readonly kind: 'block'
      readonly stateful?: true
      readonly siblings?: true
      readonly names?: Readonly<Record<string, BlockName>>
      readonly given?: Readonly<Record<string, string>>
      readonly shadow?: 'allow'
    }
  | { readonly kind: 'list'; readonly of: Spec; readonly orOne?: true }
  /** A map whose names the author chooses. */
  | { readonly kind: 'named'; readonly of: Spec }
  /** A map whose names the operator fixes. `rest`: all other names are a block, read as `block`. */
  | {
      readonly kind: 'struct'
      readonly fields: Readonly<Record<string, Spec>>
      readonly rest?: Spec<Block>
    }
  /** Nothing: `merge:`. */
  | { readonly kind: 'nothing' }

/**
 * What an expression of a struct sees beside the fields of the input: the record of a stream that
 * another field of the struct names. The operator evaluates it over `{ ...input, [name]: record }`.
 */
export interface Seen {
  /** The field of the struct that names the stream; it takes no feedback. */
  readonly stream: string
  /** The name that stands for the record; or the field of the struct whose text it is. */
  readonly as: string | { readonly field: string }
}

/**
 * One fixed name of a block. `otherwise` is expression text for a name left out; without it, it is
 * required.
 */
export interface BlockName extends About {
  readonly type: Type
  readonly otherwise?: string
}

/**
 * The TypeScript type of the value that a spec reads.
 *
 * @example
 * const config = struct({
 *   every: duration({ summary: 'Length of a bar.', min: 1_000 }),
 *   fill: word(['none', 'previous'], { summary: 'What an empty bar is.', default: 'none' }),
 * })
 * type Config = ConfigOf<typeof config> // { every: number, fill: 'none' | 'previous' }
 */
export type ConfigOf<S> = S extends Spec<infer T> ? T : never

/** A stream named in a config: its id (`step`, `step.output` or topic) and where it is spelt. */
export interface StreamName {
  readonly stream: string
}

type Fields = Readonly<Record<string, Spec>>
type StructOf<F extends Fields> = { readonly [K in keyof F]: ConfigOf<F[K]> }
type Options<T> = About & { readonly default?: T }
/** Optional without a default may be undefined. */
type Read<T, O> = O extends { readonly default: unknown }
  ? T
  : O extends { readonly optional: true }
    ? T | undefined
    : T

function spec<T, O extends Options<unknown>>(shape: Shape, options: O): Spec<Read<T, O>> {
  return { ...options, shape }
}

/** Microseconds; written `500ms`, `1s`, `2h`. */
export function duration<O extends Options<number> & { min?: number; max?: number }>(
  options: O,
): Spec<Read<number, O>> {
  const { min, max, ...about } = options
  return spec<number, O>(
    { kind: 'duration', ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
    about as unknown as O,
  )
}

/** A double; `10%` and `5bp` are allowed. */
export function number<O extends Options<number> & { min?: number; max?: number; integer?: true }>(
  options: O,
): Spec<Read<number, O>> {
  const { min, max, integer, ...about } = options
  return spec<number, O>(
    {
      kind: 'number',
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(integer && { integer }),
    },
    about as unknown as O,
  )
}

export function boolean<O extends Options<boolean>>(options: O): Spec<Read<boolean, O>> {
  return spec<boolean, O>({ kind: 'boolean' }, options)
}

export function text<O extends Options<string>>(options: O): Spec<Read<string, O>> {
  return spec<string, O>({ kind: 'text' }, options)
}

export function word<const W extends readonly string[], O extends Options<W[number]>>(
  words: W,
  options: O,
): Spec<Read<W[number], O>> {
  return spec<W[number], O>({ kind: 'word', words }, options)
}

/** The name of a field of the input. */
export function field<O extends Options<string>>(options: O): Spec<Read<string, O>> {
  return spec<string, O>({ kind: 'field' }, options)
}

export function stream<O extends Options<never> & { feedback?: true }>(
  options: O,
): Spec<Read<StreamName, O>> {
  const { feedback, ...about } = options
  return spec<StreamName, O>(
    { kind: 'stream', ...(feedback && { feedback }) },
    about as unknown as O,
  )
}

/** Whether some field of a config names a stream that may feed back. */
export function takesFeedback({ shape }: Spec): boolean {
  switch (shape.kind) {
    case 'stream':
      return shape.feedback === true
    case 'list':
    case 'named':
      return takesFeedback(shape.of)
    case 'struct':
      return Object.values(shape.fields).some(takesFeedback)
    default:
      return false
  }
}

export function expression<O extends Options<never> & { stateful?: true; sees?: Seen }>(
  type: Type | 'any',
  options: O,
): Spec<Read<Expression, O>> {
  const { stateful, sees, ...about } = options
  return spec<Expression, O>(
    { kind: 'expression', type, ...(stateful && { stateful }), ...(sees && { sees }) },
    about as unknown as O,
  )
}

interface BlockOptions extends Options<never> {
  readonly stateful?: true
  readonly siblings?: true
  readonly names?: Readonly<Record<string, BlockName>>
  readonly given?: Readonly<Record<string, string>>
  readonly shadow?: 'allow'
}

export function block<O extends BlockOptions>(options: O): Spec<Read<Block, O>> {
  const { stateful, siblings, names, given, shadow, ...about } = options
  return spec<Block, O>(
    {
      kind: 'block',
      ...(stateful && { stateful }),
      ...(siblings && { siblings }),
      ...(names && { names }),
      ...(given && { given }),
      ...(shadow && { shadow }),
    },
    about as unknown as O,
  )
}

/** `[a, b]`; with `orOne`, `a` alone too. */
export function list<S extends Spec, O extends Options<never> & { orOne?: true }>(
  of: S,
  options: O,
): Spec<Read<readonly ConfigOf<S>[], O>> {
  const { orOne, ...about } = options
  return spec<readonly ConfigOf<S>[], O>(
    { kind: 'list', of, ...(orOne && { orOne }) },
    about as unknown as O,
  )
}

export function named<S extends Spec, O extends Options<never>>(
  of: S,
  options: O,
): Spec<Read<Readonly<Record<string, ConfigOf<S>>>, O>> {
  return spec<Readonly<Record<string, ConfigOf<S>>>, O>({ kind: 'named', of }, options)
}

export function struct<F extends Fields, O extends About = About>(
  fields: F,
  options?: O,
): Spec<Read<StructOf<F>, O>> {
  return { summary: '', ...options, shape: { kind: 'struct', fields } }
}

/**
 * A struct whose other names are the author's: `indicator` has `warm_up` and any number of
 * expressions.
 */
export function structWithBlock<F extends Fields>(
  fields: F,
  rest: Spec<Block>,
  options?: About,
): Spec<StructOf<F> & { readonly block: Block }> {
  return { summary: '', ...options, shape: { kind: 'struct', fields, rest } }
}

export function nothing(options: About): Spec<undefined> {
  return { ...options, shape: { kind: 'nothing' } }
}
