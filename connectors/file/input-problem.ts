// A file that does not fit its topic as a whole: the user's mistake, found before the first record
// is read.

/**
 * Says which file, what is wrong in the user's words, and how to mend it. The message is whole
 * sentences.
 */
export class InputProblem extends Error {
  override readonly name = 'InputProblem'
  readonly topic: string
  readonly file: string
  /** The column or field at fault, where it is one. */
  readonly column: string | undefined

  constructor(
    message: string,
    at: { readonly topic: string; readonly file: string; readonly column?: string },
  ) {
    super(message)
    this.topic = at.topic
    this.file = at.file
    this.column = at.column
  }
}
