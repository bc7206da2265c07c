// One QuestDB server over HTTP: SQL through /exec, rows through /write. A request is sent once, but
// for one that fell on a connection which the server had meanwhile let go. What comes back is an
// answer or an EngineError.
import http from 'node:http'
import https from 'node:https'
import { type Place, sinkFault } from '../sink-fault.ts'
import { tlsFault, tlsOptions } from '../tls.ts'
import type { QuestdbSettings } from './config.ts'

/** A line that the server takes neither now nor later, from 1 on. */
export interface BadLine {
  readonly line: number
  readonly column: string | undefined
}

export type Cell = string | number | boolean | null

export interface Server {
  readonly query: (sql: string) => Promise<readonly (readonly Cell[])[]>
  /** When it returns, the lines are in the table's log: all of them, or with a bad line none. */
  readonly write: (lines: string) => Promise<BadLine | undefined>
  readonly close: () => void
}

interface Answer {
  readonly status: number
  readonly body: string
}

type Send = (method: string, path: string, body?: string) => Promise<Answer>

export function connectTo(settings: QuestdbSettings, place: Place): Server {
  const url = new URL(settings.url)
  const at = url.origin
  const { send, close } = sender(settings, url, place)

  async function ask(method: string, path: string, body?: string): Promise<Answer> {
    const answer = await send(method, path, body).catch((cause: unknown) => {
      throw unreachable(cause, at, place)
    })
    const { status } = answer
    if (status === 401 || status === 403) {
      const who = settings.token === undefined ? '`user` and `password`' : '`token`'
      const what = `QuestDB at ${at} does not let it in (${status}); check ${who} and its rights`
      throw sinkFault(place, 'sink-not-allowed', what)
    }
    if (status === 404) {
      const what = `${at} has no ${path.replace(/\?.*/, '')}; check \`url\`, and that QuestDB's `
      throw sinkFault(place, 'sink-refused', `${what}HTTP server and line.http.enabled are on`)
    }
    return answer
  }

  return {
    async query(sql) {
      const { status, body } = await ask('GET', `/exec?query=${encodeURIComponent(sql)}`)
      const answer = parse(body)
      if (status === 200 && answer !== undefined) return answer.dataset ?? []
      throw failed(status, answer?.error ?? body.slice(0, 200), at, place)
    },
    async write(lines) {
      const { status, body } = await ask('POST', '/write?precision=u', lines)
      if (status === 204) return undefined
      const { message = '', line = 0, code = 'no answer of QuestDB' } = parse(body) ?? {}
      const column = /, column: ([^;]+);/.exec(message)?.[1]
      // Its message shows the value, and is not handed on.
      if (message.includes('cast error')) {
        const name = `column "${column ?? ''}" of QuestDB at ${at}`
        const what = `${name} changed its type meanwhile; undo that, or start again`
        throw sinkFault(place, 'sink-differs', what)
      }
      if (status === 400 && line > 0) return { line, column }
      throw failed(status, code, at, place)
    },
    close,
  }
}

/** Over connections that are kept. Fails with what Node says of the connection. */
function sender(
  settings: QuestdbSettings,
  url: URL,
  place: Place,
): { send: Send; close: () => void } {
  const protocol = url.protocol === 'https:' ? https : http
  const agent = new protocol.Agent({ keepAlive: true, ...tlsOptions(settings, place) })
  const authorization = authorizationOf(settings)
  const fixed = {
    agent,
    timeout: settings.timeout / 1000,
    headers: authorization === undefined ? {} : { authorization },
  }
  const base = url.pathname.replace(/\/$/, '')

  function send(method: string, path: string, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { ...fixed, method, path: base + path }
      const request = protocol.request(url, options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
        })
      })
      request.on('timeout', () => request.destroy(new Error('no answer in time')))
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server may let a connection go while nobody asks; see `reusedSocket` in Node's docs.
        if (request.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '')) {
          send(method, path, body).then(resolve, reject)
        } else reject(error)
      })
      request.end(body)
    })
  }
  return { send, close: () => agent.destroy() }
}

function authorizationOf({ user, password, token }: QuestdbSettings): string | undefined {
  if (token !== undefined) return `Bearer ${token}`
  if (user === undefined) return undefined
  return `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`
}

/** What QuestDB's JSON answers say, of queries and of writes. */
interface Said {
  readonly dataset?: readonly (readonly Cell[])[]
  readonly error?: string
  readonly code?: string
  readonly message?: string
  readonly line?: number
}

function parse(body: string): Said | undefined {
  try {
    const found: unknown = JSON.parse(body)
    return typeof found === 'object' && found !== null ? found : undefined
  } catch {
    return undefined // whoever answers there is no QuestDB
  }
}

function unreachable(cause: unknown, at: string, place: Place): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException
  const tls = tlsFault(place, code, `asking QuestDB at ${at}`)
  if (tls !== undefined) return tls
  const what = `QuestDB at ${at} does not answer (${code || message}); start it, or check \`url\``
  return sinkFault(place, 'sink-unavailable', what, { cause })
}

function failed(status: number, said: string, at: string, place: Place): Error {
  const coordinates = { status }
  if (/permission|access denied|not allowed/i.test(said)) {
    const what = `QuestDB at ${at} does not allow it (${said}); grant it, or log in as another`
    return sinkFault(place, 'sink-not-allowed', what, { coordinates })
  }
  const busy = status >= 500 || /busy|timeout|try again|reloading/i.test(said)
  const what = `QuestDB at ${at} says: ${said}`
  return sinkFault(place, busy ? 'sink-unavailable' : 'sink-refused', what, { coordinates })
}
