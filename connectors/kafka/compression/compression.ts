// One way to compress the records of a batch. It gives back what was put in, or refuses: nothing
// expands beyond the bytes that it is allowed.

export interface Compression {
  /** As Kafka's `compression.type` names it. */
  readonly name: string
  /** As it stands in a batch's attributes. */
  readonly id: number
  readonly compress: (bytes: Uint8Array) => Buffer
  /** @throws Error if the bytes are damaged, or would expand to more than `most` bytes. */
  readonly decompress: (bytes: Uint8Array, most: number) => Buffer
}
