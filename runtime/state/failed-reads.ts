// Remembers what a read of committed state has thrown. A step that reads has its failures made into
// fates, and this is none: whoever commits asks first.

export class FailedReads {
  #first: { readonly error: unknown } | undefined

  /** @throws what `read` throws. */
  watch<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw this.note(error)
    }
  }

  /** Gives the error back. */
  note(error: unknown): unknown {
    this.#first ??= { error }
    return error
  }

  /** @throws what the first read that failed has thrown. */
  assertNone(): void {
    if (this.#first !== undefined) throw this.#first.error
  }
}
