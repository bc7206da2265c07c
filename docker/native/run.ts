// Up, down and status of one server in one folder. Up returns when the server can be used, or says
// why it cannot and what mends it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installArtefacts } from './installed.ts'
import {
  findProcess,
  isGone,
  logFile,
  residentBytes,
  startProcess,
  stopProcess,
} from './process.ts'
import { type Launch, type Place, type Server, ServerProblem } from './server.ts'
import { isFree } from './socket.ts'
import { until } from './until.ts'

const UP_WITHIN_MS = 90_000
const DOWN_WITHIN_MS = 30_000
const LOG_LINES = 20

export interface UpOptions {
  /** Ports by name; what is left out is where it usually is. */
  readonly ports?: ReadonlyMap<string, number>
  readonly settings?: ReadonlyMap<string, string>
  readonly heap?: string
  readonly java?: readonly string[]
  readonly secure?: boolean
}

export interface Status {
  readonly server: Server
  readonly folder: string
  /** Nothing runs; it runs but does not answer; it runs and answers. */
  readonly state: 'down' | 'silent' | 'up'
  readonly pid?: number
  readonly residentBytes?: number
  readonly addresses: readonly string[]
}

/** What a later `status` or `up` must know of a running server; in its folder. */
interface Noted {
  readonly ports: Readonly<Record<string, number>>
  readonly secure: boolean
}

/** Starts the server in `folder`, if it is not up, and waits until it can be used. */
export async function up(
  server: Server,
  folder: string,
  options: UpOptions = {},
): Promise<{ readonly status: Status; readonly was: 'up' | 'down' }> {
  const own = join(folder, server.name)
  const pid = findProcess(own)
  const place = placeOf(server, own, options)
  if (pid !== undefined) {
    refuseOtherPorts(server, own, place, options)
    const running = { ...place, ...read(own) }
    await becomeReady(server, running, pid)
    return { status: await status(server, folder), was: 'up' }
  }
  for (const { name, secureOnly } of server.ports) {
    if (!secureOnly || place.secure) await refuseTaken(server, name, place.ports.get(name) ?? 0)
  }
  const artefacts = await installArtefacts(server)
  mkdirSync(own, { recursive: true })
  const launch = await prepared(server, { ...place, artefacts })
  const noted: Noted = { ports: Object.fromEntries(place.ports), secure: place.secure }
  writeFileSync(notes(own), `${JSON.stringify(noted, undefined, 2)}\n`)
  await becomeReady(server, place, await startProcess(own, launch, server.needs))
  return { status: await status(server, folder), was: 'down' }
}

/** Ends the server; undefined if it did not run. */
export async function down(
  server: Server,
  folder: string,
): Promise<{ readonly pid: number; readonly how: 'stopped' | 'killed' } | undefined> {
  const own = join(folder, server.name)
  const pid = findProcess(own)
  if (pid === undefined) return undefined
  const signal = server.stopSignal ?? 'SIGTERM'
  return { pid, how: await stopProcess(own, pid, { signal, withinMs: DOWN_WITHIN_MS }) }
}

export async function status(server: Server, folder: string): Promise<Status> {
  const own = join(folder, server.name)
  const pid = findProcess(own)
  if (pid === undefined) return { server, folder: own, state: 'down', addresses: [] }
  const place = { ...placeOf(server, own, {}), ...read(own) }
  return {
    server,
    folder: own,
    state: (await server.ready(place)) ? 'up' : 'silent',
    pid,
    residentBytes: residentBytes(pid),
    addresses: server.addresses(place),
  }
}

function placeOf(server: Server, folder: string, options: UpOptions): Place {
  const [first] = server.ports
  const given = options.ports?.get(first?.name ?? '')
  const moved = given === undefined ? 0 : given - (first?.usual ?? 0)
  return {
    folder,
    ports: new Map(
      server.ports.map(({ name, usual }) => [name, options.ports?.get(name) ?? usual + moved]),
    ),
    artefacts: '',
    settings: options.settings ?? new Map(),
    heap: options.heap ?? server.heap ?? '',
    java: options.java ?? [],
    secure: options.secure ?? false,
  }
}

async function prepared(server: Server, place: Place): Promise<Launch> {
  try {
    return await server.prepare(place)
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw error
    const text = `${server.name} cannot be made ready in ${place.folder}: ${error.message}`
    throw new ServerProblem(text, { cause: error })
  }
}

async function becomeReady(server: Server, place: Place, pid: number): Promise<void> {
  const runs = () => !isGone(pid)
  const usable = await until(async () => !runs() || (await server.ready(place)), {
    withinMs: UP_WITHIN_MS,
  })
  if (usable && runs()) return
  const log = logFile(place.folder)
  const what = runs() ? `does not answer within ${UP_WITHIN_MS / 1000} s` : 'ended at its start'
  const repair = runs() ? `run "down ${server.name}" and look at` : 'mend what it says; all is in'
  const tail = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []
  throw new ServerProblem(
    [
      `${server.name} ${what}. The last lines of its log:`,
      ...tail.slice(-LOG_LINES).map((line) => `  ${line}`),
      `${repair} ${log}`,
    ].join('\n'),
  )
}

async function refuseTaken(server: Server, name: string, port: number): Promise<void> {
  if (await isFree(port)) return
  throw new ServerProblem(
    `${server.name} cannot listen on 127.0.0.1:${port}: another program does. ` +
      `Stop it, or choose another port with --${name}-port`,
  )
}

function refuseOtherPorts(server: Server, own: string, wanted: Place, options: UpOptions): void {
  const { ports } = read(own)
  for (const name of options.ports?.keys() ?? []) {
    const [is, asked] = [ports.get(name), wanted.ports.get(name)]
    if (is === asked) continue
    throw new ServerProblem(
      `${server.name} is up in ${own} already, ` +
        `with --${name}-port ${is ?? 0}, not ${asked ?? 0}. ` +
        `Run "down ${server.name}" first, or choose another --folder`,
    )
  }
}

const notes = (own: string) => join(own, 'server.json')

function read(own: string): Pick<Place, 'ports' | 'secure'> {
  const noted = JSON.parse(readFileSync(notes(own), 'utf8')) as Noted
  return { ports: new Map(Object.entries(noted.ports)), secure: noted.secure }
}
