// What is thrown when the world is at fault: a file that is not there, a block that is damaged, a
// broker or a database that is gone. The author's mistakes are diagnostics and input problems; ours
// are assertions.

/** Where it happened, such as `{ file: 'ticks.csv.gz', line: 17 }`. Never a record's value. */
export type Coordinates = Readonly<Record<string, string | number>>

/**
 * The world's fault. `code` is stable and greppable, the message a sentence that says what to do;
 * `retryable` means that the same call may succeed later without anybody changing anything.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: string
  readonly retryable: boolean
  readonly coordinates: Coordinates

  constructor(
    code: string,
    message: string,
    about: {
      readonly coordinates: Coordinates
      readonly retryable?: boolean
      readonly cause?: unknown
    },
  ) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause })
    this.code = code
    this.retryable = about.retryable ?? false
    this.coordinates = about.coordinates
  }
}
