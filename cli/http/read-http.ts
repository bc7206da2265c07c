// The `http:` section of an environment: which address the query API serves, and to whom. It holds
// hashes of API keys and the address of an issuer's key set, and no secret.
import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Guarding } from '../../query/server.ts'
import type { ApiKey } from '../../query/security/api-keys.ts'
import { ROLES } from '../../query/security/caller.ts'
import type { TokenSettings } from '../../query/security/tokens.ts'
import { type Report, reporter } from '../../topology/diagnostic.ts'
import {
  checkKeys,
  durationOf,
  integerOf,
  itemOf,
  listOf,
  mapOf,
  optional,
  type Owner,
  required,
  scalarOf,
  wordOf,
} from '../../topology/reading.ts'
import type { Node } from '../../topology/tree.ts'

export interface HttpSettings {
  /** Undefined: this machine alone. */
  readonly host: string | undefined
  /** Where other processes of the topology ask this one; undefined: by its host and port. */
  readonly advertise: string | undefined
  readonly guarding: Guarding
}

interface Reading {
  /** That paths are relative to. */
  readonly folder: string
  readonly report: Report
}

const KEYS = ['host', 'advertise', 'tls', 'keys', 'tokens', 'rate']
const HASH = /^[0-9a-f]{64}$/
const MICROSECONDS = 1_000

/** Undefined where it is no map; what is wrong inside is reported and left out. */
export function readHttp(node: Node, owner: Owner, reading: Reading): HttpSettings | undefined {
  const { report } = reading
  const map = mapOf(node, owner, `a map with ${KEYS.join(', ')}`, report)
  if (map === undefined) return undefined
  checkKeys(map, owner, KEYS, report)
  const host = optional(map, owner, 'host', (each, part) => textOf(each, part, report))
  const advertise = optional(map, owner, 'advertise', (each, part) => readUrl(each, part, report))
  const tls = optional(map, owner, 'tls', (each, part) => readTls(each, part, reading))
  const keys = optional(map, owner, 'keys', (each, part) => readKeys(each, part, report)) ?? []
  const tokens = optional(map, owner, 'tokens', (each, part) => readTokens(each, part, report))
  const rate = optional(map, owner, 'rate', (each, part) => readRate(each, part, report))
  return {
    host,
    advertise,
    guarding: { access: { keys, tokens }, ...(tls && { tls }), ...(rate && { rate }) },
  }
}

function textOf(node: Node, owner: Owner, report: Report): string | undefined {
  return scalarOf(node, owner, 'a text', report)?.text
}

function readTls(node: Node, owner: Owner, { folder, report }: Reading): Guarding['tls'] {
  const map = mapOf(node, owner, 'a map with cert and key', report)
  if (map === undefined) return undefined
  checkKeys(map, owner, ['cert', 'key'], report)
  const file = (word: string): string | undefined =>
    required(
      map,
      owner,
      { word, example: `${word}.pem` },
      (each, part) => {
        const scalar = scalarOf(each, part, 'the path of a PEM file', report)
        if (scalar === undefined) return undefined
        const path = isAbsolute(scalar.text) ? scalar.text : join(folder, scalar.text)
        try {
          return readFileSync(path, 'utf8')
        } catch (error) {
          const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
          const message = `${part.what} cannot be read: ${why}`
          const repair = 'write the path of a PEM file, from the folder of this file'
          reporter('shape', report)({ message, span: scalar.span, repair })
          return undefined
        }
      },
      report,
    )
  const [cert, key] = [file('cert'), file('key')]
  return cert === undefined || key === undefined ? undefined : { cert, key }
}

function readKeys(node: Node, owner: Owner, report: Report): readonly ApiKey[] {
  const items = listOf(node, owner, 'a list of keys', report)?.items ?? []
  return items.flatMap((item) => readKey(item, itemOf(owner), report) ?? [])
}

function readKey(node: Node, owner: Owner, report: Report): ApiKey | undefined {
  const map = mapOf(node, owner, 'a map with name, role and hash', report)
  if (map === undefined) return undefined
  checkKeys(map, owner, ['name', 'role', 'hash'], report)
  const about = { word: 'name', example: 'grafana' }
  const name = required(map, owner, about, (each, part) => textOf(each, part, report), report)
  const role = required(
    map,
    owner,
    { word: 'role', example: 'viewer' },
    (each, part) => wordOf(each, part, ROLES, report),
    report,
  )
  const hash = required(
    map,
    owner,
    { word: 'hash', example: 'what `millrace api-key` prints' },
    (each, part) => {
      const text = textOf(each, part, report)
      if (text === undefined || HASH.test(text)) return text
      const message = `${part.what} is no SHA-256 in hexadecimal digits`
      const repair = 'write what `millrace api-key` prints, and never a key itself'
      reporter('shape', report)({ message, span: part.span, repair })
      return undefined
    },
    report,
  )
  return name && role && hash ? { name, role: role.value, hash } : undefined
}

function readTokens(node: Node, owner: Owner, report: Report): TokenSettings | undefined {
  const map = mapOf(node, owner, 'a map with issuer, audience and jwks', report)
  if (map === undefined) return undefined
  checkKeys(map, owner, ['issuer', 'audience', 'jwks', 'role_claim'], report)
  const text = (word: string, example: string): string | undefined =>
    required(map, owner, { word, example }, (each, part) => textOf(each, part, report), report)
  const issuer = text('issuer', 'https://issuer.example')
  const audience = text('audience', 'millrace')
  const address = { word: 'jwks', example: 'https://issuer.example/jwks.json' }
  const jwks = required(map, owner, address, (each, part) => readUrl(each, part, report), report)
  const roleClaim = optional(map, owner, 'role_claim', (each, part) => textOf(each, part, report))
  if (issuer === undefined || audience === undefined || jwks === undefined) return undefined
  return { issuer, audience, jwks, roleClaim: roleClaim ?? 'role' }
}

function readUrl(node: Node, owner: Owner, report: Report): string | undefined {
  const scalar = scalarOf(node, owner, 'an address', report)
  if (scalar === undefined) return undefined
  const url = URL.parse(scalar.text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '') return scalar.text
  const message = `${owner.what} is no address of its kind`
  const repair = 'write https://HOST/PATH'
  reporter('shape', report)({ message, span: scalar.span, repair })
  return undefined
}

function readRate(node: Node, owner: Owner, report: Report): Guarding['rate'] {
  const map = mapOf(node, owner, 'a map with requests and per', report)
  if (map === undefined) return undefined
  checkKeys(map, owner, ['requests', 'per'], report)
  const bounds = { min: 1, max: 1_000_000_000 }
  const requests = required(
    map,
    owner,
    { word: 'requests', example: '600' },
    (each, part) => integerOf(each, part, bounds, report),
    report,
  )
  const per = required(
    map,
    owner,
    { word: 'per', example: '1m' },
    (each, part) => durationOf(each, part, { zero: false }, report),
    report,
  )
  return requests && per && { requests: requests.value, perMs: per.value / MICROSECONDS }
}
