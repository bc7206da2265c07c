// A certificate authority of the folder's own, and the broker's key and certificate signed by it,
// for 127.0.0.1 and localhost. Made once by openssl; a client trusts `ca.pem`.
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from './program.ts'

/** Writes `ca.pem` and `server.pem` (key, then certificate) unless they are there. */
export async function writeCertificates(folder: string): Promise<void> {
  if (existsSync(folder)) return
  const made = `${folder}.new`
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { recursive: true, mode: 0o700 })
  const openssl = (...args: string[]) => runProgram('openssl', args, { cwd: made })
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`]
  await openssl(
    ...['req', '-x509', '-days', '3650', '-subj', '/CN=Millrace test authority', '-out', 'ca.pem'],
    ...key('ca'),
  )
  await openssl('req', '-subj', '/CN=127.0.0.1', '-out', 'server.csr', ...key('server'))
  await writeFile(join(made, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')
  await openssl(
    ...['x509', '-req', '-days', '3650', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key'],
    ...['-CAcreateserial', '-extfile', 'names', '-out', 'server.crt'],
  )
  const parts = ['server.key', 'server.crt'].map((name) => readFile(join(made, name), 'utf8'))
  await writeFile(join(made, 'server.pem'), (await Promise.all(parts)).join(''), { mode: 0o600 })
  await chmod(join(made, 'server.key'), 0o600)
  await rename(made, folder)
}
