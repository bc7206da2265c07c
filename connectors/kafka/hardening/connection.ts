// One TCP or TLS connection to a broker, in place of kafkajs's own. That one keeps the half of a
// response that a broken connection left, connects twice when asked twice, waits for ever for
// requests when it closes, believes any length, and takes a broken login for a wrong password.
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { later, steadyMs } from '../clock.ts'
import { faultOf, KafkaFault, ownFault } from '../kafka-fault.ts'
import { requestQueue, type WaitingRequest } from './request-queue.ts'
import { responseReader } from './response-reader.ts'

/** What kafkajs's connection pool hands to its connections. */
export interface ConnectionSettings {
  readonly host: string
  readonly port: number
  readonly clientId: string
  readonly ssl: ConnectionOptions | undefined
  readonly sasl: { readonly mechanism: string } | undefined
  readonly connectionTimeout: number
  readonly requestTimeout: number
}

/** A request and its response as kafkajs's protocol modules describe them. */
export interface ProtocolRequest<D, T> {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    readonly encode: () => Promise<{ readonly buffer: Buffer }> | { readonly buffer: Buffer }
  }
  readonly response: {
    readonly decode: (body: Buffer) => Promise<D> | D
    readonly parse: (decoded: D) => Promise<T> | T
  }
  readonly requestTimeout?: number | null
}

/** kafkajs's login, one for each mechanism; `sessionLifetime` is in milliseconds, 0: no end. */
export type Authenticate = (
  connection: Connection,
  versions: unknown,
) => Promise<{ readonly sessionLifetimeMs: number }>

const API_VERSIONS = 18
const withoutLogin: ReadonlySet<number> = new Set([17, 36, API_VERSIONS])
const KEEP_ALIVE_MS = 60_000
const SASL_FAILED = 58

export class Connection {
  readonly host: string
  readonly port: number
  readonly sasl: { readonly mechanism: string } | undefined
  readonly #settings: ConnectionSettings
  readonly #authenticate: Authenticate
  readonly #queue = requestQueue((request) => this.#timeOut(request))
  #socket: Socket | undefined
  #isOpen = false
  #isClosed = false
  /** Why the socket was given up; a login that it ended says this instead. */
  #broken: KafkaFault | undefined
  #connecting: Promise<void> | undefined
  #loggingIn: Promise<void> | undefined
  /** When the login must be renewed; undefined: there is none. */
  #loggedInUntil: number | undefined
  #nextId = 0
  /** Whether it has answered what asks for a login, where one is needed. */
  #hasLetIn = false
  #versions: unknown = null
  #supportsAuthentication: boolean | null = null

  constructor(settings: ConnectionSettings, authenticate: Authenticate) {
    this.host = settings.host
    this.port = settings.port
    this.sasl = settings.sasl
    this.#settings = settings
    this.#authenticate = authenticate
  }

