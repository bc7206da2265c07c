// What stands behind `--log`: `memory`, `embedded:DIR` or `kafka:HOST:PORT,...`. A name that is
// none is the user's mistake, and the message says what to write instead.
import { quoted } from '../../topology/printable.ts'
import { suggest } from '../../topology/suggest.ts'
import { FileProblem } from '../load-topology.ts'

export type LogAddress =
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; readonly folder: string }
  /** Brokers to begin with, HOST:PORT each. */
  | { readonly kind: 'kafka'; readonly brokers: readonly string[] }

/** What a log that outlives its process is called. */
export const LASTING_FORMS = 'embedded:DIR or kafka:HOST:PORT'

/**
 * @throws FileProblem for a name of no log.
 *
 * @example
 * logAddress('kafka:127.0.0.1:9092') // { kind: 'kafka', brokers: ['127.0.0.1:9092'] }
 */
export function logAddress(name: string): LogAddress {
  if (name === 'memory') return { kind: 'memory' }
  const at = name.indexOf(':')
  // One letter before the colon is a drive.
  const kind = at > 1 ? name.slice(0, at) : ''
  const rest = name.slice(at + 1)
  if (kind === 'embedded' && rest.trim() !== '') return { kind: 'embedded', folder: rest }
  if (kind === 'kafka') return { kind, brokers: brokersIn(name, rest) }
  throw new FileProblem(`--log ${quoted(name)} ${mistakeIn(name, kind, rest)}`)
}

function brokersIn(name: string, rest: string): readonly string[] {
  const brokers = rest.split(',').map((each) => each.trim())
  const wrong = brokers.find((each) => !isBroker(each))
  if (wrong === undefined) return brokers
  const what = wrong === '' ? 'names no broker' : `names ${quoted(wrong)}, which is no broker`
  throw new FileProblem(`--log ${quoted(name)} ${what}; write kafka:HOST:PORT,HOST:PORT`)
}

const MOST_PORT = 65_535

/** `HOST:PORT`, or `[IPV6]:PORT`. */
function isBroker(text: string): boolean {
  const [, port = ''] = /^(?:[\w.-]+|\[[\da-fA-F:.]+\]):(\d{1,5})$/.exec(text) ?? []
  return port !== '' && Number(port) >= 1 && Number(port) <= MOST_PORT
}

function mistakeIn(name: string, kind: string, rest: string): string {
  if (kind === 'embedded' || name === 'embedded') return 'names no folder; write embedded:DIR'
  if (name === 'kafka') return 'names no broker; write kafka:HOST:PORT'
  if (kind === '') {
    const isMemory = suggest(name, ['memory']) !== undefined
    return `is no log; did you mean ${isMemory ? '"memory"' : quoted(`embedded:${name}`)}?`
  }
  const near = suggest(kind, ['embedded', 'memory', 'kafka'])
  if (near === 'embedded' || near === 'kafka') {
    return `is of no known kind; did you mean ${quoted(`${near}:${rest}`)}?`
  }
  return `is of no known kind; write memory, ${LASTING_FORMS}`
}
