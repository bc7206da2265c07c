// The contract of docker/native: what one server says about itself, so that `up`, `down` and
// `status` are written once. One server, one file; the list is index.ts.

/** A port that a server listens on. Its option is `--<name>-port`. */
export interface Port {
  readonly name: string
  /**
   * Where it is when nothing is said. If the server's first port is given, the others keep their
   * distance from it.
   */
  readonly usual: number
  /** Opened with `--secure` only. */
  readonly secureOnly?: true
}

/** One server as it is to run: where, on which ports, with what. */
export interface Place {
  /** The server's own folder, an absolute path; all that it writes is in there. */
  readonly folder: string
  readonly ports: ReadonlyMap<string, number>
  /** The folder of its artefacts; empty for a server that Debian packages. */
  readonly artefacts: string
  /** Lines for the server's configuration, on top of ours. */
  readonly settings: ReadonlyMap<string, string>
  /** The most heap that a Java server takes, as Java spells it: `512m`. */
  readonly heap: string
  /** More options for Java. */
  readonly java: readonly string[]
  /** With TLS and passwords too, where the server's file knows how. */
  readonly secure: boolean
}

/** A command; its arguments name a path inside the server's folder, by which it is known again. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  /** The user to be, of the system; ours if it is left out. */
  readonly user?: SystemUser
}

export interface SystemUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export interface Server {
  readonly name: string
  readonly summary: string
  /** The first is the one that clients mostly use. */
  readonly ports: readonly Port[]
  /** The heap when nothing is said; a server without it is no Java server. */
  readonly heap?: string
  /** What must be on the machine, and how Debian calls it. */
  readonly needs: readonly Need[]
  /** Writes configuration and, in a new folder, what the server's first start needs. */
  readonly prepare: (place: Place) => Promise<Launch>
  /** Whether the server answers its own protocol as it should when it can be used. */
  readonly ready: (place: Place) => Promise<boolean>
  /** How it is asked to end; SIGTERM unless the server takes that for something else. */
  readonly stopSignal?: 'SIGINT'
  /** What a client is told: addresses, names, passwords of a server that holds no secrets. */
  readonly addresses: (place: Pick<Place, 'ports' | 'folder' | 'secure'>) => readonly string[]
}

export interface Need {
  /** A command that must be found, by name or by one of these absolute paths. */
  readonly command: string
  readonly places?: readonly string[]
  readonly debian: string
}

/** What the user can mend: a port that is taken, a program that is missing, a server that fails. */
export class ServerProblem extends Error {
  override readonly name = 'ServerProblem'
}

/** The number of a port that the server's own list names. */
export function portOf(place: Pick<Place, 'ports'>, name: string): number {
  const port = place.ports.get(name)
  if (port === undefined) throw new Error(`no port is named "${name}"`)
  return port
}
