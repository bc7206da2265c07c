// A venue on 127.0.0.1 for tests: takes websockets, answers requests for snapshots, and counts who
// connects. What it sends, the test says.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import { CLOSE, createFrameReader, encodeFrame, type Frame, TEXT } from '../websocket/frame.ts'

export interface VenueSocket {
  /** Whatever was asked for: `/stream?streams=btcusdt@trade`. */
  readonly path: string
  readonly send: (message: unknown) => void
  readonly sendFrame: (opcode: number, payload: Uint8Array) => void
  /** As the protocol has it. */
  readonly close: (code: number) => void
  /** Without a word. */
  readonly destroy: () => void
  readonly isOpen: () => boolean
}

export interface VenueOptions {
  /** Of the how-manieth websocket, from 0. */
  readonly onSocket?: (socket: VenueSocket, index: number) => void
  readonly onFrame?: (frame: Frame, socket: VenueSocket) => void
  /** The answer to a request for a snapshot: an order book, or a status. */
  readonly snapshot?: (symbol: string, index: number) => object | number
}

export interface Venue {
  readonly websocket: string
  readonly rest: string
  /** Connections of any kind that were made so far. */
  readonly connections: () => number
  /** Paths and questions of plain requests so far. */
  readonly requests: readonly string[]
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Closed when the test is over. */
export async function openVenue(options: VenueOptions = {}): Promise<Venue> {
  const { onSocket, onFrame, snapshot } = options
  const requests: string[] = []
  const open = new Set<Duplex>()
  let [connections, sockets] = [0, 0]
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    const symbol = new URL(url, 'http://venue').searchParams.get('symbol') ?? ''
    const answer = snapshot?.(symbol, requests.length) ?? 404
    requests.push(url)
    response.statusCode = typeof answer === 'number' ? answer : 200
    response.end(typeof answer === 'number' ? '{"code":-1,"msg":"no"}' : JSON.stringify(answer))
  })
  server.on('connection', (stream) => {
    connections += 1
    open.add(stream)
    stream.on('close', () => open.delete(stream))
  })
  server.on('upgrade', (request, stream) => {
    const key = request.headers['sec-websocket-key'] ?? ''
    const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64')
    stream.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    const socket = venueSocket(stream, request.url ?? '')
    const read = createFrameReader({ masked: true, longest: 1 << 20 })
    stream.on('error', () => stream.destroy())
    stream.on('data', (bytes: Buffer) => {
      for (const frame of read(bytes)) {
        onFrame?.(frame, socket)
        if (frame.opcode === CLOSE) stream.end()
      }
    })
    onSocket?.(socket, sockets)
    sockets += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const stream of open) stream.destroy()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return {
    websocket: `ws://127.0.0.1:${port}`,
    rest: `http://127.0.0.1:${port}`,
    connections: () => connections,
    requests,
  }
}

function venueSocket(stream: Duplex, path: string): VenueSocket {
  const sendFrame = (opcode: number, payload: Uint8Array): void => {
    if (stream.writable) stream.write(encodeFrame(opcode, payload))
  }
  return {
    path,
    sendFrame,
    send: (message) => sendFrame(TEXT, Buffer.from(JSON.stringify(message), 'utf8')),
    close: (code) => {
      const payload = Buffer.alloc(2)
      payload.writeUInt16BE(code)
      sendFrame(CLOSE, payload)
    },
    destroy: () => stream.destroy(),
    isOpen: () => stream.writable,
  }
}
