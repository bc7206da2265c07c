// A TCP proxy before any server on this machine, which loses what a test says: a request before the
// server has it, an answer after the server has done it, or all connections at once.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** Ends every connection; new ones pass. */
  readonly cut: () => void
  /** The next bytes of a client are lost, and their connection with them. */
  readonly loseRequest: () => void
  /** The next bytes of the server are lost, and their connection with them. */
  readonly loseAnswer: () => void
  readonly close: () => Promise<void>
}

/** `port` is the server's, on 127.0.0.1. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let lost: 'request' | 'answer' | undefined
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port, noDelay: true })
    const pair = [client, upstream] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    const hand = (from: Socket, to: Socket, what: 'request' | 'answer') => {
      from.on('data', (bytes) => {
        if (lost !== what) to.write(bytes)
        else {
          lost = undefined
          end()
        }
      })
      from.on('error', end).on('close', end)
    }
    hand(client, upstream, 'request')
    hand(upstream, client, 'answer')
  })
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a server has a port')
  const cut = () => {
    for (const socket of [...pairs].flat()) socket.destroy()
  }
  return {
    port: address.port,
    cut,
    loseRequest: () => (lost = 'request'),
    loseAnswer: () => (lost = 'answer'),
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
