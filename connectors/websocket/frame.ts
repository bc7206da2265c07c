// The frames of a websocket (RFC 6455, section 5): bytes in, frames out, and the other way round.
// Pure. What breaks the protocol throws a ProtocolProblem, after which the connection is of no use.

export const TEXT = 0x1
export const CLOSE = 0x8
export const PING = 0x9
export const PONG = 0xa
const CONTINUATION = 0x0

/** A whole message, or a control frame. */
export interface Frame {
  readonly opcode: number
  readonly payload: Buffer
}

export class ProtocolProblem extends Error {
  override readonly name = 'ProtocolProblem'
}

const [LAST, RESERVED, OPCODE] = [0x80, 0x70, 0x0f]
const [MASKED, LENGTH] = [0x80, 0x7f]
const [LENGTH_16, LENGTH_64] = [126, 127]
const LONGEST_CONTROL = 125
const MASK_BYTES = 4

/** A frame that is whole, with a mask where the sender is the client. */
export function encodeFrame(opcode: number, payload: Uint8Array, mask?: Uint8Array): Buffer {
  const { length } = payload
  const isShort = length < LENGTH_16
  const extra = isShort ? 0 : length < 1 << 16 ? 2 : 8
  const head = Buffer.alloc(2 + extra)
  head[0] = LAST | opcode
  const code = isShort ? length : extra === 2 ? LENGTH_16 : LENGTH_64
  head[1] = code | (mask === undefined ? 0 : MASKED)
  if (extra === 2) head.writeUInt16BE(length, 2)
  if (extra === 8) head.writeBigUInt64BE(BigInt(length), 2)
  if (mask === undefined) return Buffer.concat([head, payload])
  return Buffer.concat([head, mask, masked(payload, mask)])
}

function masked(payload: Uint8Array, mask: Uint8Array): Buffer {
  const turned = Buffer.from(payload)
  for (let at = 0; at < turned.length; at += 1) {
    turned[at] = (turned[at] ?? 0) ^ (mask[at % MASK_BYTES] ?? 0)
  }
  return turned
}

export interface FrameReaderOptions {
  /** Whether the sender has to mask what it sends: clients do, servers must not. */
  readonly masked: boolean
  /** Bytes of a message, all its fragments together. */
  readonly longest: number
}

/** Takes bytes as they come, and gives what they complete: messages put together from fragments. */
export function createFrameReader({
  masked: isMasked,
  longest,
}: FrameReaderOptions): (bytes: Buffer) => readonly Frame[] {
  let rest: Buffer = Buffer.alloc(0)
  let opened: { readonly opcode: number; readonly parts: Buffer[] } | undefined
  const partsBytes = (): number =>
    (opened?.parts ?? []).reduce((sum, { length }) => sum + length, 0)
  const take = (frame: Frame & { readonly isLast: boolean }): Frame | undefined => {
    const { opcode, payload, isLast } = frame
    if (opcode >= CLOSE) return frame
    if ((opcode === CONTINUATION) !== (opened !== undefined)) {
      throw new ProtocolProblem('a fragment has no beginning, or no end')
    }
    opened ??= { opcode, parts: [] }
    opened.parts.push(payload)
    if (partsBytes() > longest) throw new ProtocolProblem(`a message is over ${longest} bytes`)
    if (!isLast) return undefined
    const whole = { opcode: opened.opcode, payload: Buffer.concat(opened.parts) }
    opened = undefined
    return whole
  }
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const frames: Frame[] = []
    for (;;) {
      const found = readFrame(rest, isMasked, longest)
      if (found === undefined) return frames
      rest = rest.subarray(found.bytes)
      const whole = take(found)
      if (whole !== undefined) frames.push(whole)
    }
  }
}

interface ReadFrame extends Frame {
  readonly isLast: boolean
  /** How many it takes, with its head. */
  readonly bytes: number
}

/** The first frame, or undefined where it has not come whole. */
function readFrame(bytes: Buffer, isMasked: boolean, longest: number): ReadFrame | undefined {
  if (bytes.length < 2) return undefined
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)]
  const opcode = first & OPCODE
  const isLast = (first & LAST) !== 0
  if ((first & RESERVED) !== 0)
    throw new ProtocolProblem('a frame has an extension nobody asked for')
  if (((second & MASKED) !== 0) !== isMasked) throw new ProtocolProblem('a frame is masked wrongly')
  const code = second & LENGTH
  if (opcode >= CLOSE && (code > LONGEST_CONTROL || !isLast)) {
    throw new ProtocolProblem('a control frame is too long, or in fragments')
  }
  const lengthBytes = code === LENGTH_16 ? 2 : code === LENGTH_64 ? 8 : 0
  const head = 2 + lengthBytes + (isMasked ? MASK_BYTES : 0)
  if (bytes.length < head) return undefined
  const length = lengthOf(bytes, code)
  if (length > longest) throw new ProtocolProblem(`a frame is over ${longest} bytes`)
  const end = head + length
  if (bytes.length < end) return undefined
  const raw = bytes.subarray(head, end)
  const payload = isMasked ? masked(raw, bytes.subarray(head - MASK_BYTES, head)) : raw
  return { opcode, isLast, payload, bytes: end }
}

function lengthOf(bytes: Buffer, code: number): number {
  if (code === LENGTH_16) return bytes.readUInt16BE(2)
  return code === LENGTH_64 ? Number(bytes.readBigUInt64BE(2)) : code
}
