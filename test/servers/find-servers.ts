// Which real servers can run on this machine, and what the others need.
import { existsSync } from 'node:fs'
import { servers } from '../../docker/native/index.ts'
import { artefactsOf } from '../../docker/native/installed.ts'
import { programOf } from '../../docker/native/program.ts'
import { type Server, ServerProblem } from '../../docker/native/server.ts'

/** For each server that cannot run here, by its name, why not and what to install. */
export async function missingServers(): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    servers.map(async (server) => [server.name, await missingFor(server)] as const),
  )
  return Object.fromEntries(
    found.flatMap(([name, why]) => (why === undefined ? [] : [[name, why]])),
  )
}

async function missingFor(server: Server): Promise<string | undefined> {
  try {
    for (const need of server.needs) programOf(need)
  } catch (error) {
    if (error instanceof ServerProblem) return error.message
    throw error
  }
  const folder = await artefactsOf(server)
  if (folder === '' || existsSync(folder)) return undefined
  return `its jars are missing: docker/native/install ${server.name} (.ci/install does)`
}
