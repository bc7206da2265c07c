// What the readers of a config are given, and what they hand back.
import type { RecordType } from '../schemas/type.ts'
import type { Spelt } from './declaration.ts'
import type { Report } from './diagnostic.ts'
import type { Scope } from './expression/expression.ts'
import type { Span } from './source.ts'

export interface ConfigContext {
  /**
   * What expressions may name; undefined where the input's type is not known because of a mistake
   * reported already.
   */
  readonly scope: Scope | undefined
  readonly parameters: Scope['parameters']
  /** The id of a stream; undefined when it is not known, which has been reported. */
  readonly streamOf: (name: Spelt<string>) => string | undefined
  /** The record of a stream by its id; undefined where it is not known, or comes back. */
  readonly recordOf: (stream: string) => RecordType | undefined
  readonly report: Report
  /**
   * Whether what cannot be read is stood in for: the value then serves to infer types, and no plan.
   */
  readonly lenient?: true
}

/** `value` may be undefined: of an optional key that is left out. */
export interface ConfigReading {
  readonly value: unknown
}

/** What is read and where it stands: the operator's name, then key by key. */
export interface Owner {
  readonly name: string
  readonly span: Span
}
