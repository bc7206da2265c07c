// The address under which a process is asked by the others of its topology, and by people.
import { hostname } from 'node:os'
import type { HttpSettings } from './read-http.ts'

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]'])

/** `port` is the one that is listened on. */
export function endpointOf(http: HttpSettings | undefined, port: number): string {
  const { host = '127.0.0.1', advertise, guarding } = http ?? {}
  if (advertise !== undefined) return advertise
  const scheme = guarding?.tls === undefined ? 'http' : 'https'
  // Others cannot ask a machine by "all of its addresses": its name is the best that is known.
  const name = EVERY_ADDRESS.has(host) ? hostname() : host
  return `${scheme}://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`
}
