// Where a schema registry is and who asks it, as the user says it.
import { EngineError } from '../../../topology/engine-error.ts'

/** Plain data: travels to worker threads. */
export interface RegistryOptions {
  /** Such as `http://127.0.0.1:8081/apis/ccompat/v6`; it may hold a name and a password. */
  readonly url: string
  readonly auth?: { readonly username: string; readonly password: string }
  /** PEM texts. */
  readonly tls?: {
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
    readonly servername?: string
    readonly rejectUnauthorized?: boolean
  }
  /** How long a call may take, with its retries; 20 s. */
  readonly timeoutMs?: number
}

/** Name and password leave the URL, so that it can be shown. */
export function addressOf({ url, auth }: RegistryOptions): {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
} {
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (!address || !/^https?:$/.test(address.protocol)) throw noAddress()
  const username = auth?.username ?? decodeURIComponent(address.username)
  const password = auth?.password ?? decodeURIComponent(address.password)
  const bare = `${address.protocol}//${address.host}${address.pathname.replace(/\/+$/, '')}`
  if (username === '' && password === '') return { url: bare, headers: {} }
  const token = Buffer.from(`${username}:${password}`, 'utf8').toString('base64')
  return { url: bare, headers: { authorization: `Basic ${token}` } }
}

function noAddress(): EngineError {
  const message = 'the URL of the schema registry is none; give one such as http://127.0.0.1:8081'
  return new EngineError('log-unavailable', message, { coordinates: {} })
}
