// The reading end of a websocket (RFC 6455). Node's own cannot be ended against a peer that has
// gone silent: its `close` waits for an answer without end, and the process with it. This one ends
// at once, answers pings, and takes a connection for lost on which nothing has come for a while.
import { isUtf8 } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import { type ClientRequest, request as requestPlain, type IncomingMessage } from 'node:http'
import { request as requestSecure } from 'node:https'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  CLOSE,
  createFrameReader,
  encodeFrame,
  type Frame,
  PING,
  PONG,
  ProtocolProblem,
  TEXT,
} from './frame.ts'

export interface WebSocketEvents {
  readonly onOpen: () => void
  /** Whole messages, in order. */
  readonly onText: (text: string) => void
  /** Once, with why; nothing comes after it. Not where `end` was called. */
  readonly onLost: (reason: string) => void
}

export interface WebSocket {
  /** At once: what has not been handed on is gone. */
  readonly end: () => void
}

/** From section 1.3: what a server proves with that it speaks the protocol. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const LONGEST_MESSAGE = 1 << 24
const USUAL_SILENT_MS = 15_000

export interface WebSocketOptions {
  /** After that long in silence it asks with a ping, and after as long again it is lost. */
  readonly silentMs?: number
}

/** `url` begins with ws: or wss:. Never throws for what the other end does. */
export function openWebSocket(
  url: string,
  events: WebSocketEvents,
  { silentMs = USUAL_SILENT_MS }: WebSocketOptions = {},
): WebSocket {
  const { protocol } = new URL(url)
  const key = randomBytes(16).toString('base64')
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
  }
  const options = { headers, timeout: silentMs, agent: false } as const
  const request: ClientRequest =
    protocol === 'wss:'
      ? requestSecure(url.replace(/^wss/, 'https'), options)
      : requestPlain(url.replace(/^ws/, 'http'), options)
  let hasEnded = false
  let stream: Duplex | undefined
  const end = (): void => {
    hasEnded = true
    request.destroy()
    stream?.destroy()
  }
  const lose = (reason: string): void => {
    if (hasEnded) return
    end()
    events.onLost(reason)
  }
  request.on('error', (error) => lose(`it cannot be reached: ${error.message}`))
  request.on('timeout', () => {
    if (stream === undefined) lose('it does not answer')
  })
  request.on('response', ({ statusCode = 0 }) => lose(`it answered with status ${statusCode}`))
  request.on('upgrade', (response, upgraded, first) => {
    stream = upgraded
    if (hasEnded) upgraded.destroy()
    else if (!isAccepted(response, key)) lose('it answered, but is no websocket')
    else read(upgraded, first, { events, lose, silentMs, hasEnded: () => hasEnded })
  })
  request.end()
  return { end }
}

function isAccepted({ headers }: IncomingMessage, key: string): boolean {
  const expected = createHash('sha1').update(`${key}${GUID}`).digest('base64')
  return headers['sec-websocket-accept'] === expected
}

interface Reading {
  readonly events: WebSocketEvents
  readonly lose: (reason: string) => void
  readonly silentMs: number
  readonly hasEnded: () => boolean
}

function read(stream: Duplex, first: Buffer, reading: Reading): void {
  const { events, lose, silentMs, hasEnded } = reading
  const send = (opcode: number, payload: Uint8Array): void => {
    if (stream.writable) stream.write(encodeFrame(opcode, payload, randomBytes(4)))
  }
  const takeFrame = ({ opcode, payload }: Frame): void => {
    if (opcode === TEXT && isUtf8(payload)) events.onText(payload.toString('utf8'))
    else if (opcode === PING) send(PONG, payload)
    else if (opcode === CLOSE) {
      send(CLOSE, payload.subarray(0, 2))
      lose(closedBecause(payload))
    } else if (opcode !== PONG) lose('it sent what is no text')
  }
  const take = createFrameReader({ masked: false, longest: LONGEST_MESSAGE })
  let hasAsked = false
  const onData = (bytes: Buffer): void => {
    hasAsked = false
    try {
      for (const frame of take(bytes)) {
        if (hasEnded()) return
        takeFrame(frame)
      }
    } catch (error) {
      if (!(error instanceof ProtocolProblem)) throw error
      lose(`it broke the protocol: ${error.message}`)
    }
  }
  stream.on('error', (error) => lose(`it broke off: ${error.message}`))
  stream.on('close', () => lose('it broke off'))
  stream.on('end', () => lose('it broke off'))
  if (stream instanceof Socket) {
    stream.setTimeout(silentMs)
    stream.on('timeout', () => {
      if (hasAsked) lose('it fell silent')
      hasAsked = true
      send(PING, new Uint8Array(0))
    })
  }
  events.onOpen()
  if (first.length > 0) onData(first)
  stream.on('data', onData)
}

function closedBecause(payload: Buffer): string {
  const code = payload.length < 2 ? undefined : payload.readUInt16BE(0)
  return code === undefined ? 'it was closed there' : `it was closed there with code ${code}`
}
