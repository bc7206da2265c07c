// Kafka's frames: four bytes of length, then a request or an answer. Cuts a stream of bytes into
// them, and reads the heads that all versions of all requests share.

/** Gives whole frames, length included; what is left of one waits for the next chunk. */
export function frameCutter(take: (frame: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let length = 0
  return (chunk) => {
    chunks.push(chunk)
    length += chunk.length
    // A long frame comes in many chunks, which are put together once.
    if (length < wantedBy(chunks)) return
    let bytes = Buffer.concat(chunks)
    while (bytes.length >= wantedBy([bytes])) {
      const end = wantedBy([bytes])
      take(bytes.subarray(0, end))
      bytes = bytes.subarray(end)
    }
    chunks = bytes.length === 0 ? [] : [bytes]
    length = bytes.length
  }
}

const LENGTH_BYTES = 4

/** How many bytes the first frame has, as far as the first chunk tells. */
function wantedBy(chunks: readonly Buffer[]): number {
  const known = chunks.reduce((sum, { length }) => sum + length, 0)
  if (known < LENGTH_BYTES) return LENGTH_BYTES
  const [first] = chunks
  const head = first !== undefined && first.length >= LENGTH_BYTES ? first : Buffer.concat(chunks)
  return LENGTH_BYTES + head.readInt32BE(0)
}

export interface RequestHead {
  /** Which RPC it is. */
  readonly key: number
  readonly version: number
  /** The answer has it too. */
  readonly correlation: number
  readonly client: string
}

export function requestHead(frame: Buffer): RequestHead {
  const clientBytes = Math.max(0, frame.readInt16BE(12))
  return {
    key: frame.readInt16BE(4),
    version: frame.readInt16BE(6),
    correlation: frame.readInt32BE(8),
    client: frame.toString('utf8', 14, 14 + clientBytes),
  }
}

export function answerCorrelation(frame: Buffer): number {
  return frame.readInt32BE(4)
}

const HOST = Buffer.from('127.0.0.1')

/**
 * The answer with another port wherever it names a broker of this machine: in every version the
 * host's text is followed by the port's four bytes.
 */
export function withPort(frame: Buffer, from: number, to: number): Buffer {
  const port = Buffer.alloc(4)
  port.writeInt32BE(from)
  const place = Buffer.concat([HOST, port])
  const changed = Buffer.from(frame)
  for (let at = changed.indexOf(place); at >= 0; at = changed.indexOf(place, at + place.length)) {
    changed.writeInt32BE(to, at + HOST.length)
  }
  return changed
}
