// What goes wrong between us and a schema registry, as EngineErrors that name the registry without
// its password and say the repair.
import type { LogFault } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import type { HttpAnswer, NoAnswer } from './http-exchange.ts'
import { messageOf } from './registry-answers.ts'

/** Node's codes for what only a change of settings mends; those of certificates have many names. */
const tlsCodes = /CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL|EPROTO/

/** No answer came. */
export function unanswered(url: string, { code, cause }: NoAnswer): EngineError {
  if (code === 'TIMEOUT') return unavailable(url, 'does not answer in time', cause)
  if (code === 'TOO_LARGE') return noRegistry(url, 'its answer is too large')
  if (code.startsWith('HPE_')) return noRegistry(url, 'it does not speak HTTP')
  if (tlsCodes.test(code)) {
    const repair = 'give the certificate of its authority, or correct its URL'
    return fault('log-unavailable', url, `cannot be reached over TLS (${code}); ${repair}`, cause)
  }
  return unavailable(url, `cannot be reached (${code})`, cause)
}

/** An answer that no retry within the call has mended, and that is not what was asked for. */
export function badAnswer(url: string, { status, text }: HttpAnswer): EngineError {
  if (status === 401) {
    return fault('not-allowed', url, `does not know who asks (401); correct name and password`)
  }
  if (status === 403) {
    return fault('not-allowed', url, `does not allow that (403)${saying(text)}; ask who runs it`)
  }
  if (isPassing(status)) return unavailable(url, `fails (status ${status})${saying(text)}`)
  if (status >= 300 && status < 400) return noRegistry(url, `it redirects (status ${status})`)
  return noRegistry(url, `its answer is none of a registry (status ${status})${saying(text)}`)
}

/** Whether an answer of this status may be another one later. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

function unavailable(url: string, what: string, cause?: unknown): EngineError {
  return fault('log-unavailable', url, `${what}; start it, or correct its URL`, cause, true)
}

function noRegistry(url: string, why: string): EngineError {
  const message =
    `${url} is no schema registry: ${why}; give the URL that "/subjects" can be put behind, ` +
    'such as http://HOST:8081, or http://HOST:8080/apis/ccompat/v6 for Apicurio'
  return new EngineError('log-unavailable', message, { coordinates: { registry: url } })
}

function fault(
  code: LogFault,
  url: string,
  what: string,
  cause?: unknown,
  retryable = false,
): EngineError {
  const about = { coordinates: { registry: url }, cause, retryable }
  return new EngineError(code, `the schema registry at ${url} ${what}`, about)
}

/** The registry's own words, where it has any. */
function saying(text: string): string {
  const words = messageOf(text)
  return words === '' ? '' : `: ${words}`
}
