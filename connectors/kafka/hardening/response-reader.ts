// Cuts what a socket brings into Kafka's responses: four bytes of length, then the response. Large
// ones are gathered in memory of their own with one copy; the length is bounded, for whoever
// answers on that port may be no Kafka broker.

const LENGTH_BYTES = 4
const LEAST_RESPONSE = 4
/** Above what any fetch asks for, below what TLS or HTTP bytes look like as a length. */
const MOST_RESPONSE_BYTES = 0x1000_0000

export interface ResponseReader {
  /** @throws RangeError where the length cannot be that of a response. */
  readonly read: (chunk: Buffer) => void
}

export function responseReader(onResponse: (response: Buffer) => void): ResponseReader {
  const head = Buffer.alloc(LENGTH_BYTES)
  let headFilled = 0
  let body: Buffer | undefined
  let bodyFilled = 0

  /** Gives how many bytes of the chunk were used. */
  function readHead(chunk: Buffer, from: number): number {
    const used = chunk.copy(head, headFilled, from)
    headFilled += used
    if (headFilled < LENGTH_BYTES) return used
    headFilled = 0
    const length = head.readInt32BE()
    if (length < LEAST_RESPONSE || length > MOST_RESPONSE_BYTES) {
      throw new RangeError(`a response of ${length} bytes`)
    }
    const start = from + used
    if (chunk.length - start >= length) {
      onResponse(chunk.subarray(start, start + length))
      return used + length
    }
    body = Buffer.allocUnsafeSlow(length)
    bodyFilled = 0
    return used
  }

  function readBody(target: Buffer, chunk: Buffer, from: number): number {
    const used = chunk.copy(target, bodyFilled, from)
    bodyFilled += used
    if (bodyFilled === target.length) {
      body = undefined
      onResponse(target)
    }
    return used
  }

  return {
    read(chunk) {
      let from = 0
      while (from < chunk.length) {
        from += body === undefined ? readHead(chunk, from) : readBody(body, chunk, from)
      }
    },
  }
}
