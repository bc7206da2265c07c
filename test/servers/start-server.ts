// Real servers of a test's own: on free ports, in a folder that goes with the test's process. For
// tests that stop, kill or pause a server; the others share one (shared-servers.ts).
import { kafka } from '../../docker/native/kafka.ts'
import { findProcess, isGone, send } from '../../docker/native/process.ts'
import { registry } from '../../docker/native/registry.ts'
import { down, up } from '../../docker/native/run.ts'
import { portOf, type Server } from '../../docker/native/server.ts'
import { until } from '../../docker/native/until.ts'
import { freePorts } from './free-ports.ts'
import { guardedFolder } from './guarded-folder.ts'
import { quickJava } from './quick-java.ts'

export interface StartOptions {
  /** Lines for the server's configuration. */
  readonly settings?: Readonly<Record<string, string>>
  /** As Java spells it: `512m`. */
  readonly heap?: string
  /** With TLS and passwords too. */
  readonly secure?: boolean
  /** Those that it listens on, where others must know them first; free ones if left out. */
  readonly ports?: ReadonlyMap<string, number>
}

export interface StartedServer {
  /** The server's own folder, with `server.log` in it. */
  readonly folder: string
  /** By the names that docker/native gives them. */
  readonly ports: ReadonlyMap<string, number>
  readonly addresses: readonly string[]
  /** Of the process that runs now; after a restart it is another one. */
  readonly pid: () => number
  /** Ends it in order. The data stays. */
  readonly stop: () => Promise<void>
  /** Ends it at once (SIGKILL), and returns when it is gone. The data stays as it was. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same ports and data, after ending it in order if it runs. */
  readonly restart: () => Promise<void>
  /** Freezes the process (SIGSTOP): it holds its connections and answers nothing. */
  readonly pause: () => void
  readonly resume: () => void
}

export interface StartedKafka extends StartedServer {
  /** `127.0.0.1:PORT`, without TLS or a password. */
  readonly bootstrap: string
}

export interface StartedRegistry extends StartedServer {
  /** Of the Confluent-compatible API. */
  readonly url: string
}

export async function startKafka(options: StartOptions = {}): Promise<StartedKafka> {
  const started = await startServer(kafka, options)
  return { ...started, bootstrap: `127.0.0.1:${portOf(started, 'kafka')}` }
}

export async function startRegistry(options: StartOptions = {}): Promise<StartedRegistry> {
  const started = await startServer(registry, options)
  return { ...started, url: String(started.addresses[0]) }
}

/** Starts any server of docker/native and returns when it can be used. */
export async function startServer(
  server: Server,
  { settings = {}, ...options }: StartOptions = {},
): Promise<StartedServer> {
  const ports = options.ports ?? (await freePorts(server))
  const folder = guardedFolder()
  const start = () =>
    up(server, folder, {
      ...options,
      ports,
      settings: new Map(Object.entries(settings)),
      java: quickJava,
    })
  const { status } = await start()
  const pid = () => {
    const found = findProcess(status.folder)
    if (found === undefined) throw new Error(`${server.name} does not run`)
    return found
  }
  return {
    folder: status.folder,
    ports,
    addresses: status.addresses,
    pid,
    stop: async () => {
      await down(server, folder)
    },
    kill: async () => {
      const victim = pid()
      send(victim, 'SIGKILL')
      if (!(await until(() => isGone(victim), { withinMs: 10_000, everyMs: 5 }))) {
        throw new Error(`${server.name} outlives SIGKILL`)
      }
    },
    restart: async () => {
      await down(server, folder)
      await start()
    },
    pause: () => send(pid(), 'SIGSTOP'),
    resume: () => send(pid(), 'SIGCONT'),
  }
}
