// Who may ask what: each route names the role that it needs, and who asks shows a key or a token.
// Without any of them set, this machine alone is served, and who sits at it may do all.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EngineError } from '../../topology/engine-error.ts'
import { Problem, problemBody } from '../problem.ts'
import { type ApiKey, keyHolders } from './api-keys.ts'
import { type Caller, mayDo, type Role } from './caller.ts'
import { TokenProblem, tokenReader, type TokenSettings } from './tokens.ts'

export interface AccessSettings {
  readonly keys: readonly ApiKey[]
  readonly tokens: TokenSettings | undefined
}

/** Told of every write, whatever came of it, and of every read that was refused. */
export interface AuditEntry {
  readonly caller: string | undefined
  readonly method: string
  /** Without what follows the question mark: a token may stand there. */
  readonly path: string
  readonly status: number
  readonly reason: string | undefined
}

/**
 * Settles when the entry is on the log. Rejects where it is not there yet: it is tried again by
 * whoever keeps it, who also says so.
 */
export type Audit = (entry: AuditEntry) => Promise<void>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Left out: whoever is known may ask. `anyone`: whoever asks. */
    readonly role?: Role | 'anyone'
  }
  interface FastifyRequest {
    caller: Caller | undefined
  }
}

const AT_THE_MACHINE: Caller = { name: 'local', role: 'trader' }
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/

function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

/** @throws EngineError `address-open` for an address that others reach and nothing guards. */
export function assertGuarded(host: string, settings: AccessSettings | undefined): void {
  if (isLoopback(host) || isGuarded(settings)) return
  throw new EngineError(
    'address-open',
    `the query API would serve ${host} to whoever asks: name API keys or an issuer of tokens ` +
      'under "http" in the environment, or leave the address out',
    { coordinates: { host } },
  )
}

function isGuarded(settings: AccessSettings | undefined): settings is AccessSettings {
  return settings !== undefined && (settings.keys.length > 0 || settings.tokens !== undefined)
}

/** Holds every request of the server against its route's role. */
export function guard(
  server: FastifyInstance,
  settings: AccessSettings | undefined,
  audit: Audit,
): void {
  const identify = isGuarded(settings) ? identifier(settings) : localOnly
  server.decorateRequest('caller', undefined)
  server.addHook('onRequest', async (request) => {
    refuseForeignPages(request)
    const { role = 'viewer' } = request.routeOptions.config
    if (role === 'anyone') return
    const caller = await identify(request)
    request.caller = caller
    if (mayDo(caller, role)) return
    throw new Problem(
      'forbidden',
      `this takes the role "${role}", and the caller has "${caller.role}"`,
    )
  })
  auditAnswers(server, audit)
}

/** A write is answered when its entry is on the log; a refused read waits for nothing. */
function auditAnswers(server: FastifyInstance, audit: Audit): void {
  server.addHook('onSend', async (request, reply, payload) => {
    if (isRead(request)) return payload
    try {
      await audit(entryOf(request, reply))
      return payload
    } catch {
      // The audit says why, and tries again.
      if (reply.statusCode >= 400) return payload
      const detail = 'it was done, and the audit topic does not tell of it yet: look before you ask'
      const body = problemBody('not-audited', detail)
      reply.code(body.status).type('application/problem+json')
      return JSON.stringify(body)
    }
  })
  server.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status } = reply
    // The one that fails stays with the audit, which says so and tries again.
    if (isRead(request) && (status === 401 || status === 403)) {
      void Promise.allSettled([audit(entryOf(request, reply))])
    }
    done()
  })
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

const REASONS: Readonly<Record<number, string>> = { 401: 'unauthenticated', 403: 'forbidden' }

function entryOf(
  { method, url, caller }: FastifyRequest,
  { statusCode }: FastifyReply,
): AuditEntry {
  const [path = ''] = url.split('?')
  return { caller: caller?.name, method, path, status: statusCode, reason: REASONS[statusCode] }
}

/** A page of another site must not speak for who sits at this machine. */
function refuseForeignPages({ headers }: FastifyRequest): void {
  const { origin, host } = headers
  if (origin === undefined || URL.parse(origin)?.host === host) return
  throw new Problem('forbidden', 'requests of pages of other sites are not taken')
}

/** Names that others give to this machine's address are not taken for it. */
function localOnly({ headers }: FastifyRequest): Promise<Caller> {
  const name = URL.parse(`http://${headers.host ?? ''}`)?.hostname ?? ''
  if (isLoopback(name)) return Promise.resolve(AT_THE_MACHINE)
  return Promise.reject(new Problem('forbidden', `"${name}" is no name of this machine`))
}

function identifier(settings: AccessSettings): (request: FastifyRequest) => Promise<Caller> {
  const holderOf = keyHolders(settings.keys)
  const read = settings.tokens && tokenReader(settings.tokens)
  const unknown = (detail: string): Problem => new Problem('unauthenticated', detail)
  return async (request) => {
    const shown = credentialOf(request)
    if (shown === undefined) {
      throw unknown('send an API key as X-API-Key, or a token as Authorization: Bearer')
    }
    const holder = holderOf(shown)
    if (holder !== undefined) return holder
    if (read === undefined) throw unknown('the API key is none that is known')
    try {
      return await read(shown)
    } catch (error) {
      if (!(error instanceof TokenProblem)) throw error
      throw unknown(`the token does not count: ${error.message}`)
    }
  }
}

/** EventSource and WebSocket of a browser cannot send headers: they send access_token. */
function credentialOf({ headers, query }: FastifyRequest): string | undefined {
  const key = headers['x-api-key']
  if (typeof key === 'string') return key
  const [, bearer] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (bearer !== undefined) return bearer
  const { access_token: token } = (query ?? {}) as Readonly<Record<string, unknown>>
  return typeof token === 'string' ? token : undefined
}
