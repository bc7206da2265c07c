// What a record can do to a compiled expression: the faults that it throws, or that a block
// returns. They name fields, never values.

export type Fault = NotFinite | NotConvertible

/** A result or an argument of a stateful function is infinite or not a number. */
export class NotFinite extends Error {
  /** The field, or the argument's spelling. */
  readonly field: string

  constructor(field: string) {
    super(`value of "${field}" is not finite`)
    this.name = 'NotFinite'
    this.field = field
  }
}

/** A conversion such as `double(text)` met a value that it cannot convert. */
export class NotConvertible extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotConvertible'
  }
}
