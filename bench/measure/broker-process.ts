// The process that listens on a port of this machine: a broker whose processor time counts beside
// ours (Linux, /proc).
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { LogAccess } from '../../cli/log/log-access.ts'

const LISTENS = '0A'
const HERE = new Set(['127.0.0.1', 'localhost', '::1', '[::1]'])

/** Undefined for a log without a broker, and where its broker is elsewhere or not ours to see. */
export function brokerProcess({ address }: LogAccess): number | undefined {
  if (address.kind !== 'kafka' || !existsSync('/proc/net/tcp')) return undefined
  const [first = ''] = address.brokers
  const at = first.lastIndexOf(':')
  return HERE.has(first.slice(0, at)) ? listener(Number(first.slice(at + 1))) : undefined
}

function listener(port: number): number | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => socketsOn(table, hex)))
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).find((pid) => linksOf(pid).some((link) => sockets.has(link)))
}

function socketsOn(table: string, port: string): readonly string[] {
  const file = `/proc/net/${table}`
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      return local.endsWith(`:${port}`) && state === LISTENS ? [`socket:[${inode}]`] : []
    })
}

function linksOf(pid: number): readonly string[] {
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).map((name) => readlinkSync(`${folder}/${name}`))
  } catch (error) {
    // Another user's process, or one that has ended meanwhile.
    if (error instanceof Error && 'code' in error) return []
    throw error
  }
}
