// A TCP proxy before a Kafka broker that does one thing wrong: it loses a request or its answer, or
// brings a request late. All else passes as it is, but for the broker's address in answers, so that
// clients come back to the proxy.
import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { type Board, createBoard } from './board.ts'
import type { Fault } from './fault.ts'
import { Link } from './link.ts'

export interface FaultProxy extends Pick<Board, 'seen' | 'done' | 'fallen'> {
  /** Where clients find it: `127.0.0.1:PORT`. */
  readonly address: string
  /** Lets what is still held come to the broker, and ends when that has answered. */
  readonly settle: () => Promise<void>
  readonly close: () => Promise<void>
}

/** `port` is the broker's, on this machine. */
export async function startProxy(port: number, faults: readonly Fault[]): Promise<FaultProxy> {
  const board = createBoard(faults)
  const links = new Set<Link>()
  const server = createServer({ noDelay: true }, (client) => accept(client))
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a server has a port')
  const own = address.port

  function accept(client: Socket): void {
    const broker = connect({ host: '127.0.0.1', port, noDelay: true })
    const link = new Link({ client, broker, board, ports: { broker: port, own } })
    links.add(link)
    void link.closed.then(() => links.delete(link))
  }

  async function settle(): Promise<void> {
    board.hurry()
    for (const link of links) link.close()
    await Promise.all([...links].map(({ closed }) => closed))
  }

  return {
    address: `127.0.0.1:${own}`,
    seen: board.seen,
    done: board.done,
    fallen: board.fallen,
    settle,
    close: async () => {
      await settle()
      server.close()
      await once(server, 'close')
    },
  }
}
