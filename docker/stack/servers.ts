// The servers of the stack: in a folder and on ports of their own, beside those of
// `npm run servers`. apps/crypto/stack.yaml says to the desk where they are; a test compares.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { kafka } from '../native/kafka.ts'
import { postgres } from '../native/postgres.ts'
import { questdb } from '../native/questdb.ts'
import { redis } from '../native/redis.ts'
import { registry } from '../native/registry.ts'
import { down, status, up } from '../native/run.ts'
import { type Server, ServerProblem } from '../native/server.ts'

/** Port by name; what is left out keeps its distance from the server's first. */
export const stackServers: ReadonlyMap<Server, ReadonlyMap<string, number>> = new Map([
  [kafka, new Map([['kafka', 14092]])],
  [registry, new Map([['registry', 14081]])],
  [questdb, new Map([['questdb', 14000]])],
  [postgres, new Map([['postgres', 14432]])],
  [redis, new Map([['redis', 14379]])],
])

/** What is in it goes with `down`. */
export const STACK = join(import.meta.dirname, '..', '..', 'out', 'stack')
const SERVERS = join(STACK, 'servers')

/** @throws ServerProblem of all that cannot start, at once. */
export async function startServers(): Promise<void> {
  const starting = [...stackServers].map(([server, ports]) => up(server, SERVERS, { ports }))
  const problems = (await Promise.allSettled(starting)).flatMap((result) => {
    if (result.status === 'fulfilled') return []
    if (result.reason instanceof ServerProblem) return [result.reason.message]
    throw result.reason
  })
  if (problems.length === 0) return
  if (problems.some((problem) => problem.includes('cannot listen'))) {
    problems.push('The stack has no options: its ports are those in apps/crypto/stack.yaml')
  }
  throw new ServerProblem([...new Set(problems)].join('\n'))
}

export async function areUp(): Promise<boolean> {
  const found = await Promise.all([...stackServers.keys()].map((each) => status(each, SERVERS)))
  return found.every(({ state }) => state === 'up')
}

/** Ends those that run, and deletes what they hold: the registry forgets its schemas anyway. */
export async function removeServers(): Promise<readonly string[]> {
  const servers = [...stackServers.keys()]
  const ended = await Promise.all(servers.map((server) => down(server, SERVERS)))
  await rm(STACK, { recursive: true, force: true })
  return servers.filter((_, at) => ended[at] !== undefined).map(({ name }) => name)
}
