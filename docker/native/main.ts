// The command: `npm run servers -- up kafka registry`. Up, down and status of real servers on
// 127.0.0.1, without Docker. 0 done, 1 not.
import { join, resolve } from 'node:path'
import { parseCommand, usage } from './command.ts'
import { down, type Status, status, up } from './run.ts'
import { type Server, ServerProblem } from './server.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'out', 'servers')

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function run(args: readonly string[]): Promise<boolean> {
  const command = parseCommand(args)
  if (command === undefined) {
    say(usage())
    return true
  }
  const folder = resolve(command.folder ?? FOLDER)
  const work = { up: upOne, down: downOne, status: statusOne }[command.verb]
  const results = await Promise.allSettled(
    command.servers.map((server) => work(server, folder, command.options(server))),
  )
  for (const result of results) {
    if (result.status === 'rejected') tell(result.reason)
  }
  return results.every((result) => result.status === 'fulfilled' && result.value)
}

async function upOne(...[server, folder, options]: Parameters<typeof up>): Promise<boolean> {
  const { status: found, was } = await up(server, folder, options)
  say(`${server.name} is up${was === 'up' ? ' already' : ''}: ${text(found)}`)
  return true
}

async function downOne(server: Server, folder: string): Promise<boolean> {
  const ended = await down(server, folder)
  const how = { stopped: 'stopped', killed: 'did not stop in time and was killed' }
  say(`${server.name} ${ended ? `${how[ended.how]} (process ${ended.pid})` : 'is down already'}`)
  return true
}

/** Exit code 1 if a server is not up, for scripts. */
async function statusOne(server: Server, folder: string): Promise<boolean> {
  const found = await status(server, folder)
  const states = { up: 'is up', silent: 'runs but does not answer', down: 'is down' }
  const more = found.pid === undefined ? '' : `: ${text(found)}`
  say(`${server.name} ${states[found.state]}${more}`)
  return found.state === 'up'
}

function text({ addresses, pid = 0, residentBytes = 0 }: Status): string {
  const memory = `${Math.round(residentBytes / 2 ** 20)} MB`
  return [...addresses, `process ${pid}`, memory].join(', ')
}

function tell(error: unknown): void {
  if (!(error instanceof ServerProblem)) throw error
  process.stderr.write(`error: ${error.message}\n`)
}

try {
  if (!(await run(process.argv.slice(2)))) process.exitCode = 1
} catch (error) {
  tell(error)
  process.exitCode = 1
}
