// What Redis answers with and what sockets fail with, as the errors of sinks. No error of the
// client is handed on, not even as a cause: it holds the command with its arguments, and of those
// the password.
import type { EngineError } from '../../topology/engine-error.ts'
import { type Place, sinkFault } from '../sink-fault.ts'
import type { SinkFault } from '../sink.ts'
import { tlsFault } from '../tls.ts'

interface Answer {
  readonly code: SinkFault
  readonly sentence: string
}

const busy = (sentence: string): Answer => ({ code: 'sink-unavailable', sentence })
const denied = (sentence: string): Answer => ({ code: 'sink-not-allowed', sentence })
export const CLUSTER: Answer = {
  code: 'sink-refused',
  sentence: 'Redis is a cluster, whose keys no one script can write; name a single Redis',
}
const NO_RIGHT = denied(
  'its user may not do what the sink does; docs/sinks.md lists what to allow it',
)
const NOT_KNOWN = denied('Redis does not know this user and password; correct them')

/** By the first word of what Redis answers. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  LOADING: busy('Redis is loading its data'),
  BUSY: busy('another script keeps Redis busy'),
  READONLY: busy('Redis is a replica that takes no writes; it is tried again'),
  MASTERDOWN: busy('Redis is a replica without its master'),
  NOREPLICAS: busy('Redis has too few replicas to take writes'),
  OOM: busy('Redis has no memory left; raise its maxmemory'),
  MISCONF: busy('Redis cannot save its data and takes no writes; look into its log'),
  TRYAGAIN: CLUSTER,
  CLUSTERDOWN: CLUSTER,
  MOVED: CLUSTER,
  ASK: CLUSTER,
  CROSSSLOT: CLUSTER,
  NOAUTH: denied('Redis asks for a password; set "password" in the environment'),
  WRONGPASS: NOT_KNOWN,
  NOPERM: NO_RIGHT,
  WRONGTYPE: {
    code: 'sink-differs',
    sentence: 'the key of its position holds something else; remove that key',
  },
}
/** By what follows `ERR`. */
const ERRORS: readonly (readonly [RegExp, Answer])[] = [
  [/max number of clients/, busy('Redis takes no more clients')],
  [/without any password configured/, denied('Redis has no password; leave "password" out')],
  [/invalid password/, NOT_KNOWN],
  [/user executing the script/, NO_RIGHT],
  [/DB index/, { code: 'sink-refused', sentence: 'Redis has no such database; correct "db"' }],
  [/cluster mode/, CLUSTER],
]

const REACH = 'see whether it runs, and whether url and tls of the connection are right'

/** Whether Redis has answered, so that the connection is still of use. */
export function isAnswer(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}

export function redisFault(place: Place, error: unknown): EngineError {
  if (!isAnswer(error)) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    const tls = typeof code === 'string' ? tlsFault(place, code, 'asking Redis') : undefined
    if (tls !== undefined) return tls
    const why = typeof code === 'string' ? code : String(message)
    return answerFault(place, busy(`Redis cannot be reached (${why}); ${REACH}`))
  }
  // Behind these words stand arguments of the command.
  const [text = ''] = error.message.split(', with args')
  const answer =
    ANSWERS[/^[A-Z]+/.exec(text)?.[0] ?? ''] ?? ERRORS.find(([is]) => is.test(text))?.[1]
  const unknown: Answer = { code: 'sink-refused', sentence: `Redis answers: ${text.slice(0, 200)}` }
  return answerFault(place, answer ?? unknown)
}

export function answerFault(place: Place, { code, sentence }: Answer): EngineError {
  return sinkFault(place, code, sentence)
}
