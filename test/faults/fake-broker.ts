// A server that takes Kafka's frames and answers each with its own bytes, for tests of the proxy.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { frameCutter, requestHead } from './frames.ts'

export interface FakeBroker {
  readonly port: number
  /** The keys of the requests that came, in their order. */
  readonly came: readonly number[]
  /** Resolves when so many requests have come. */
  readonly hasCome: (requests: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** An answer is the correlation id, then what `bodyOf` gives. */
export async function startFakeBroker(
  bodyOf: (key: number, port: number) => Buffer,
): Promise<FakeBroker> {
  const came: number[] = []
  const sockets = new Set<Socket>()
  const waiting: { readonly requests: number; readonly act: () => void }[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    const answer = (frame: Buffer): void => {
      const { key, correlation } = requestHead(frame)
      came.push(key)
      for (const { requests, act } of waiting) if (came.length >= requests) act()
      socket.write(answerFrame(correlation, bodyOf(key, port)))
    }
    socket.on('data', frameCutter(answer))
  })
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a server has a port')
  const { port } = address
  return {
    port,
    came,
    hasCome: (requests) =>
      new Promise((resolve) => {
        if (came.length >= requests) resolve()
        else waiting.push({ requests, act: resolve })
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function answerFrame(correlation: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length, 0)
  head.writeInt32BE(correlation, 4)
  return Buffer.concat([head, body])
}

/** A request of that kind with no body. */
export function requestFrame(key: number, correlation: number): Buffer {
  const client = Buffer.from('tester')
  const frame = Buffer.alloc(14)
  frame.writeInt32BE(10 + client.length, 0)
  frame.writeInt16BE(key, 4)
  frame.writeInt32BE(correlation, 8)
  frame.writeInt16BE(client.length, 12)
  return Buffer.concat([frame, client])
}
