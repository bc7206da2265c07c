// PostgreSQL from Debian's package. It refuses to run as root, so root runs it as the package's own
// user, who then owns the data.
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programOf, runProgram } from './program.ts'
import { letsIn } from './postgres-wire.ts'
import {
  type Need,
  type Place,
  portOf,
  type Server,
  ServerProblem,
  type SystemUser,
} from './server.ts'

const USER = 'millrace'
const PASSWORD = 'millrace'
const DATABASE = 'millrace'

const need: Need = { command: 'postgres', places: packagedPlaces(), debian: 'postgresql' }

export const postgres: Server = {
  name: 'postgres',
  summary: 'PostgreSQL',
  ports: [{ name: 'postgres', usual: 5432 }],
  needs: [need],
  stopSignal: 'SIGINT', // ends at once; SIGTERM waits for the last client to leave

  async prepare(place) {
    await mkdir(place.folder, { recursive: true })
    const user = await systemUser()
    const data = join(place.folder, 'data')
    if (!existsSync(data)) await initialise(place, user)
    const settings = new Map([
      ['listen_addresses', '127.0.0.1'],
      ['port', String(portOf(place, 'postgres'))],
      ['unix_socket_directories', ''],
      ...place.settings,
    ])
    return {
      command: 'postgres',
      args: ['-D', data, ...[...settings].flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      ...(user && { user }),
    }
  },

  ready: (place) => letsIn(portOf(place, 'postgres'), USER),

  addresses: (place) => [
    `postgresql://${USER}:${PASSWORD}@127.0.0.1:${portOf(place, 'postgres')}/${DATABASE}`,
  ],
}

/** Makes the data folder under another name, and renames it when it is whole. */
async function initialise({ folder }: Place, user: SystemUser | undefined): Promise<void> {
  const made = join(folder, 'data.new')
  const password = join(folder, 'password')
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { mode: 0o700 })
  await writeFile(password, PASSWORD, { mode: 0o600 })
  if (user) for (const path of [made, password]) await chown(path, user.uid, user.gid)
  const program = programOf(need)
  const initdb = program.replace(/postgres$/, 'initdb')
  try {
    await runProgram(
      initdb,
      [
        ...['-D', made, '-U', USER, '--pwfile', password, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'],
      ],
      { user },
    )
    await runProgram(program, ['--single', '-D', made, 'postgres'], {
      user,
      input: `create database ${DATABASE}\n`,
    })
  } catch (error) {
    throw new ServerProblem(whatFailed(user, error), { cause: error })
  } finally {
    await rm(password, { force: true })
  }
  await rename(made, join(folder, 'data'))
}

function whatFailed(user: SystemUser | undefined, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  if (!user || !/permission denied|not access/i.test(said)) return said
  return (
    `${said}\nRoot runs it as user "${user.name}", who must be able to enter that folder and ` +
    'those above it: choose another --folder, such as one under /var/tmp'
  )
}

/** Only root has to be somebody else. */
async function systemUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const name = 'postgres'
  const id = async (flag: string) => Number(await runProgram('id', [flag, name]))
  return { name, uid: await id('-u'), gid: await id('-g') }
}

/** Debian has a folder for each version and puts none of them on the path; the newest first. */
function packagedPlaces(): readonly string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(root, version, 'bin', 'postgres'))
}
