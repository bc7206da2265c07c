// TLS, the same of every kind that speaks it: the certificates that a connection trusts, and what
// is thrown where the two sides do not agree.
import { readFileSync } from 'node:fs'
import type { EngineError } from '../topology/engine-error.ts'
import { type Place, sinkFault } from './sink-fault.ts'

/** What a connection's settings say of it. */
interface TlsSettings {
  readonly tls_ca: string | undefined
  readonly tls_verify: boolean
}

/** As Node takes it. @throws EngineError `sink-refused` if the certificates cannot be read. */
export function tlsOptions({ tls_ca: path, tls_verify: isVerified }: TlsSettings, place: Place) {
  const certificates = path === undefined ? {} : { ca: readCertificates(path, place) }
  return { ...certificates, rejectUnauthorized: isVerified }
}

function readCertificates(path: string, place: Place): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    const what = `its certificates ${path} cannot be read (${code}); correct "tls_ca"`
    throw sinkFault(place, 'sink-refused', what, { coordinates: { file: path }, cause })
  }
}

/** Node's and OpenSSL's names of what no second try mends. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_|ERR_TLS_)/
const PROTOCOL = /^(ERR_SSL_WRONG_VERSION|ERR_SSL_.*_ALERT_|EPROTO$)/

/** `doing`: `claiming partition 0`. Undefined: the code is of something else. */
export function tlsFault(place: Place, code: string, doing: string): EngineError | undefined {
  if (!CERTIFICATE.test(code) && !PROTOCOL.test(code)) return undefined
  const repair = 'correct "tls_ca" of the connection, or "url" and "tls"'
  return sinkFault(place, 'sink-refused', `${doing} failed in TLS (${code}); ${repair}`)
}
