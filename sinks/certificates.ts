// The certificates that a connection's `tls_ca` names, of every kind that speaks TLS.
import { readFileSync } from 'node:fs'
import { type Place, sinkFault } from './sink-fault.ts'

/** PEM. @throws EngineError `sink-refused` if the file cannot be read. */
export function readCertificates(path: string, place: Place): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    const what = `its certificates ${path} cannot be read (${code}); correct "tls_ca"`
    throw sinkFault(place, 'sink-refused', what, { coordinates: { file: path }, cause })
  }
}
