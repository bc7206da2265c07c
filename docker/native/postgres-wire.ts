// The first message of the PostgreSQL protocol, by which a server says whether it takes clients.
import { ask } from './socket.ts'

/**
 * Whether the server goes on to ask for a password, or needs none (`R`); while it starts or ends it
 * answers with an error (`E`).
 */
export async function letsIn(port: number, user: string): Promise<boolean> {
  const words = Buffer.from(`user\0${user}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(head.length + words.length, 0)
  head.writeInt32BE(0x0003_0000, 4) // version 3.0
  const answer = await ask(port, Buffer.concat([head, words]), ({ length }) => length > 0)
  return answer?.toString('latin1', 0, 1) === 'R'
}
