// The command line, read: the verb, the servers, and what is said of each. A word that it does not
// know is the user's mistake, and is answered with what there is.
import { parseArgs } from 'node:util'
import { servers } from './index.ts'
import type { UpOptions } from './run.ts'
import { type Server, ServerProblem } from './server.ts'

const VERBS = ['up', 'down', 'status'] as const

export interface ServersCommand {
  readonly verb: (typeof VERBS)[number]
  readonly servers: readonly Server[]
  readonly folder?: string
  readonly options: (server: Server) => UpOptions
}

/** Undefined if the usage is asked for. */
export function parseCommand(args: readonly string[]): ServersCommand | undefined {
  const { values, positionals } = readArgs(args)
  if (values.help === true) return undefined
  const [word, ...names] = positionals
  const verb = VERBS.find((known) => known === word)
  if (verb === undefined) throw mistake(`"${word ?? ''}" is none of ${VERBS.join(', ')}`)
  if (names.length === 0) throw mistake(`${verb} which? ${known()}, or all`)
  const chosen = names.includes('all') ? servers : [...new Set(names)].map(serverOf)
  const ports = new Map(
    allPorts().flatMap((name) => {
      const text = (values as Readonly<Record<string, unknown>>)[`${name}-port`]
      return typeof text === 'string' ? [[name, portNumber(name, text)] as const] : []
    }),
  )
  return {
    verb,
    servers: chosen,
    ...(typeof values.folder === 'string' && { folder: values.folder }),
    options: (server) => {
      const heap = perServer('heap', values.heap, server).at(-1)
      return {
        ports: new Map([...ports].filter(([name]) => server.ports.some((p) => p.name === name))),
        settings: new Map(
          perServer('set', values.set, server, '.').map((pair) =>
            split(pair, '=', `--set ${server.name}.`),
          ),
        ),
        ...(heap !== undefined && { heap }),
        java: perServer('java', values.java, server),
        secure: values.secure === true,
      }
    },
  }
}

export function usage(): string {
  const options = [
    '--folder DIR                where data, logs and pid files are (out/servers)',
    '--secure                    Kafka with TLS and passwords too',
    '--set SERVER.NAME=VALUE     a line of the configuration of the server',
    '--heap SERVER=SIZE          the most heap of a Java server, such as kafka=1g',
    '--java SERVER=OPTION        an option for its Java, such as kafka=-XX:+UseSerialGC',
    ...servers.flatMap(({ ports }) =>
      ports.map(({ name, usual }) => `${`--${name}-port N`.padEnd(27)} ${usual}`),
    ),
  ]
  return [
    'npm run servers -- up|down|status SERVER... [options]',
    '',
    ...servers.map(({ name, summary }) => `  ${name.padEnd(27)} ${summary}`),
    `  ${'all'.padEnd(27)} all of them`,
    '',
    ...options.map((line) => `  ${line}`),
  ].join('\n')
}

function readArgs(args: readonly string[]) {
  const several = { type: 'string', multiple: true } as const
  const one = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        folder: one,
        help: { type: 'boolean' },
        secure: { type: 'boolean' },
        set: several,
        heap: several,
        java: several,
        ...Object.fromEntries(allPorts().map((name) => [`${name}-port`, one])),
      },
    })
  } catch (error) {
    throw mistake(error instanceof Error ? error.message : String(error))
  }
}

/** Of `kafka.a=1` and `kafka=1g` what stands behind the server's name; refuses other names. */
function perServer(option: string, given: unknown, server: Server, mark = '='): readonly string[] {
  return ((given ?? []) as readonly string[]).flatMap((text) => {
    const [name, value] = split(text, mark, `--${option} `)
    return serverOf(name) === server ? [value] : []
  })
}

function split(text: string, mark: string, option: string): readonly [string, string] {
  const at = text.indexOf(mark)
  if (at < 0) throw mistake(`${option}${text} has no "${mark}"`)
  return [text.slice(0, at), text.slice(at + 1)]
}

function serverOf(name: string): Server {
  const server = servers.find((candidate) => candidate.name === name)
  if (server === undefined) throw mistake(`there is no server "${name}", but ${known()}`)
  return server
}

function portNumber(name: string, text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw mistake(`--${name}-port ${text} is no port: a number from 1 to 65535`)
}

const known = () => servers.map(({ name }) => name).join(', ')
const allPorts = () => servers.flatMap(({ ports }) => ports.map(({ name }) => name))
const mistake = (what: string) => new ServerProblem(`${what} (--help shows all)`)
