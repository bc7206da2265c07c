// What a server needs on the machine: programs, and the artefacts that `install` beside this file
// puts into a cache.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { programOf, runProgram } from './program.ts'
import { type Server, ServerProblem } from './server.ts'

const INSTALL = join(import.meta.dirname, 'install')

/** The folder of the server's artefacts, installed or not; empty for one that Debian packages. */
export async function artefactsOf(server: Server): Promise<string> {
  if (!hasArtefacts(server)) return ''
  return (await runProgram(INSTALL, ['--where', server.name])).trim()
}

/** The same, and makes sure that they are there. What `install` does is said on standard error. */
export async function installArtefacts(server: Server): Promise<string> {
  for (const need of server.needs) programOf(need)
  const folder = await artefactsOf(server)
  if (folder === '' || existsSync(folder)) return folder
  const child = spawn(INSTALL, [server.name], { stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0) {
    throw new ServerProblem(`${server.name} is not installed: see above, then run ${INSTALL}`)
  }
  return folder
}

function hasArtefacts(server: Server): boolean {
  return existsSync(join(import.meta.dirname, `${server.name}.pom.xml`))
}
