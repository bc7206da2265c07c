// A request of our own to a broker and how its answer is read. The client adds the request's header
// and matches the answer; what stands between is written here, straight from and to our columns.

/**
 * One request in one version of Kafka's protocol. All of ours are versions with the plain
 * (not "flexible") header, so an answer's body begins right behind the correlation id.
 */
export interface Exchange<T> {
  /** As Kafka names it: `Fetch`. */
  readonly name: string
  readonly key: number
  readonly version: number
  /** The request's body, without size and header. */
  readonly encode: () => Buffer
  /** Reads the answer's body. What it gives may be views of `body`. */
  readonly decode: (body: Buffer) => T
  /** How long the answer may take, where that is not the connection's usual time. */
  readonly timeoutMs?: number
}
