// A TCP server that speaks as much of Kafka's protocol as a test says, and misbehaves on demand.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { WireWriter } from '../exchanges/wire-writer.ts'
import { responseReader } from './response-reader.ts'

export interface FakeRequest {
  readonly key: number
  readonly version: number
  readonly id: number
  readonly clientId: string
  readonly body: Buffer
  readonly socket: Socket
  /** Sends an answer's body, framed. */
  readonly answer: (body: Buffer) => void
}

export interface FakeBroker {
  readonly port: number
  readonly address: string
  /** Connections that were ever made. */
  readonly sockets: readonly Socket[]
  readonly close: () => Promise<void>
}

const TLS_HANDSHAKE = 0x16

/** `onRequest` may answer or not; `port` to take the place of an earlier one. */
export async function fakeBroker(
  onRequest: (request: FakeRequest) => void,
  port = 0,
): Promise<FakeBroker> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    const reader = responseReader((bytes) => onRequest(requestOf(bytes, socket)))
    socket.on('data', (chunk) => {
      // Whoever wants TLS gets no answer.
      if (chunk[0] === TLS_HANDSHAKE) socket.removeAllListeners('data')
      else reader.read(chunk)
    })
  })
  return { ...(await listening(server, port)), sockets, close: () => closed(server, sockets) }
}

async function listening(server: Server, port: number) {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return { port: taken, address: `127.0.0.1:${taken}` }
}

async function closed(server: Server, sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy()
  if (!server.listening) return
  server.close()
  await once(server, 'close')
}

function requestOf(bytes: Buffer, socket: Socket): FakeRequest {
  const id = bytes.readInt32BE(4)
  const clientEnd = 10 + bytes.readInt16BE(8)
  return {
    key: bytes.readInt16BE(0),
    version: bytes.readInt16BE(2),
    id,
    clientId: bytes.toString('utf8', 10, clientEnd),
    body: bytes.subarray(clientEnd),
    socket,
    answer: (body) => socket.write(answerBytes(id, body)),
  }
}

/** An answer as it stands on the wire. */
export function answerBytes(id: number, body: Buffer): Buffer {
  return Buffer.concat([
    new WireWriter()
      .int32(4 + body.length)
      .int32(id)
      .take(),
    body,
  ])
}

/** What a broker says it can: each key in versions 0 to 20. */
export function apiVersionsBody(): Buffer {
  const keys = Array.from({ length: 50 }, (_, key) => key)
  const out = new WireWriter().int16(0)
  out.array(keys, (key) => out.int16(key).int16(0).int16(20))
  return out.int32(0).take()
}

export interface FakeTopic {
  readonly name: string
  readonly error?: number
  readonly leaders?: readonly number[]
  /** 0 where nothing is said. */
  readonly epochs?: readonly number[]
}

/** An answer to Metadata version 7. */
export function metadataBody(
  brokers: readonly { readonly node: number; readonly port: number }[],
  topics: readonly FakeTopic[] = [],
): Buffer {
  const out = new WireWriter().int32(0)
  out.array(brokers, ({ node, port }) => {
    out.int32(node).string('127.0.0.1').int32(port).string(undefined)
  })
  out.string('cluster').int32(brokers[0]?.node ?? -1)
  out.array(topics, ({ name, error = 0, leaders = [], epochs = [] }) => {
    out.int16(error).string(name).int8(0)
    const partitions = leaders.map((leader, partition) => ({ leader, partition }))
    out.array(partitions, ({ leader, partition }) => {
      out
        .int16(leader < 0 ? 5 : 0)
        .int32(partition)
        .int32(leader)
        .int32(epochs[partition] ?? 0)
      out.int32(0).int32(0).int32(0)
    })
  })
  return out.take()
}