  get #name(): string {
    return `${this.host}:${this.port}`
  }

  isConnected(): boolean {
    return this.#isOpen
  }

  isAuthenticated(): boolean {
    return this.#loggedInUntil !== undefined && steadyMs() < this.#loggedInUntil
  }

  getSupportAuthenticationProtocol(): boolean | null {
    return this.#supportsAuthentication
  }

  setSupportAuthenticationProtocol(supports: boolean): void {
    this.#supportsAuthentication = supports
  }

  setVersions(versions: unknown): void {
    this.#versions = versions
  }

  /** Asked twice, it connects once. */
  async connect(): Promise<void> {
    if (this.#isOpen) return
    if (this.#isClosed) throw ownFault('CLOSED', `the connection to ${this.#name} was closed`)
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined
    })
    await this.#connecting
  }

  #open(): Promise<void> {
    const { host, port, ssl, connectionTimeout } = this.#settings
    return new Promise((resolve, reject) => {
      const socket =
        ssl === undefined
          ? connectTcp({ host, port })
          : connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl })
      this.#socket = socket
      this.#broken = undefined
      this.#loggedInUntil = undefined
      const fail = (fault: KafkaFault): void => {
        cancel()
        this.#breakOff(socket, fault)
        // Whoever gave the socket up before has said why.
        reject(this.#broken ?? fault)
      }
      const cancel = later(connectionTimeout, () =>
        fail(ownFault('TIMEOUT', `${this.#name} did not connect in ${connectionTimeout} ms`)),
      )
      const reader = responseReader((response) => this.#take(response))
      socket.setNoDelay(true)
      socket.setKeepAlive(true, KEEP_ALIVE_MS)
      socket.once(ssl === undefined ? 'connect' : 'secureConnect', () => {
        if (socket !== this.#socket) return
        cancel()
        this.#isOpen = true
        resolve()
      })
      socket.on('data', (chunk: Buffer) => this.#read(socket, () => reader.read(chunk)))
      socket.on('error', (error: Error) => fail(this.#socketFault(error)))
      socket.on('end', () => fail(this.#closedFault()))
      socket.on('close', () => fail(this.#closedFault()))
    })
  }

  #closedFault(): KafkaFault {
    const hint = this.#hasLetIn ? '' : ' at once: see whether that listener wants TLS, or a login'
    return ownFault('CONNECTION', `${this.#name} closed the connection${hint}`)
  }

  #read(socket: Socket, read: () => void): void {
    if (socket !== this.#socket) return
    try {
      read()
    } catch (error) {
      const why = error instanceof RangeError ? error.message : faultOf(error).message
      const hint = this.#hasLetIn ? '' : '; see whether that listener wants TLS'
      const message = `${this.#name} does not answer as a Kafka broker (${why})${hint}`
      this.#breakOff(socket, ownFault('MALFORMED', message))
    }
  }

  #socketFault(error: Error & { readonly code?: string }): KafkaFault {
    const code = error.code ?? ''
    const isTls = this.#settings.ssl !== undefined && !/^E[A-Z]+$/.test(code)
    const kind = isTls || code === 'EPROTO' ? 'TLS' : 'CONNECTION'
    return ownFault(kind, `${this.#name}: ${tlsReason(error)}`)
  }

  /** Gives the socket up and rejects all that waits for it; what comes from it later is ignored. */
  #breakOff(socket: Socket, fault: KafkaFault): void {
    socket.destroy()
    if (socket !== this.#socket) return
    this.#socket = undefined
    this.#isOpen = false
    this.#broken = fault
    this.#loggedInUntil = undefined
    this.#queue.rejectAll(fault)
  }

  #timeOut({ what, timeoutMs }: WaitingRequest): void {
    const message = `${this.#name} did not answer ${what} in ${timeoutMs} ms`
    if (this.#socket !== undefined) this.#breakOff(this.#socket, ownFault('TIMEOUT', message))
  }

  #take(response: Buffer): void {
    const request = this.#queue.shift()
    const id = response.readInt32BE(0)
    if (request?.id !== id) {
      const fault = ownFault('MALFORMED', `${this.#name} answers out of order`)
      request?.reject(fault)
      throw fault
    }
    request.resolve(response.subarray(4))
  }

  async authenticate(): Promise<void> {
    if (this.sasl === undefined || this.isAuthenticated()) return
    this.#loggingIn ??= this.#logIn().finally(() => {
      this.#loggingIn = undefined
    })
    await this.#loggingIn
  }

  async #logIn(): Promise<void> {
    if (this.#supportsAuthentication !== true) {
      throw new KafkaFault(SASL_FAILED, `${this.#name} is older than Kafka 1.0`)
    }
    try {
      const { sessionLifetimeMs } = await this.#authenticate(this, this.#versions)
      const lasts = sessionLifetimeMs === 0 ? Infinity : sessionLifetimeMs * RENEWED_AFTER
      this.#loggedInUntil = steadyMs() + lasts
    } catch (error) {
      if (this.#broken !== undefined) throw this.#broken
      const fault = loginFault(error, this.#name, this.sasl?.mechanism ?? '')
      if (this.#socket !== undefined) this.#breakOff(this.#socket, fault)
      throw fault
    }
  }

  async send<D, T>({ request, response, requestTimeout }: ProtocolRequest<D, T>): Promise<T> {
    if (!withoutLogin.has(request.apiKey)) await this.authenticate()
    const { buffer } = await request.encode()
    const timeoutMs = requestTimeout ?? this.#settings.requestTimeout
    const body = await this.#exchange(request, buffer, timeoutMs)
    this.#hasLetIn ||= !withoutLogin.has(request.apiKey)
    const decoded = await response.decode(body)
    const { clientSideThrottleTime = 0 } = decoded as { clientSideThrottleTime?: number }
    if (clientSideThrottleTime > 0) this.#queue.throttle(clientSideThrottleTime)
    return response.parse(decoded)
  }

  #exchange(
    { apiKey, apiVersion, apiName }: ProtocolRequest<unknown, unknown>['request'],
    body: Buffer,
    timeoutMs: number,
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket
      if (socket === undefined || !this.#isOpen) {
        reject(this.#broken ?? ownFault('CONNECTION', `${this.#name} is not connected`))
        return
      }
      const id = this.#nextId
      this.#nextId = (id + 1) & 0x7fff_ffff
      const what = `${apiName} version ${apiVersion}`
      this.#queue.push({ id, what, timeoutMs, resolve, reject })
      socket.cork()
      socket.write(requestHead(apiKey, apiVersion, id, this.#settings.clientId, body.length))
      socket.write(body)
      socket.uncork()
    })
  }

  /** Rejects what waits and is done at once; asked again, it connects again. */
  disconnect(): Promise<void> {
    const closed = ownFault('CONNECTION', `the connection to ${this.#name} was closed`)
    if (this.#socket !== undefined) this.#breakOff(this.#socket, closed)
    return Promise.resolve()
  }

  /** For good. */
  close(): void {
    this.#isClosed = true
    const closed = ownFault('CLOSED', `the connection to ${this.#name} was closed`)
    if (this.#socket !== undefined) this.#breakOff(this.#socket, closed)
  }
}

/** A login is renewed when this part of its life has passed. */
const RENEWED_AFTER = 0.8

/** The start of a request: lengths, key, version, correlation id, client id. */
function requestHead(
  ...[key, version, id, clientId, bodyBytes]: readonly [number, number, number, string, number]
): Buffer {
  const clientBytes = Buffer.byteLength(clientId)
  const head = Buffer.allocUnsafe(14 + clientBytes)
  head.writeInt32BE(10 + clientBytes + bodyBytes, 0)
  head.writeInt16BE(key, 4)
  head.writeInt16BE(version, 6)
  head.writeInt32BE(id, 8)
  head.writeInt16BE(clientBytes, 12)
  head.write(clientId, 14)
  return head
}

/** OpenSSL's reason without the file and line of its source. */
function tlsReason(error: Error & { readonly code?: string; readonly reason?: string }): string {
  return error.reason ?? error.message.split('\n')[0] ?? ''
}

/** kafkajs says the same of every login that went wrong; what the server said may name the user. */
function loginFault(error: unknown, broker: string, mechanism: string): KafkaFault {
  if (error instanceof KafkaFault) return error
  const fault = faultOf(error)
  return new KafkaFault(
    fault.code === -1 ? SASL_FAILED : fault.code,
    `login by ${mechanism} at ${broker}`,
  )
}
