// API keys: long random texts that only their holders have. An environment holds their SHA-256, and
// names and roles: a key of 256 random bits needs no slow hash, since nobody can try them all.
import { createHash, randomBytes } from 'node:crypto'
import type { Caller, Role } from './caller.ts'

export interface ApiKey {
  readonly name: string
  readonly role: Role
  /** SHA-256 of the key's text, 64 hex digits. */
  readonly hash: string
}

const PREFIX = 'mr_'
const KEY_BYTES = 32

/** A new key, and what an environment is to hold of it. */
export function newApiKey(): { readonly key: string; readonly hash: string } {
  const key = PREFIX + randomBytes(KEY_BYTES).toString('base64url')
  return { key, hash: hashOf(key) }
}

export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Finds who holds a key, by its hash: no comparison tells how near a guess is. */
export function keyHolders(keys: readonly ApiKey[]): (key: string) => Caller | undefined {
  const byHash = new Map(keys.map(({ name, role, hash }) => [hash, { name: `key ${name}`, role }]))
  return (key) => byHash.get(hashOf(key))
}
