// Ports for servers that a test starts: outside the range from which the system gives ports to
// connections, and apart from those of other test processes.
import type { Server } from '../../docker/native/server.ts'
import { isFree } from '../../docker/native/socket.ts'

const FIRST = 20_000
const BLOCKS = 1_200
const BLOCK = 10

let next = process.pid % BLOCKS

/** The server's ports by name, side by side on 127.0.0.1, none of which anybody listens on. */
export async function freePorts(server: Server): Promise<ReadonlyMap<string, number>> {
  const free = await freeNumbers(server.ports.length)
  return new Map(server.ports.map(({ name }, at) => [name, free[at] ?? 0]))
}

async function freeNumbers(count: number): Promise<readonly number[]> {
  if (count > BLOCK) throw new Error(`a block has ${BLOCK} ports`)
  for (let tries = 0; tries < BLOCKS; tries += 1) {
    const start = FIRST + next * BLOCK
    next = (next + 1) % BLOCKS
    const ports = Array.from({ length: count }, (_, at) => start + at)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return ports
  }
  throw new Error('no block of ports is free')
}
