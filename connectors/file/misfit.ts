// A value in a file that does not fit its type. A value rather than an exception: files full of bad
// cells are read at full speed.

export class Misfit {
  /**
   * The field at fault below the one being read, such as `.bids[3].price`; empty for that one
   * itself.
   */
  readonly path: string
  /** The end of a sentence: `is not a number`. Never holds the value. */
  readonly reason: string

  constructor(reason: string, path = '') {
    this.reason = reason
    this.path = path
  }

  /** The same one step further out. */
  within(step: string): Misfit {
    return new Misfit(this.reason, step + this.path)
  }
}

/** The whole sentence, as a bad item's reason: `column "bid" is not a number`. */
export function misfitReason(noun: string, name: string, misfit: Misfit): string {
  return `${noun} "${name}${misfit.path}" ${misfit.reason}`
}
